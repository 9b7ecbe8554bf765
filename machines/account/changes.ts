/**
 * What each event changes of what is known of an account, as pure functions. What is no news changes
 * nothing, and the machine hears nothing of it.
 */
import type { CheckError } from '../../config/types.ts';
import type { AccountEvent, AccountFacts, Evidence } from '../accounts.ts';
import { newerUsage } from '../policy/usage-windows.ts';
import type { AccountUsage } from '../signals.ts';
import { limitAfterHit, limitAfterUsage } from './limit-changes.ts';
import { type Change, cleared, limitSet } from './operator-changes.ts';
import type { AccountContext } from './types.ts';

type Of<T extends AccountEvent['type']> = Extract<AccountEvent, { readonly type: T }>;
type Changes = {
  readonly [T in AccountEvent['type']]: (c: AccountContext, e: Of<T>) => Change | null;
};

/** What this event changes; null when it is no news. */
export function changeBy(context: AccountContext, event: AccountEvent): Change | null {
  const change = CHANGES[event.type] as (c: AccountContext, e: AccountEvent) => Change | null;
  return change(context, event);
}

const CHANGES: Changes = {
  'limit.seen': (context, hit) =>
    isFromBefore(context, hit.evidence) ? null : withFacts(context, limitAfterHit(context, hit)),
  'login.lost': (context, { evidence }) =>
    context.facts.loginLost !== null || isFromBefore(context, evidence)
      ? null
      : withFacts(context, { loginLost: evidence }),
  'links.broken': ({ brokenLinks }, { errors }) =>
    areSame(brokenLinks, errors) ? null : { brokenLinks: errors },
  'links.mended': ({ brokenLinks }) => (brokenLinks === null ? null : { brokenLinks: null }),
  'usage.told': (context, { usage }) => withFacts(context, usageTold(context, usage)),
  'operator.limit': (context, { until }) => limitSet(context, until),
  'operator.clear': (context) => cleared(context),
  'operator.disable': (context) =>
    context.facts.disabledAt === null
      ? withFacts(context, { disabledAt: context.clock.now() })
      : null,
  'operator.enable': (context) =>
    context.facts.disabledAt === null ? null : withFacts(context, { disabledAt: null }),
};

function withFacts({ facts }: AccountContext, news: Partial<AccountFacts> | null): Change | null {
  return news === null ? null : { facts: { ...facts, ...news } };
}

/**
 * Recorded before an operator said that the account can be used, and told only now. When the clock was
 * set back meanwhile, nobody knows which was first.
 */
function isFromBefore({ clearedAt, clock }: AccountContext, { at }: Evidence): boolean {
  return clearedAt !== null && at < clearedAt && clearedAt <= clock.now();
}

/** A client says nothing of a window before its first answer; what others said still holds. */
function usageTold(context: AccountContext, told: AccountUsage) {
  const { fiveHour, sevenDay } = context.facts.usage;
  const now = context.clock.now();
  const usage = {
    fiveHour: newerUsage(fiveHour, told.fiveHour, now),
    sevenDay: newerUsage(sevenDay, told.sevenDay, now),
  };
  if (usage.fiveHour === fiveHour && usage.sevenDay === sevenDay) return null;
  return { usage, ...limitAfterUsage(context.facts, usage, context) };
}

function areSame(a: readonly CheckError[] | null, b: readonly CheckError[]): boolean {
  return a !== null && JSON.stringify(a) === JSON.stringify(b);
}
