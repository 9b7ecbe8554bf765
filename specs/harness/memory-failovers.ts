import { FailoverError } from '../../config/errors.ts';
import { pastAfter } from '../../machines/failover/past.ts';
import type { FailoverFacts } from '../../machines/failovers.ts';
import type { FactStore } from '../../machines/ports.ts';
import { copyOf, type MemoryGuard } from './memory-guard.ts';

/** The journal of one tmux server's failovers without a disk: by id, in the order in which they began. */
export function failoversIn(
  rows: Map<string, FailoverFacts>,
  guard: MemoryGuard,
): Pick<FactStore, 'saveFailover' | 'openFailovers' | 'pastFailovers'> {
  const open = () => [...rows.values()].filter(({ endedAt }) => endedAt === null);
  return {
    async saveFailover(facts) {
      guard.refuseWhenFencedOff();
      const others = open().filter(
        ({ id, session }) => id !== facts.id && session === facts.session,
      );
      if (facts.endedAt === null && others.length > 0) {
        throw new FailoverError('STORE_FAILED', `another failover of ${facts.session} is open`);
      }
      rows.set(facts.id, copyOf(facts));
      const ended = [...rows.values()].filter(
        ({ session, endedAt }) => session === facts.session && endedAt !== null,
      );
      for (const { id } of ended.slice(0, -50)) rows.delete(id);
    },
    async openFailovers() {
      guard.refuseWhenClosed();
      return open();
    },
    async pastFailovers() {
      guard.refuseWhenClosed();
      return [...rows.values()].reduce(pastAfter, new Map());
    },
  };
}
