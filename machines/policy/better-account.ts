import type { FailoverConfig } from '../../config/types.ts';
import type { FailoverReason, TargetAccount } from '../failovers.ts';
import { chooseTarget, type TargetQuestion } from './failover-target.ts';
import { isNearlyUsedUp, isWellBelow } from './nearly-used.ts';

/** Why a session leaves an account that can still be used. */
export type OwnAccord = Extract<FailoverReason, 'proactive' | 'return'>;

/** Whether nothing but our own policy makes it leave. */
export function isOwnAccord(reason: FailoverReason): reason is OwnAccord {
  return reason === 'proactive' || reason === 'return';
}

export interface BetterQuestion extends Omit<TargetQuestion, 'wanted'> {
  /** The name of the account that the session is on. */
  readonly own: string;
  readonly returnToPreferred: FailoverConfig['returnToPreferred'];
  /** For so many milliseconds an account must have been available before anybody goes back to it. */
  readonly cooldownMs: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface Better {
  readonly to: TargetAccount['name'];
  readonly reason: OwnAccord;
}

/**
 * Where a session that could stay where it is had better go: away from an account that is nearly used up, or
 * back to a preferred one. Never to one that is nearly used up itself, or close to it.
 *
 * @returns null when it had better stay, and when its account cannot be used: it has to leave then
 */
export function betterAccount(question: BetterQuestion): Better | null {
  const { accounts, own, threshold } = question;
  const here = accounts.find(({ name }) => name === own);
  if (here === undefined || here.state !== 'available') return null;
  const others = accounts.filter((one) => one !== here && isWellBelow(one, threshold));
  return isNearlyUsedUp(here, threshold)
    ? chosen(question, others, 'proactive')
    : chosen(question, preferredTo(here, others, question), 'return');
}

function preferredTo(
  { priority }: TargetAccount,
  others: readonly TargetAccount[],
  { returnToPreferred, strategy, cooldownMs, now }: BetterQuestion,
): readonly TargetAccount[] {
  if (!returnToPreferred || strategy !== 'priority') return [];
  // A turn that tries whether a guessed limit is over ends badly if it is not: nobody goes back for that.
  return others.filter(
    (one) => one.priority < priority && one.probes === 0 && hasBeenFor(cooldownMs, one, now),
  );
}

/** By a clock that was set back meanwhile it has not been yet. */
function hasBeenFor(ms: number, { since }: TargetAccount, now: number): boolean {
  return since === null || now - since >= ms;
}

function chosen(
  question: BetterQuestion,
  accounts: readonly TargetAccount[],
  reason: OwnAccord,
): Better | null {
  const to = chooseTarget({ ...question, accounts, wanted: null });
  return to === null ? null : { to, reason };
}
