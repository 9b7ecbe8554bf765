import type { AccountUsage, SignalPort } from '../machines/signals.ts';
import { type RootRef, sessionNamed } from './pool.ts';

/** Where agents tell of the usage of their accounts. */
export interface UsageDesk {
  /** From now on accounts are told; first what was said before. */
  open(root: RootRef): void;
}

/**
 * Listens at once: what agents say is told once, and what was said before the sessions are known is kept
 * until they are. What a session says last counts.
 */
export function createUsageDesk(signals: Pick<SignalPort, 'onUsage'>): UsageDesk {
  const unplaced = new Map<string, AccountUsage>();
  let root: RootRef | null = null;
  const place = () => {
    for (const [session, usage] of unplaced) {
      if (root !== null && tell(root, session, usage)) unplaced.delete(session);
    }
  };
  signals.onUsage((session, usage) => {
    unplaced.set(session, usage);
    place();
  });
  return {
    open: (started) => {
      root = started;
      place();
    },
  };
}

/** False when nobody knows yet which account that session is on. */
function tell(root: RootRef, session: string, usage: AccountUsage): boolean {
  const context = sessionNamed(root, session)?.getSnapshot().context;
  if (context === undefined) return false;
  // While it moves, what is said comes from the agent that it is about to leave.
  const account = context.movingFrom ?? context.account;
  root.send({ type: 'account.tell', account, event: { type: 'usage.told', usage } });
  return true;
}
