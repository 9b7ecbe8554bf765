import { byId, element } from './element.js';
import { onPaint, repaint, selectedActor, selectedSession, state } from './page-state.js';
import { stateClass, statePath } from './state-word.js';
import { moment, timeOfDay } from './time.js';

const HISTORY_SHOWN = 25;
/** The panel says these already. */
const KNOWN_ANYWAY = new Set(['session', 'index', 'account', 'conversation']);
let history = { key: '', entries: [] };
let painted = '';

/** What is known of the selected session, what happened to it, and its machine's context. */
export function showFacts() {
  onPaint(paint);
}

function paint() {
  const actor = selectedActor();
  const session = selectedSession();
  const context = state.lookingBack ? null : (actor?.context ?? null);
  if (session) void refreshHistory(session);
  const shown = JSON.stringify([
    session,
    actor?.id,
    actor?.path,
    context,
    history.entries.length,
    history.key,
  ]);
  if (shown === painted) return;
  painted = shown;
  byId('facts').replaceChildren(
    ...(session ? sessionParts(session, actor) : actorParts(actor)),
    ...contextParts(context),
  );
}

function sessionParts(session, actor) {
  // The machine's own word, as everywhere else on the page: the report comes a moment later.
  const path = actor ? statePath(actor) : [session.state, session.substate].filter(Boolean);
  const crash = crashCause();
  return [
    element('h2', {}, session.name),
    list([
      ['State', element('span', { class: `badge ${stateClass(path)}` }, path.join(' · '))],
      ['Since', moment(session.since)],
      ['Reason', session.reason, 'bad'],
      ['Account', session.account],
      ['Restarts', String(session.restarts)],
      ['Last crash', session.crashedAt ? moment(session.crashedAt) : 'never'],
      ['Cause', session.crashedAt ? crash : null, 'bad'],
      ['Task', session.task, 'mono'],
      ['Conversation', session.conversation, 'mono'],
      ['Agent pid', session.pid === null ? null : String(session.pid), 'mono'],
      ['Kind', session.kind],
    ]),
    ...historyParts(session),
  ];
}

function actorParts(actor) {
  if (!actor) return [element('p', { class: 'empty' }, 'Select an actor on the left.')];
  return [
    element('h2', {}, actor.name),
    list([
      ['Machine', actor.machine ?? 'none: a single effect', 'mono'],
      ['Actor id', actor.id, 'mono'],
      ['Status', actor.status],
    ]),
  ];
}

function list(facts) {
  const rows = facts
    .filter(([, value]) => value !== null)
    .flatMap(([name, value, kind = '']) => [
      element('dt', {}, name),
      element('dd', { class: kind }, value),
    ]);
  return element('dl', {}, ...rows);
}

function historyParts({ name }) {
  if (!history.key.startsWith(`${name} `) || history.entries.length === 0) return [];
  const entries = history.entries.slice(-HISTORY_SHOWN).reverse();
  return [
    element('h2', {}, 'What happened'),
    element('ol', { class: 'history' }, ...entries.map(historyRow)),
  ];
}

function historyRow({ at, event, facts }) {
  const words = Object.entries(facts)
    .filter(([name]) => !KNOWN_ANYWAY.has(name))
    .map(([name, value]) => [name, name === 'cause' ? causeText(value) : value])
    .filter(([, value]) => isShort(value))
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

function crashCause() {
  const crash = history.entries.findLast(({ event }) => event === 'session.crashed');
  return causeText(crash?.facts.cause);
}

/** `{ kind: 'signal', signal: 9 }` → `signal 9`. */
function causeText(cause) {
  if (typeof cause?.kind !== 'string') return typeof cause === 'string' ? cause : null;
  return [cause.kind, cause.code ?? cause.signal].filter((part) => part !== undefined).join(' ');
}

/** Asked for once for each state a session comes into. */
async function refreshHistory({ name, state: word, substate, since }) {
  const key = `${name} ${word} ${substate} ${since}`;
  if (history.key === key) return;
  history = { key, entries: history.key.startsWith(`${name} `) ? history.entries : [] };
  const answer = await fetch(`/v1/sessions/${encodeURIComponent(name)}`).catch(() => null);
  if (!answer?.ok || history.key !== key) return;
  history = { key, entries: (await answer.json()).history };
  repaint();
}

function contextParts(context) {
  if (context === null) return [];
  return [element('h2', {}, 'Context'), element('pre', {}, JSON.stringify(context, null, 2))];
}
