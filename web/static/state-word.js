/** `session.idle.ready` of machine `session` → `['idle', 'ready']`. */
export function statePath({ nodes, status }) {
  const [root] = nodes;
  const deepest = nodes.at(-1);
  if (!root || !deepest || deepest === root) return [status];
  return deepest.slice(root.length + 1).split('.');
}

/** The class that colours it: a state of the pool's sessions, or none. */
export function stateClass(path) {
  const [first, second] = path;
  if (first === 'idle' && ['blocked', 'held', 'starting'].includes(second)) return second;
  return first ?? '';
}

/** The root has no name of its own but XState's `x:0`. */
export function actorName({ name, parent, machine }) {
  return parent === null && machine !== null ? machine : name;
}

/** `xstate.done.actor.0.session.idle` → `session.idle done`; events of ours as they are. */
export function eventWord(type) {
  const [, outcome, actor] = /^xstate\.(done|error)\.actor\.(?:\d+\.)?(.+)$/.exec(type) ?? [];
  if (outcome) return `${actor} ${outcome === 'done' ? 'done' : 'failed'}`;
  const [, delay] = /^xstate\.after\.([^.]+)\./.exec(type) ?? [];
  if (delay) return `after ${delay}`;
  return type.replace(/^xstate\./, '');
}
