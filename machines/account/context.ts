import type { AccountFacts } from '../accounts.ts';
import { usableAt } from '../policy/next-available.ts';
import type { AccountContext, AccountInput } from './types.ts';

/** The context an account begins with: what the store remembers, but for a limit that is over by now. */
export function initialContext(input: AccountInput): AccountContext {
  const { account, facts: stored, clock, resetMarginMs } = input;
  const now = clock.now();
  const known = stored ?? freshFacts(input, now);
  const facts = sinceItsLimit(withoutOverLimit(known, resetMarginMs, now), known);
  const isNamedSo = facts.account === account.name && facts.home === account.home;
  return {
    ...input,
    facts: isNamedSo ? facts : { ...facts, account: account.name, home: account.home },
    brokenLinks: null,
    clearedAt: null,
    arrived: null,
    loggedUntil: null,
    reported: stored,
  };
}

/** The same facts, or those of an account whose limit is over if it is. */
export function withoutOverLimit(
  facts: AccountFacts,
  resetMarginMs: number,
  now: number,
): AccountFacts {
  if (facts.limit === null) return facts;
  const recoveredAt = usableAt(facts.limit, resetMarginMs);
  return recoveredAt <= now ? { ...facts, limit: null, recoveredAt } : facts;
}

function freshFacts({ account }: AccountInput, now: number): AccountFacts {
  return {
    account: account.name,
    home: account.home,
    limit: null,
    loginLost: null,
    disabledAt: null,
    usage: { fiveHour: null, sevenDay: null },
    recoveredAt: null,
    probes: 0,
    since: now,
  };
}

/** While no daemon looked, its state changed when its limit was over, unless something else keeps it from being used. */
function sinceItsLimit(facts: AccountFacts, before: AccountFacts): AccountFacts {
  const { loginLost, disabledAt, recoveredAt } = facts;
  const isFreed = facts !== before && loginLost === null && disabledAt === null;
  return isFreed && recoveredAt !== null ? { ...facts, since: recoveredAt } : facts;
}
