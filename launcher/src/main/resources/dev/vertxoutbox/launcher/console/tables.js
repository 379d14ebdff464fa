// The tables. A row is kept as long as what it shows exists, so that nobody loses the button that has the focus.

import { act, call } from './calls.js';
import { count, duration, money, rate, shortId, time } from './words.js';

const sureDialog = document.getElementById('sureDialog');
let mayChange = true;

/** @param access as in the stream's hello */
export function offer(access) {
  mayChange = access !== 'no';
}

export function showBookings({ flights, unavailable }) {
  fill('bookings', flights, flight => flight.id, newBooking, (row, flight) => {
    if (row.dataset.status && row.dataset.status !== flight.status) flash(row);
    row.dataset.status = flight.status;
    const chip = row.querySelector('.chip');
    chip.textContent = flight.status.toLowerCase();
    chip.dataset.status = flight.status;
  }, unavailable ?? 'Nothing is booked yet.');
}

function newBooking(flight) {
  return row(
    cell([`${flight.departureAirport} → ${flight.arrivalAirport}`, sub(shortId(flight.id), flight.id)]),
    cell([money(flight.fare)], 'right'),
    cell([time(flight.createdAt)], 'wide'),
    cell([element('span', 'chip')]));
}

export function showEvents({ pending, parked, unavailable }) {
  fill('pending', pending, event => event.id, newPending, (row, event) => {
    row.querySelector('.right').textContent = duration((Date.now() - Date.parse(event.time)) / 1000);
    row.dataset.time = event.time;
  }, unavailable ?? 'Nothing waits.');
  fill('parked', parked, event => event.id, newParked, () => {}, unavailable ?? 'Nothing is parked.');
}

/** Lets the ages of waiting events grow. */
export function growOlder() {
  for (const row of document.querySelectorAll('#pending tr')) {
    row.querySelector('.right').textContent = duration((Date.now() - Date.parse(row.dataset.time)) / 1000);
  }
}

function newPending(event) {
  return row(cell([event.type]), cell([mono(shortId(event.subject), event.subject)]), cell([''], 'right'));
}

function newParked(event) {
  const retry = button('Retry', `Retry ${event.type} of ${event.subject}`, () =>
    call('POST', `outbox/events/${event.id}/retry`)
      .then(({ moved }) => `Back in the outbox: ${count(moved)} ${moved === 1 ? 'event' : 'events'}.`));
  const discard = button('Discard', `Discard ${event.type} of ${event.subject}`, () => discardEvent(event), 'danger');
  return row(
    cell([event.type, sub(shortId(event.subject), event.subject)]),
    cell([event.reason ?? ''], 'reason'),
    cell([retry, discard], 'actions'));
}

async function discardEvent(event) {
  document.getElementById('sureText').textContent =
    `${event.type} of ${event.subject} is deleted for good. Its consumers never see it; events behind it are sent.`;
  sureDialog.returnValue = 'no';
  sureDialog.showModal();
  await new Promise(resolve => sureDialog.addEventListener('close', resolve, { once: true }));
  if (sureDialog.returnValue !== 'yes') return null;
  await call('DELETE', `outbox/events/${event.id}`);
  return 'Discarded.';
}

export function showState(state) {
  document.getElementById('pendingCount').textContent = some(state.outbox?.pending);
  document.getElementById('parkedCount').textContent = some(state.outbox?.parked);
  fill('topics', state.relay?.topics, topic => topic.topic, newTopic, (row, topic) => {
    row.querySelector('.right').replaceChildren(count(topic.sent), sub(rate(topic.sentPerSecond)));
    const chip = row.querySelector('.chip');
    chip.textContent = topic.paused ? 'paused' : topic.circuit === 'open' ? 'circuit open' : 'sending';
    chip.dataset.status = topic.paused ? 'PAUSED' : topic.circuit === 'open' ? 'OPEN' : 'SENDING';
    const change = row.querySelector('button');
    change.textContent = topic.paused ? 'Resume' : 'Pause';
    change.dataset.does = topic.paused ? 'resume' : 'pause';
    change.setAttribute('aria-label', `${change.textContent} ${topic.topic}`);
  }, 'This process runs no relay; look at one that does.');
  fill('queues', state.queues, queue => queue.name, newQueue, (row, queue) => {
    const cells = row.querySelectorAll('.right');
    cells[0].textContent = queue.unavailable ? '–' : count(queue.waiting + queue.inFlight);
    cells[1].textContent = queue.unavailable ? '–' : count(queue.deadLetters);
    row.querySelector('button').disabled = !mayChange || !(queue.deadLetters > 0);
  }, state.unavailable ?? 'This process uses no queue.');
}

function newTopic(topic) {
  const change = button('', '', () => call('POST', `relay/${change.dataset.does}?topic=${encodeURIComponent(topic.topic)}`)
    .then(({ paused }) => paused.length === 0 ? 'All topics are sent.' : `Paused: ${paused.join(', ')}.`));
  const queue = sub(topic.queue);
  queue.classList.add('wide');
  return row(cell([topic.topic, queue]), cell([''], 'right'), cell([element('span', 'chip')]), cell([change], 'actions'));
}

function newQueue(queue) {
  const redrive = button('Redrive', `Redrive dead letters of ${queue.name}`, () =>
    call('POST', `queues/${encodeURIComponent(queue.name)}/redrive`)
      .then(({ deadLetters }) => `On their way back: about ${count(deadLetters)}.`));
  return row(cell([queue.name]), cell([''], 'right'), cell([''], 'right'), cell([redrive], 'actions'));
}

/** Makes the rows of a table those of the items, in their order. */
function fill(id, items, key, make, update, nothing) {
  const body = document.getElementById(id);
  const known = new Map([...body.children].map(row => [row.dataset.key, row]));
  const first = known.size === 0;
  let next = body.firstElementChild;
  for (const item of items ?? []) {
    const name = String(key(item));
    let row = known.get(name);
    if (!row) {
      row = make(item);
      row.dataset.key = name;
      if (!first) flash(row);
    }
    known.delete(name);
    if (row === next) next = row.nextElementSibling;
    else body.insertBefore(row, next);
    update(row, item);
  }
  known.forEach(row => row.remove());
  const empty = document.getElementById(id + 'Empty');
  empty.hidden = body.children.length > 0;
  empty.textContent = nothing;
  body.parentElement.hidden = !empty.hidden;
}

function flash(row) {
  row.classList.remove('new');
  requestAnimationFrame(() => row.classList.add('new'));
}

function some(number) {
  return number > 0 ? count(number) : '';
}

function row(...cells) {
  const made = document.createElement('tr');
  made.append(...cells);
  return made;
}

function cell(children, name = '') {
  const made = element('td', name);
  made.append(...children);
  return made;
}

function element(kind, name, text = '') {
  const made = document.createElement(kind);
  if (name) made.className = name;
  made.textContent = text;
  return made;
}

function sub(text, whole) {
  const made = element('span', 'sub', text);
  if (whole) made.title = whole;
  return made;
}

function mono(text, whole) {
  const made = element('span', 'mono', text);
  made.title = whole;
  return made;
}

function button(text, label, action, name = '') {
  const made = element('button', name, text);
  made.type = 'button';
  made.disabled = !mayChange;
  if (label) made.setAttribute('aria-label', label);
  made.addEventListener('click', () => act(made, action));
  return made;
}
