import type { AccountUsage, SignalPort, WindowUsage } from '../machines/signals.ts';

/** What is known of the usage of accounts, kept in memory: the agents say it again. */
export interface UsageBook {
  /** A window that has ended since, nobody knows. */
  usageOf(account: string): AccountUsage;
}

export interface UsageParts {
  readonly signals: Pick<SignalPort, 'onUsage'>;
  /** The account that a session is on; null while nobody knows. */
  readonly accountOf: (session: string) => string | null;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const UNKNOWN: AccountUsage = { fiveHour: null, sevenDay: null };

/** Listens at once: what agents said before the sessions were known is kept until they are. */
export function createUsageBook({ signals, accountOf, now }: UsageParts): UsageBook {
  const known = new Map<string, AccountUsage>();
  let unplaced: (readonly [session: string, usage: AccountUsage])[] = [];
  const place = () => {
    unplaced = unplaced.filter(([session, usage]) => {
      const account = accountOf(session);
      if (account !== null) known.set(account, told(usage, known.get(account) ?? UNKNOWN));
      return account === null;
    });
  };
  signals.onUsage((session, usage) => {
    unplaced.push([session, usage]);
    place();
  });
  return {
    usageOf: (account) => {
      place();
      const { fiveHour, sevenDay } = known.get(account) ?? UNKNOWN;
      return { fiveHour: current(fiveHour, now()), sevenDay: current(sevenDay, now()) };
    },
  };
}

/** A client says nothing of a window before its first answer; what others said still holds. */
function told(usage: AccountUsage, before: AccountUsage): AccountUsage {
  return {
    fiveHour: usage.fiveHour ?? before.fiveHour,
    sevenDay: usage.sevenDay ?? before.sevenDay,
  };
}

function current(window: WindowUsage | null, now: number): WindowUsage | null {
  return window !== null && window.resetsAt > now ? window : null;
}
