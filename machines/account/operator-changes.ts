/** What an operator's word changes of what is known of an account. */
import type { Evidence } from '../accounts.ts';
import { isMoment } from '../policy/zoned-time.ts';
import { withoutOverLimit } from './context.ts';
import type { AccountContext } from './types.ts';

export type Change = Partial<Pick<AccountContext, 'facts' | 'brokenLinks' | 'clearedAt'>>;

/**
 * An operator knows of a limit, or when one ends: their word stands until one is seen that ends later.
 * null = it is known, or over already.
 */
export function limitSet(context: AccountContext, until: number): Change | null {
  const { facts, resetMarginMs, clock } = context;
  const now = clock.now();
  if (until <= now || !isMoment(until) || facts.limit?.until === until) return null;
  const limit = { until, window: 'unknown', evidence: saidByOperator(now) } as const;
  return { facts: { ...withoutOverLimit(facts, resetMarginMs, now), limit, probes: 0 } };
}

/**
 * An operator knows that the account is limited no more, and logged in; null = nothing says that it is not, nor was
 * its last limit over by a guess.
 */
export function cleared({ facts, clock }: AccountContext): Change | null {
  const { limit, loginLost, recoveredAt, probes } = facts;
  if (limit === null && loginLost === null && probes === 0) return null;
  const now = clock.now();
  return {
    facts: {
      ...facts,
      limit: null,
      loginLost: null,
      recoveredAt: limit === null ? recoveredAt : now,
      probes: 0,
    },
    clearedAt: now,
  };
}

function saidByOperator(at: number): Evidence {
  return {
    source: 'operator',
    at,
    session: null,
    conversation: null,
    prompt: null,
    error: null,
    status: null,
    message: 'limited by the operator',
  };
}
