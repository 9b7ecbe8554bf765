/** Whether the pool has escalated, and how that ends. */
import type { VerbResult } from './operator.ts';
import type { RootRef } from './pool.ts';

/** By what its machines find the root in their system. */
export const ROOT = 'root';

/** Too many agents have ended: nothing is created, given out or moved until an operator says so. */
export function isEscalated(root: RootRef): boolean {
  return root.getSnapshot().matches({ creating: 'escalated' });
}

/**
 * `session reset --all`: no crash so far counts for the pool any more, and one that had escalated creates
 * sessions again, which is what `changed` says.
 */
export function resetPool(root: RootRef): VerbResult {
  const changed = isEscalated(root);
  root.send({ type: 'pool.reset' });
  return { ok: true, changed };
}
