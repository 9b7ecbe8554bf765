import { state } from './page-state.js';

/** What its children report to the root, and its own rounds: each is also told by a child or the status. */
const ROUTINE_OF_ROOT = /^((session|account|failover)\.|interval\.elapsed$|xstate\.done\.actor\.)/;

/**
 * Whether a log entry is the machinery talking to itself. An effect that ends well is one: its
 * result comes as an event to whoever asked for it.
 */
export function isInternal({ actor, nodes, status, type }) {
  if (nodes.length === 0) return status !== 'error';
  return isRoot(actor) && ROUTINE_OF_ROOT.test(type);
}

function isRoot(id) {
  const known = state.actors.get(id);
  return known !== undefined && !state.actors.has(known.parent);
}
