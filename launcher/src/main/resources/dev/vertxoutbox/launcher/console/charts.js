// The charts: five minutes of samples, one a second.

import { count, millis, rate } from './words.js';

const SAMPLES = 300;
const HEIGHT = 120;
const STEPS = [1, 2, 5].flatMap(step => Array.from({ length: 9 }, (_, power) => step * 10 ** power)).sort((a, b) => a - b);
const FIELDS = ['second', 'bookings', 'events', 'backlog', 'p50', 'p99'];

const CHARTS = {
  bookings: { what: 'Bookings per second', fields: ['bookings'], say: sample => rate(sample.bookings), axis: number => count(number) },
  events: { what: 'Events sent per second', fields: ['events'], say: sample => rate(sample.events), axis: number => count(number) },
  backlog: { what: 'Events waiting', fields: ['backlog'], say: sample => count(sample.backlog), axis: number => count(number) },
  latency: {
    what: 'Time from commit to queue, median and 99th percentile',
    fields: ['p50', 'p99'],
    say: sample => `${millis(sample.p50)} · ${millis(sample.p99)}`,
    axis: number => millis(number),
  },
};

const columns = Object.fromEntries(FIELDS.map(field => [field, []]));
let plots = [];

/** Begins anew with the past that the server knows. */
export function showHistory(samples) {
  FIELDS.forEach(field => { columns[field] = samples.map(sample => sample[field]); });
  redraw();
}

export function addSample(sample) {
  if (sample.second <= (columns.second.at(-1) ?? 0)) return;
  for (const field of FIELDS) {
    columns[field].push(sample[field]);
    if (columns[field].length > SAMPLES) columns[field].shift();
  }
  for (const plot of plots) plot.output.textContent = plot.chart.say(sample);
  redraw();
}

function redraw() {
  if (document.hidden) return;
  for (const plot of plots) plot.drawing.setData([columns.second, ...plot.chart.fields.map(field => columns[field])]);
}

function build() {
  plots.forEach(plot => plot.drawing.destroy());
  plots = Object.entries(CHARTS).map(([name, chart]) => {
    const figure = document.querySelector(`[data-chart=${name}]`);
    const place = figure.querySelector('.plot');
    const drawing = new window.uPlot(options(chart, place), [[], ...chart.fields.map(() => [])], place);
    return { chart, place, drawing, output: figure.querySelector('output') };
  });
  redraw();
}

/** Says what has been drawn, to those who do not see it. */
function describe(chart, place, drawing) {
  const last = Object.fromEntries(chart.fields.map((field, index) => [field, drawing.data[index + 1].at(-1)]));
  const most = Math.max(0, ...drawing.data.at(-1));
  place.setAttribute('aria-label', `${chart.what} over five minutes: now ${chart.say(last)}, at most ${chart.axis(most)}`);
}

function options(chart, place) {
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const grid = { stroke: colour('--line'), width: 1 };
  const series = [
    { stroke: colour('--flow'), fill: colour('--flow-faint'), width: 2, points: { show: false } },
    { stroke: colour('--second'), width: 1.5, points: { show: false } },
  ];
  return {
    width: place.clientWidth,
    height: HEIGHT,
    hooks: { draw: [drawing => describe(chart, place, drawing)] },
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 14, 0, 0],
    scales: {
      x: { range: () => { const now = columns.second.at(-1) ?? Date.now() / 1000; return [now - SAMPLES, now]; } },
      y: { range: (drawing, least, most) => [0, Math.max(2, most * 1.15)] },
    },
    axes: [
      {
        stroke: colour('--muted'), grid: { show: false }, ticks: { show: false }, size: 22, font: '11px system-ui',
        splits: drawing => [-240, -120, 0].map(past => drawing.scales.x.max + past),
        values: (drawing, splits) => splits.map(at => {
          const minutes = Math.round((drawing.scales.x.max - at) / 60);
          return minutes === 0 ? 'now' : `−${minutes} min`;
        }),
      },
      {
        stroke: colour('--muted'), grid, ticks: { show: false }, size: 52, gap: 4, font: '11px system-ui', space: 34,
        values: (drawing, splits) => splits.map(chart.axis), incrs: STEPS,
      },
    ],
    series: [{}, ...chart.fields.map((field, index) => series[index])],
  };
}

new ResizeObserver(() => {
  for (const plot of plots) {
    if (plot.place.clientWidth !== plot.drawing.width) plot.drawing.setSize({ width: plot.place.clientWidth, height: HEIGHT });
  }
}).observe(document.querySelector('.charts'));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', build);
document.addEventListener('visibilitychange', redraw);
build();
