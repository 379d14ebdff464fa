// Numbers, times and states in words.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export function count(number) {
  if (number === null || number === undefined) return '–';
  return number >= 1_000_000 ? compact.format(number) : whole.format(number);
}

export function rate(number) {
  if (number === null || number === undefined) return '–';
  return (number >= 10 ? whole : tenths).format(number) + '/s';
}

export function millis(number) {
  if (number === null || number === undefined) return '–';
  if (number < 10) return tenths.format(number) + ' ms';
  return number < 1000 ? whole.format(number) + ' ms' : duration(number / 1000);
}

export function duration(seconds) {
  if (seconds < 60) return (seconds < 10 ? tenths : whole).format(Math.max(0, seconds)) + ' s';
  if (seconds < 3600) return Math.floor(seconds / 60) + ' min';
  return seconds < 86400 ? Math.floor(seconds / 3600) + ' h' : Math.floor(seconds / 86400) + ' d';
}

export function time(iso) {
  return new Date(iso).toLocaleTimeString('en-GB');
}

export function shortId(id) {
  return id.length > 14 ? '…' + id.slice(-8) : id;
}

export function money(fare) {
  return fare ? new Intl.NumberFormat('en', { style: 'currency', currency: fare.currency }).format(fare.amount) : '–';
}

function isOfQueue(problem) {
  return problem.startsWith('receive: ');
}

/** Of other errors the step and the kind, without details. */
function waits(what, problem) {
  return `${what} wait${isOfQueue(problem) ? ': their queue does not answer.' : ` (${problem.split(': ').slice(0, 2).join(': ')}).`}`;
}

/** What needs attention in a state, worst first: {tone, text} each. */
export function news(state) {
  const list = [];
  const say = (tone, text) => list.push({ tone, text });
  const queues = state.queues ?? [];
  const lost = queues.filter(queue => queue.unavailable);
  if (lost.length > 0) {
    say('bad', `${lost.map(queue => queue.name).join(' and ')}: ${lost[0].unavailable}. `
      + 'Bookings go on, their events wait in the outbox, and nothing is lost.');
  }
  const open = (state.relay?.topics ?? []).filter(topic => topic.circuit === 'open');
  if (open.length > 0 && lost.length === 0) {
    say('bad', `The relay leaves ${open.map(topic => topic.queue).join(' and ')} alone after a failure, and tries again by itself.`);
  }
  // Of a queue that is away one line tells enough.
  const saysMore = problem => problem && lost.length === 0 && !(open.length > 0 && isOfQueue(problem));
  if (state.payment?.gateway === 'silent') {
    say('bad', 'The payment gateway does not answer. Payments wait, and nobody is charged twice.');
  } else if (saysMore(state.payment?.problem)) {
    say('bad', waits('Payments', state.payment.problem));
  }
  if (saysMore(state.flight?.problem)) say('bad', waits('Results of payments', state.flight.problem));
  if (state.relay?.problem) say('bad', state.relay.problem);
  if (state.relay && !state.relay.listening && !state.relay.problem) {
    say('warn', 'The relay hears no notifications from the database. Events wait for its next poll.');
  }
  if (state.outbox?.parked > 0) {
    const one = state.outbox.parked === 1;
    say('warn', one ? 'One event is parked. Only its own subject waits.'
      : `${count(state.outbox.parked)} events are parked or wait behind one. Only their own subjects wait.`);
  }
  const dead = queues.reduce((sum, queue) => sum + (queue.deadLetters ?? 0), 0);
  if (dead > 0) say('warn', `${count(dead)} ${dead === 1 ? 'message is' : 'messages are'} in a dead-letter queue.`);
  const paused = (state.relay?.topics ?? []).filter(topic => topic.paused);
  if (paused.length > 0) say('warn', `Paused: ${paused.map(topic => topic.topic).join(', ')}. Events of it wait.`);
  if (list.length === 0) say('ok', 'All is well.');
  return list;
}
