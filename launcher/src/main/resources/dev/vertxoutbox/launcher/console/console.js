// The console: follows the stream, and hands on what it says.

import { allow } from './calls.js';
import { addSample, showHistory } from './charts.js';
import { offerControls } from './controls.js';
import { showPath } from './path.js';
import { watch } from './stream.js';
import { growOlder, offer, showBookings, showEvents, showState } from './tables.js';
import { news } from './words.js';

const ACCESS = {
  no: 'This process has no MANAGEMENT_TOKEN: only its own machine may change something. You can watch.',
  token: 'Changing something needs the token. You are asked for it once.',
};

const link = document.getElementById('link');
const access = document.getElementById('access');

watch('console/stream', {
  hello(hello) {
    allow(hello.access);
    offer(hello.access);
    offerControls(hello);
    access.hidden = hello.access === 'yes';
    access.textContent = ACCESS[hello.access] ?? '';
    document.getElementById('roles').replaceChildren(...hello.roles.map(role => item(role)));
    showApi(hello.apiPort);
  },
  history: ({ samples }) => showHistory(samples),
  state(state) {
    addSample(state.sample);
    showPath(state);
    showState(state);
    growOlder();
    showNews(news(state));
  },
  bookings: showBookings,
  events: showEvents,
}, (state, seconds) => {
  link.dataset.state = state;
  set(link, state === 'live' ? 'Live' : `No connection, or too many watch. Next try in ${seconds} s`);
  document.body.classList.toggle('stale', state !== 'live');
});

function showNews(list) {
  const shown = document.getElementById('news');
  if (shown.dataset.text === JSON.stringify(list)) return;
  shown.dataset.text = JSON.stringify(list);
  shown.replaceChildren(...list.map(({ tone, text }) => item(text, tone)));
}

function showApi(port) {
  const api = document.getElementById('bookingApi');
  api.hidden = !port;
  if (port) api.href = `${location.protocol}//${location.hostname}:${port}/swagger-ui/index.html`;
}

function item(text, tone) {
  const made = document.createElement('li');
  made.textContent = text;
  if (tone) made.dataset.tone = tone;
  return made;
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
