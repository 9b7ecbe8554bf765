/** What became of an order, as the session shows it. */
import type { FailoverEvent } from '../machines/failovers.ts';
import { isOfAccount } from '../machines/policy/account-refusal.ts';
import { isOwnAccord } from '../machines/policy/better-account.ts';
import type { OpenFailover, SwitchSession } from './switch-facts.ts';
import { isOut, mustLeave } from './switch-session.ts';

/** How long after an order that was not taken the next one is thought of. */
export const RETRY_MS = 5000;

/**
 * What a failover that has given its order is told of it; null = the order is being carried out, or none
 * was given.
 *
 * @param now epoch milliseconds
 */
export function followUp(
  failover: OpenFailover,
  session: SwitchSession,
  now: number,
): FailoverEvent | null {
  if (failover.isNoting) return null;
  const { phase, reason } = session;
  if (phase === 'failed' || phase === 'blocked') {
    return { type: 'failover.given_up', error: reason ?? `the session is ${phase}` };
  }
  // Both orders are carried out to their end, whatever the failover has come to meanwhile.
  if (phase === 'moving' || phase === 'ending') return null;
  switch (failover.step) {
    case 'moving':
      return afterMove(failover, session, now);
    case 'resuming':
      return afterResume(failover, session);
    case 'parking':
      return phase === 'parked' ? { type: 'failover.parked' } : notTaken(now);
    default:
      return null;
  }
}

function afterMove({ from, to }: OpenFailover, session: SwitchSession, now: number): FailoverEvent {
  const isThere = session.account === to && isOut(session);
  // To go on where it was is done once it does: the place alone does not show it.
  if (isThere && (to !== from || session.trouble === null)) return { type: 'failover.moved' };
  const { refusal } = session;
  if (refusal === null || refusal.account !== to) return notTaken(now);
  const excludes = isOfAccount(refusal);
  const retryAt = excludes ? null : now + RETRY_MS;
  return { type: 'failover.refused', code: refusal.code, excludes, retryAt };
}

function afterResume(
  { from, to, reason }: OpenFailover,
  session: SwitchSession,
): FailoverEvent | null {
  if (!isOut(session)) return { type: 'failover.again', ...mustLeave(session) };
  const { phase, account } = session;
  if (phase === 'coming' || phase === 'delivering') return null;
  if (account !== to) return { type: 'failover.stayed' };
  if (phase === 'crashed') return NEVER_CAME_UP;
  // What an operator asked for did not come about, nor what we thought better.
  const isBack = (reason === 'operator' || isOwnAccord(reason)) && to === from;
  return { type: isBack ? 'failover.stayed' : 'failover.resumed' };
}

/** It waits for its next start, and needs no place for that; another account may do better. */
const NEVER_CAME_UP: FailoverEvent = {
  type: 'failover.refused',
  code: 'AGENT_NEVER_CAME_UP',
  excludes: true,
  retryAt: null,
};

function notTaken(now: number): FailoverEvent {
  const retryAt = now + RETRY_MS;
  return { type: 'failover.refused', code: 'ORDER_NOT_TAKEN', excludes: false, retryAt };
}
