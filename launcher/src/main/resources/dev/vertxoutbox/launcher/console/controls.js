// What a viewer can do: book, and in the demo break something.

import { act, call, tell } from './calls.js';
import { count } from './words.js';

const CITIES = ['Paris CDG', 'London LHR', 'Lisbon LIS', 'Oslo OSL', 'Vienna VIE', 'Rome FCO', 'Madrid MAD', 'Athens ATH'];
const DAY = 86_400_000;
const SANDBOX_EVERY = 3_000;

const form = document.getElementById('book');
const hundred = document.getElementById('hundred');
const queueSwitch = document.getElementById('queueSwitch');
const queueState = document.getElementById('queueState');
const gateways = [...document.querySelectorAll('[data-gateway]')];
let queueIsUp = true;
let watching;

/** @param hello what the stream begins with */
export function offerControls({ access, sandbox, cannotBook }) {
  const may = access !== 'no';
  const hint = document.getElementById('bookHint');
  if (cannotBook) hint.textContent = cannotBook + '.';
  for (const control of form.elements) control.disabled = !may || cannotBook !== undefined;
  for (const control of document.querySelectorAll('#sandbox button')) control.disabled = !may;
  document.getElementById('sandbox').hidden = !sandbox;
  clearInterval(watching);
  if (sandbox) {
    lookAtSandbox();
    watching = setInterval(lookAtSandbox, SANDBOX_EVERY);
  }
}

form.addEventListener('submit', event => {
  event.preventDefault();
  const { from, to, fare } = form.elements;
  act(form.querySelector('[type=submit]'), () =>
    book([flight(from.value, to.value, Number(fare.value))]).then(() => 'Booked. Its payment follows.'));
});

hundred.addEventListener('click', () => act(hundred, async () => {
  const { booked, refused, reason } = await book(Array.from({ length: 100 }, anyFlight));
  if (refused > 0) {
    tell(`${count(booked.length)} booked, ${count(refused)} refused: ${reason}`, 'bad');
    return null;
  }
  return `${count(booked.length)} flights booked.`;
}));

function book(flights) {
  return call('POST', 'console/bookings', flights);
}

/** Tomorrow, for an hour and a half. */
function flight(departureAirport, arrivalAirport, amount) {
  const departure = new Date(Date.now() + DAY);
  departure.setUTCHours(9, 0, 0, 0);
  return {
    departureAirport,
    arrivalAirport,
    departureDateTime: departure.toISOString(),
    arrivalDateTime: new Date(departure.getTime() + 90 * 60_000).toISOString(),
    fare: { amount, currency: 'EUR' },
  };
}

function anyFlight() {
  const from = Math.floor(Math.random() * CITIES.length);
  const to = (from + 1 + Math.floor(Math.random() * (CITIES.length - 1))) % CITIES.length;
  return flight(CITIES[from], CITIES[to], 40 + Math.floor(Math.random() * 400));
}

queueSwitch.addEventListener('click', () => act(queueSwitch, async () => {
  showSandbox(await call('POST', queueIsUp ? 'sandbox/queue/down' : 'sandbox/queue/up'));
  return queueIsUp ? 'The queue is back. The backlog drains.' : 'The queue is down. Book a flight, and see its event wait.';
}));

document.getElementById('killRelay').addEventListener('click', event => act(event.currentTarget, async () => {
  const { killed } = await call('POST', 'sandbox/relay/kill');
  return `Killed ${count(killed)} database ${killed === 1 ? 'session' : 'sessions'} of the relay.`;
}));

for (const choice of gateways) {
  choice.addEventListener('click', () => act(choice, async () => {
    showSandbox(await call('POST', 'sandbox/gateway/' + choice.dataset.gateway));
    return {
      normal: 'The gateway answers as it should.',
      decline: 'The gateway declines every fare: new bookings are rejected.',
      stall: 'The gateway is silent: payments wait until it answers again.',
    }[choice.dataset.gateway];
  }));
}

async function lookAtSandbox() {
  if (document.hidden) return;
  try {
    showSandbox(await call('GET', 'sandbox'));
  } catch {
    // The state of the stream tells that the server is away.
  }
}

function showSandbox({ queue, gateway }) {
  queueIsUp = queue === 'up';
  queueState.textContent = queue;
  queueState.dataset.tone = queueIsUp ? 'ok' : 'bad';
  queueSwitch.textContent = queueIsUp ? 'Take it down' : 'Bring it back';
  for (const choice of gateways) choice.setAttribute('aria-pressed', String(choice.dataset.gateway === gateway));
}
