// Changing calls: with the token when one is needed, and with a word on how they ended.

const KEY = 'management-token';
const toast = document.getElementById('toast');
const tokenDialog = document.getElementById('tokenDialog');
const tokenInput = document.getElementById('token');
let needsToken = false;
let hiding;

/** @param access as in the stream's hello */
export function allow(access) {
  needsToken = access === 'token';
}

/** Tells everybody how something ended, also those who do not see. */
export function tell(text, tone = 'ok') {
  toast.textContent = text;
  toast.dataset.tone = tone;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, tone === 'bad' ? 12_000 : 5_000);
}

/** Answers with the JSON of a call, or null without any; throws an Error in words. */
export async function call(method, path, body) {
  if (needsToken && method !== 'GET' && !sessionStorage.getItem(KEY)) await askForToken();
  let answer = await send(method, path, body);
  if (answer.status === 401) {
    sessionStorage.removeItem(KEY);
    await askForToken('That was not the token.');
    answer = await send(method, path, body);
  }
  if (!answer.ok) throw new Error(await reason(answer));
  return answer.status === 204 ? null : answer.json();
}

/** Runs what a button does: shows that it is busy, and tells how it ended. */
export async function act(button, action) {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  try {
    const said = await action();
    if (said) tell(said);
  } catch (error) {
    tell(error.message, 'bad');
  } finally {
    button.removeAttribute('aria-busy');
  }
}

async function send(method, path, body) {
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const token = sessionStorage.getItem(KEY);
  if (token && needsToken) headers.Authorization = 'Bearer ' + token;
  try {
    return await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Error('The server cannot be reached.');
  }
}

async function reason(answer) {
  try {
    const problem = await answer.json();
    return problem.detail ?? problem.title;
  } catch {
    return `The server answered ${answer.status}.`;
  }
}

function askForToken(why) {
  return new Promise((resolve, reject) => {
    if (why) tell(why, 'bad');
    tokenInput.value = '';
    tokenDialog.addEventListener('close', () => {
      if (tokenDialog.returnValue === 'use' && tokenInput.value) {
        sessionStorage.setItem(KEY, tokenInput.value);
        resolve();
      } else {
        reject(new Error('Nothing was changed: no token was given.'));
      }
    }, { once: true });
    tokenDialog.returnValue = '';
    tokenDialog.showModal();
  });
}
