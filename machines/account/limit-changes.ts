/** How the limit of an account changes by what is seen of it. */
import type { AccountEvent, AccountFacts, Limit } from '../accounts.ts';
import {
  type Held,
  type Hit,
  isEndKnown,
  type Known,
  limitUntil,
  untilAfterHit,
  untilAfterUsage,
} from '../policy/limit-until.ts';
import { probesBefore, probesWhileHeld } from '../policy/probe-wait.ts';
import { resetTimeOf } from '../policy/reset-time.ts';
import { isMoment } from '../policy/zoned-time.ts';
import type { AccountUsage } from '../signals.ts';
import { withoutOverLimit } from './context.ts';
import type { AccountContext } from './types.ts';

/** Turns that ended within that time of each other had the same limit. */
const TOGETHER_MS = 60_000;

/** However soon it is due to end, the API has just refused: for so long sessions must not start on it again. */
const LEAST_MS = 10_000;

type LimitSeen = Extract<AccountEvent, { readonly type: 'limit.seen' }>;
type LimitFacts = Pick<AccountFacts, 'limit' | 'recoveredAt' | 'probes'>;

/** What a limit that was reached changes; null = nothing: it is known, or over already. */
export function limitAfterHit(context: AccountContext, seen: LimitSeen): LimitFacts | null {
  const { cooldownMs, resetMarginMs, clock } = context;
  const now = clock.now();
  const at = isMoment(seen.evidence.at) ? seen.evidence.at : now;
  const before = endedBy(withoutOverLimit(context.facts, resetMarginMs, now), at);
  const { limit: held, recoveredAt, usage } = before;
  const hit = { window: seen.window, resetsAt: seen.resetsAt, at };
  const known = { usage, recoveredAt, cooldownMs, probes: probesFor(before, at, cooldownMs) };
  const until =
    held === null ? newUntil(hit, known, resetMarginMs) : untilAfterHit(heldBy(held), hit, known);
  if (until === held?.until || until + resetMarginMs <= now) return null;
  const probes = isEndKnown(hit, known) ? 0 : known.probes + 1;
  // Known more exactly, it is the same limit still.
  if (held !== null && until < held.until)
    return { limit: { ...held, until }, recoveredAt, probes };
  const evidence = { ...seen.evidence, at };
  return { limit: { until, window: seen.window, evidence }, recoveredAt, probes };
}

function newUntil(hit: Hit, known: Known, resetMarginMs: number): number {
  return Math.max(limitUntil(hit, known), hit.at + LEAST_MS - resetMarginMs);
}

/** How many limits without an end came before one that is reached at `at`; one that holds still is the same. */
function probesFor(facts: AccountFacts, at: number, cooldownMs: number): number {
  if (facts.limit !== null) return probesWhileHeld(facts.probes);
  return probesBefore(at, { ...facts, cooldownMs });
}

/** What the statusline tells of the limit that holds; nothing when that is no news of it. */
export function limitAfterUsage(
  { limit, recoveredAt, probes }: AccountFacts,
  usage: AccountUsage,
  { cooldownMs }: Pick<AccountContext, 'cooldownMs'>,
): Partial<Pick<AccountFacts, 'limit' | 'probes'>> {
  if (limit === null) return {};
  const until = untilAfterUsage(heldBy(limit), { usage, recoveredAt, cooldownMs, probes });
  return until === limit.until ? {} : { limit: { ...limit, until }, probes: 0 };
}

/**
 * Reached after it was due to end, in the margin: it had not ended, and is counted as reached again. Sessions
 * that reach it together, as it ends, are no proof of that.
 */
function endedBy(facts: AccountFacts, at: number): AccountFacts {
  const { limit } = facts;
  if (limit === null || limit.until > at || at - limit.evidence.at < TOGETHER_MS) return facts;
  return { ...facts, limit: null, recoveredAt: limit.until };
}

/** A limit with what its evidence says of its end. */
function heldBy({ until, window, evidence }: Limit): Held {
  const { message, at } = evidence;
  return { until, window, resetsAt: resetTimeOf(message, at, window), at };
}
