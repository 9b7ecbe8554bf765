/**
 * What the page knows, and the one way to change it. Panels register a painter; after a change each
 * is run once, in the next frame, however many messages came in between.
 */
const LOG_KEPT = 2000;

export const state = {
  connection: 'connecting',
  status: null,
  actors: new Map(),
  /** Newest first. */
  log: [],
  selected: null,
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
    state.selected ??= firstToShow();
  },
  entry: ({ entry }) => {
    state.log.unshift(entry);
    state.log.length = Math.min(state.log.length, LOG_KEPT);
  },
  gone: ({ id }) => {
    const wasNamed = state.actors.get(id)?.name;
    state.actors.delete(id);
    if (state.selected === id) state.selected = successorOf(wasNamed) ?? firstToShow();
  },
};

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

/** The session of the pool that the selected actor, or an actor around it, runs. */
export function selectedSession() {
  const sessions = state.status?.sessions ?? [];
  for (let actor = selectedActor(); actor; actor = state.actors.get(actor.parent)) {
    const found = sessions.find(({ name }) => name === actor.name);
    if (found) return found;
  }
  return null;
}

function firstToShow() {
  const machines = [...state.actors.values()].filter(({ machine }) => machine !== null);
  return (machines.find(({ parent }) => parent !== null) ?? machines[0])?.id ?? null;
}

/** A session whose machine broke is spawned again under its name. */
function successorOf(name) {
  return [...state.actors.values()].find((actor) => actor.name === name)?.id;
}
