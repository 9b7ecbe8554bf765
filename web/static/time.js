import { element } from './element.js';

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Local time for reading, ISO 8601 on hover for copying. `iso` may also be epoch milliseconds. */
export function timeOfDay(iso) {
  const date = new Date(iso);
  return timeElement(date, CLOCK.format(date));
}

/** `12:04:31 (3 min ago)`, or `(in 3 min)`, with the day when it is not today; it goes on by itself. */
export function moment(iso) {
  const made = timeElement(new Date(iso), momentText(new Date(iso)));
  made.dataset.ages = '';
  return made;
}

/** In place, so that a text which is selected stays so. */
setInterval(() => {
  for (const aging of document.querySelectorAll('time[data-ages]')) {
    aging.textContent = momentText(new Date(aging.dateTime));
  }
}, 1000);

function momentText(date) {
  const isToday = date.toDateString() === new Date().toDateString();
  const day = isToday ? '' : `${DAY.format(date)} `;
  return `${day}${CLOCK.format(date)} (${distance(date.getTime() - Date.now())})`;
}

function timeElement(date, text) {
  const iso = date.toISOString();
  return element('time', { datetime: iso, title: iso }, text);
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** How far away a time is that comes in so many milliseconds. */
function distance(ms) {
  return ms > 0 ? `in ${span(ms)}` : `${span(-ms)} ago`;
}

function span(ms) {
  const [size, unit] = UNITS.find(([least]) => ms >= least) ?? [1000, 's'];
  return `${Math.floor(ms / size)} ${unit}`;
}
