import { element } from './element.js';
import { repaint } from './page-state.js';
import { timeOfDay } from './time.js';

const SHOWN = 25;
/** The panel says these already. */
const KNOWN_ANYWAY = new Set(['index', 'account', 'conversation']);
let known = { path: '', key: '', entries: [], evidence: null };

/** What has been told of the session or the account at this path of the API, newest last; empty before. */
export function happeningsAt(path) {
  return known.path === path ? known.entries : [];
}

/** What led to the state of the account at this path, as last told; null = nothing did, or nobody has said. */
export function evidenceAt(path) {
  return known.path === path ? known.evidence : null;
}

/** Asks again when `key` is a new one: once for each state that its subject comes into. */
export async function refreshHappenings(path, key) {
  if (known.path === path && known.key === key) return;
  known = { path, key, entries: happeningsAt(path), evidence: evidenceAt(path) };
  const answer = await fetch(path).catch(() => null);
  if (!answer?.ok || known.path !== path || known.key !== key) return;
  const { history, evidence = null } = await answer.json();
  known = { path, key, entries: history, evidence };
  repaint();
}

/** The newest of them, newest first, below a heading; nothing when there are none. `name`: to whom they happened. */
export function happeningParts(entries, name) {
  if (entries.length === 0) return [];
  const newest = entries.slice(-SHOWN).reverse();
  return [
    element('h2', {}, 'What happened'),
    element('ol', { class: 'history' }, ...newest.map((entry) => row(entry, name))),
  ];
}

function row({ at, event, facts }, subject) {
  const words = Object.entries(facts)
    .filter(
      ([name, value]) => !KNOWN_ANYWAY.has(name) && !(name === 'session' && value === subject),
    )
    .map(([name, value]) => [name, name === 'cause' ? causeText(value) : value])
    .filter(([name, value]) => isShort(value) || (name === 'why' && typeof value === 'string'))
    .map(([name, value]) => `${name} ${value}`);
  return element(
    'li',
    {},
    timeOfDay(at),
    element('span', {}, event, words.length > 0 ? element('small', {}, words.join(', ')) : null),
  );
}

function isShort(value) {
  return value !== null && typeof value !== 'object' && String(value).length <= 80;
}

/** `{ kind: 'signal', signal: 9 }` → `signal 9`. */
export function causeText(cause) {
  if (typeof cause?.kind !== 'string') return typeof cause === 'string' ? cause : null;
  return [cause.kind, cause.code ?? cause.signal].filter((part) => part !== undefined).join(' ');
}
