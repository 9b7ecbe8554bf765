/** The words for where an actor is: keys of its states, or its status when it has none. */
export function statePath({ path, status }) {
  return path.length > 0 && status === 'active' ? path : [status];
}

/** Substates that say more than their state. */
const TELLING = {
  idle: ['blocked', 'held', 'starting', 'moving', 'parked'],
  working: ['moving', 'parked'],
};

/** The class that colours it: a state of the pool's machines, or none. */
export function stateClass(path) {
  const [first = '', second] = path;
  return TELLING[first]?.includes(second) ? second : first;
}

/** `xstate.done.actor.0.session.idle` → `session.idle done`; events of ours as they are. */
export function eventWord(type) {
  const [, outcome, actor] = /^xstate\.(done|error)\.actor\.(?:\d+\.)?(.+)$/.exec(type) ?? [];
  if (outcome) return `${actor} ${outcome === 'done' ? 'done' : 'failed'}`;
  const [, delay] = /^xstate\.after\.([^.]+)\./.exec(type) ?? [];
  if (delay) return `after ${delay}`;
  return type.replace(/^xstate\./, '');
}
