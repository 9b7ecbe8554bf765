/** Whether the pool has escalated, and how that ends. */
import type { VerbResult } from './operator.ts';
import type { RootRef } from './pool.ts';

/** By what its machines find the root in their system. */
export const ROOT = 'root';

/** Too many agents have ended: nothing is created, given out or moved until an operator says so. */
export function isEscalated(root: RootRef): boolean {
  return root.getSnapshot().matches({ creating: 'escalated' });
}

/** `session reset --all`: the crashes of the pool no longer count, and it creates sessions again. */
export function resetPool(root: RootRef): VerbResult {
  if (!isEscalated(root)) return { ok: true, changed: false };
  root.send({ type: 'pool.reset' });
  return { ok: true, changed: true };
}
