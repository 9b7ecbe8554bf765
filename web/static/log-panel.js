import { byId, element } from './element.js';
import { isInternal } from './internal-events.js';
import { lookBack, onPaint, repaint, state } from './page-state.js';
import { eventWord, stateClass, statePath } from './state-word.js';
import { timeOfDay } from './time.js';

const ROWS_SHOWN = 300;
const rows = new WeakMap();
/** The entries as they were when the log was paused; null = it runs. */
let paused = null;

/** The event log, newest first. A row shows the chart as it was then; Escape goes back to now. */
export function showLog() {
  const pause = byId('log-pause');
  pause.addEventListener('click', () => {
    paused = paused ? null : [...state.log];
    pause.setAttribute('aria-pressed', String(paused !== null));
    pause.textContent = paused ? 'Resume' : 'Pause';
    repaint();
  });
  byId('log-filter').addEventListener('input', repaint);
  for (const box of ['log-selected', 'log-internal']) byId(box).addEventListener('change', repaint);
  byId('log-rows').addEventListener('keydown', moveByKey);
  onPaint(paint);
}

function paint() {
  const { entries, internal } = shownEntries();
  const list = byId('log-rows');
  const wanted = entries.slice(0, ROWS_SHOWN).map(rowOf);
  for (const row of wanted)
    row.classList.toggle('chosen', rows.get(state.lookingBack ?? {}) === row);
  reconcile(list, wanted);
  byId('log-count').textContent = countText(entries.length, internal);
}

/** Only what changed is touched, so that focus and scroll position stay. */
function reconcile(list, wanted) {
  const kept = new Set(wanted);
  for (const row of [...list.children]) if (!kept.has(row)) row.remove();
  wanted.forEach((row, index) => {
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
}

function countText(count, internal) {
  const missed = paused ? (state.log[0]?.seq ?? 0) - (paused[0]?.seq ?? 0) : 0;
  if (missed > 0) return `${missed} newer held back`;
  return internal > 0 ? `${count} of ${count + internal}` : String(count);
}

/** `internal`: how many more there would be with internal ones. */
function shownEntries() {
  const text = byId('log-filter').value.trim().toLowerCase();
  const onlySelected = byId('log-selected').checked;
  const matching = (paused ?? state.log).filter(
    (entry) => (!onlySelected || entry.actor === state.selected) && textOf(entry).includes(text),
  );
  const isShown = byId('log-internal').checked ? () => true : (entry) => !isInternal(entry);
  const entries = matching.filter(isShown);
  return { entries, internal: matching.length - entries.length };
}

function textOf(entry) {
  return `${entry.actorName} ${entry.from ?? ''} ${entry.type} ${statePath(entry).join(' ')}`.toLowerCase();
}

function rowOf(entry) {
  const known = rows.get(entry);
  if (known) return known;
  const row = newRow(entry);
  rows.set(entry, row);
  return row;
}

function newRow(entry) {
  const path = statePath(entry);
  const wasIgnored = entry.transitions.length === 0 && entry.nodes.length > 0;
  return element(
    'li',
    {
      class: wasIgnored ? 'row ignored' : 'row',
      tabindex: '0',
      'data-seq': entry.seq,
      title: `#${entry.seq} ${entry.from ?? 'outside'} → ${entry.actorName}\n${JSON.stringify(entry.event, null, 1)}`,
      click: () => lookBack(entry),
    },
    timeOfDay(entry.at),
    element('span', {}, entry.actorName),
    element('span', {}, eventWord(entry.type)),
    wasIgnored ? element('span', {}, 'ignored') : afterward(path),
  );
}

function afterward(path) {
  return element('span', { class: `after ${stateClass(path)}` }, path.join(' · '));
}

const MOVES = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' };

function moveByKey(event) {
  const row = event.target.closest('.row');
  if (event.key === 'Enter') row?.click();
  const next = row?.[MOVES[event.key]];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
}
