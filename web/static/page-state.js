/**
 * What the page knows, and the one way to change it. Panels register a painter; after a change each
 * is run once, in the next frame, however many messages came in between.
 */
import { kindOf, subjectOf } from './actor-kind.js';

const LOG_KEPT = 2000;
const GONE_KEPT = 100;

export const state = {
  connection: 'connecting',
  status: null,
  actors: new Map(),
  /** Those that have ended lately, as they were: their log is still there to look back at. */
  gone: new Map(),
  /** Newest first. */
  log: [],
  selected: null,
  /** The name of whom was looked at and went: a pool that begins anew has one of that name again. */
  missed: null,
  /** The log entry that is looked back at; null = now. */
  lookingBack: null,
};

const painters = [];
let framePending = false;

export function onPaint(painter) {
  painters.push(painter);
}

export function repaint() {
  if (framePending) return;
  framePending = true;
  requestAnimationFrame(() => {
    framePending = false;
    for (const paint of painters) paint();
  });
}

const RECEIVERS = {
  hello: ({ status, actors, log }) => {
    state.status = status;
    state.actors = new Map(actors.map((actor) => [actor.id, actor]));
    state.log = log.toReversed();
    if (!state.actors.has(state.selected)) state.selected = firstToShow();
    state.lookingBack = null;
  },
  status: ({ status }) => {
    state.status = status;
  },
  actor: ({ actor }) => {
    state.actors.set(actor.id, actor);
    if (actor.name === state.missed) select(actor.id);
    state.selected ??= firstToShow();
  },
  entry: ({ entry }) => {
    state.log.unshift(entry);
    state.log.length = Math.min(state.log.length, LOG_KEPT);
  },
  gone: ({ id }) => {
    const gone = state.actors.get(id);
    state.actors.delete(id);
    if (gone?.machine) keepGone(gone);
    if (state.selected !== id) return;
    const successor = successorOf(gone);
    if (!successor) state.missed ??= gone?.name ?? null;
    state.selected = successor ?? firstToShow();
  },
};

function keepGone(actor) {
  state.gone.set(actor.id, actor);
  const [oldest] = state.gone.keys();
  if (state.gone.size > GONE_KEPT) state.gone.delete(oldest);
}

export function receive(message) {
  RECEIVERS[message.kind]?.(message);
  repaint();
}

export function setConnection(connection) {
  state.connection = connection;
  repaint();
}

export function select(id) {
  state.selected = id;
  state.missed = null;
  state.lookingBack = null;
  repaint();
}

/** Shows the chart of the entry's actor as it was after that entry. */
export function lookBack(entry) {
  state.lookingBack = entry;
  if (entry && state.actors.has(entry.actor)) state.selected = entry.actor;
  repaint();
}

export function selectedActor() {
  return state.actors.get(state.selected) ?? null;
}

/** Whose chart is shown: the selected actor's, or of whom it is that is looked back at. */
export function shownActor() {
  const id = state.lookingBack?.actor;
  return state.actors.get(id) ?? state.gone.get(id) ?? selectedActor();
}

/** The session of the pool that the selected actor, or an actor around it, runs or moves. */
export function selectedSession() {
  return selectedAmong('session', 'failover', state.status?.sessions);
}

/** The account that the selected actor, or an actor around it, keeps. */
export function selectedAccount() {
  return selectedAmong('account', 'account', state.status?.accounts);
}

function selectedAmong(kind, other, reports = []) {
  for (let actor = selectedActor(); actor; actor = state.actors.get(actor.parent)) {
    if (![kind, other].includes(kindOf(actor))) continue;
    const found = reports.find(({ name }) => name === subjectOf(actor));
    if (found) return found;
  }
  return null;
}

/** The first session, else whatever else there is with a chart. */
function firstToShow() {
  const machines = [...state.actors.values()].filter(({ machine }) => machine !== null);
  const children = machines.filter(({ parent }) => parent !== null);
  const session = children.find((actor) => kindOf(actor) === 'session');
  return (session ?? children[0] ?? machines[0])?.id ?? null;
}

/**
 * A session whose machine broke is spawned again under its name; after a failover its session is
 * looked at.
 */
function successorOf(gone) {
  const named = (name) => [...state.actors.values()].find((actor) => actor.name === name)?.id;
  return gone && (named(gone.name) ?? named(subjectOf(gone)));
}
