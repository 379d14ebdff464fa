// The picture of the path: six nodes in HTML, and the edges between them in SVG, drawn from where the nodes are.

import { count, duration, rate } from './words.js';

const SVG = 'http://www.w3.org/2000/svg';
const FLOWS_FOR = 2_000;
const GAP = 7;

const EDGES = [
  { from: 'bookings', to: 'outbox', rate: state => state.flight?.bookedPerSecond },
  { from: 'outbox', to: 'relay', rate: state => state.relay?.sentPerSecond, held: state => isHeld(state) },
  { from: 'relay', to: 'flight-queue', rate: state => topic(state, 'flight')?.sentPerSecond, held: state => isHeld(state, 'flight') },
  { from: 'flight-queue', to: 'payments', rate: state => state.payment?.handledPerSecond },
  // Each event that payment handles has its answer, written in the same transaction.
  { from: 'payments', to: 'outbox', rate: state => state.payment?.handledPerSecond },
  { from: 'relay', to: 'payment-queue', rate: state => topic(state, 'payment')?.sentPerSecond, held: state => isHeld(state, 'payment') },
  { from: 'payment-queue', to: 'bookings', rate: state => state.flight?.handledPerSecond },
];

const path = document.getElementById('path');
const svg = document.getElementById('edges');
const nodes = new Map([...path.querySelectorAll('.node')].map(node => [node.dataset.node, node]));
const drawn = EDGES.map(edge => ({ ...edge, ...elements(), flowedAt: 0 }));

new ResizeObserver(layOut).observe(path);

export function showPath(state) {
  show('bookings', bookings(state));
  show('outbox', outbox(state));
  show('relay', relay(state));
  show('flight-queue', queue(state, 'flight'));
  show('payments', payments(state));
  show('payment-queue', queue(state, 'payment'));
  drawn.forEach(edge => flow(edge, state));
}

function bookings({ flight }) {
  if (!flight) return absent;
  return flight.ok ? { number: flight.booked, say: 'takes bookings and payment results' }
    : { number: flight.booked, tone: 'warn', say: 'takes bookings; payment results wait' };
}

function outbox({ outbox, sample }) {
  if (outbox?.unavailable) return { number: sample.backlog, tone: 'off', say: outbox.unavailable };
  const pending = outbox?.pending ?? sample.backlog;
  const age = pending > 0 ? outbox?.oldestAgeSeconds ?? 0 : 0;
  const says = [];
  if (outbox?.parked > 0) says.push(`${count(outbox.parked)} parked`);
  if (age >= 1) says.push(`oldest: ${duration(age)}`);
  return { number: pending, tone: outbox?.parked > 0 || age > 5 ? 'warn' : 'ok', say: says.join(', ') || 'nothing waits for long' };
}

function relay({ relay }) {
  if (!relay) return absent;
  const open = relay.topics.filter(each => each.circuit === 'open');
  const paused = relay.topics.filter(each => each.paused);
  if (relay.problem) return { number: relay.sent, tone: 'bad', say: relay.problem };
  if (open.length > 0) return { number: relay.sent, tone: 'bad', say: `circuit open: ${names(open)}` };
  if (paused.length > 0) return { number: relay.sent, tone: 'warn', say: `paused: ${names(paused)}` };
  return relay.listening ? { number: relay.sent, say: 'hears every commit' }
    : { number: relay.sent, tone: 'warn', say: 'hears nothing, polls' };
}

function queue(state, name) {
  const found = state.queues?.find(each => each.topic === name);
  if (!found) return state.queues ? { tone: 'off', say: 'not used by this process' } : { say: '…' };
  if (found.unavailable) return { tone: 'bad', say: found.unavailable };
  const number = found.waiting + found.inFlight;
  return found.deadLetters > 0 ? { number, tone: 'warn', say: `${count(found.deadLetters)} dead letters` }
    : { number, say: 'reachable' };
}

function payments({ payment }) {
  if (!payment) return absent;
  if (payment.gateway === 'silent') return { number: payment.handled, tone: 'bad', say: 'the gateway is silent' };
  return payment.ok ? { number: payment.handled, say: 'the gateway answers' }
    : { number: payment.handled, tone: 'warn', say: 'waits for its queue' };
}

const absent = { tone: 'off', say: 'not in this process' };

function names(topics) {
  return topics.map(each => each.topic).join(', ');
}

function topic(state, name) {
  return state.relay?.topics.find(each => each.topic === name);
}

function isHeld(state, name) {
  const topics = state.relay?.topics ?? [];
  const held = each => each.paused || each.circuit === 'open';
  return name ? topics.some(each => each.topic === name && held(each)) : topics.length > 0 && topics.every(held);
}

function show(name, { number, say, tone = 'ok' }) {
  const node = nodes.get(name);
  node.dataset.tone = tone;
  set(node.querySelector('[data-number]'), count(number));
  set(node.querySelector('[data-say]'), say);
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function elements() {
  const group = document.createElementNS(SVG, 'g');
  const [line, dots, head, label] = ['path', 'path', 'path', 'text'].map(kind => document.createElementNS(SVG, kind));
  line.setAttribute('class', 'line');
  dots.setAttribute('class', 'dots');
  head.setAttribute('class', 'head');
  group.append(line, dots, head, label);
  svg.append(group);
  return { group, line, dots, head, label };
}

/** Events flow for two seconds after the last of them, so that a single one is seen. */
function flow(edge, state) {
  const now = performance.now();
  const perSecond = edge.rate(state) ?? 0;
  const held = edge.held?.(state) ?? false;
  if (perSecond > 0) edge.flowedAt = now;
  const flows = edge.flowedAt > 0 && now - edge.flowedAt < FLOWS_FOR;
  const speed = perSecond > 500 ? 'fast' : perSecond > 20 ? 'brisk' : 'slow';
  edge.group.setAttribute('class', held ? 'held' : flows ? 'flows ' + speed : '');
  set(edge.label, held ? 'held' : perSecond > 0 ? rate(perSecond) : '');
}

function layOut() {
  const origin = path.getBoundingClientRect();
  svg.setAttribute('viewBox', `0 0 ${origin.width} ${origin.height}`);
  for (const edge of drawn) {
    const from = box(nodes.get(edge.from), origin);
    const to = box(nodes.get(edge.to), origin);
    const sideBySide = Math.abs(from.y - to.y) < Math.abs(from.x - to.x);
    const [x1, y1, x2, y2] = sideBySide ? along(from, to) : down(from, to);
    edge.line.setAttribute('d', `M${x1} ${y1}L${x2} ${y2}`);
    edge.dots.setAttribute('d', `M${x1} ${y1}L${x2} ${y2}`);
    edge.head.setAttribute('d', arrow(x2, y2, Math.sign(x2 - x1), Math.sign(y2 - y1)));
    edge.label.setAttribute('x', sideBySide ? (x1 + x2) / 2 : x1 + 12);
    edge.label.setAttribute('y', sideBySide ? y1 - 12 : (y1 + y2) / 2 + 4);
    edge.label.setAttribute('text-anchor', sideBySide ? 'middle' : 'start');
  }
}

function box(node, origin) {
  const { left, top, width, height } = node.getBoundingClientRect();
  return { x: left - origin.left + width / 2, y: top - origin.top + height / 2, w: width / 2, h: height / 2 };
}

function along(from, to) {
  const towards = Math.sign(to.x - from.x);
  return [from.x + towards * (from.w + GAP), from.y, to.x - towards * (to.w + GAP), from.y];
}

function down(from, to) {
  const towards = Math.sign(to.y - from.y);
  return [from.x, from.y + towards * (from.h + GAP), from.x, to.y - towards * (to.h + GAP)];
}

function arrow(x, y, dx, dy) {
  const back = 7;
  const side = 4.5;
  return `M${x - dx * back + dy * side} ${y - dy * back + dx * side}L${x} ${y}L${x - dx * back - dy * side} ${y - dy * back - dx * side}`;
}
