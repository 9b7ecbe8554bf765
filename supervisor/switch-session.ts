/** What a session shows of how it is, and why it has to leave. */
import { isAtWork, isTypedIn } from '../machines/policy/people.ts';
import type { Presence } from '../machines/ports.ts';
import type { SwitchSession } from './switch-facts.ts';

/** Whether its agent could go on where it is. */
export function isHealthy(session: SwitchSession): boolean {
  return session.trouble === null && isOut(session) && session.phase !== 'crashed';
}

/** It has an agent that is in no trouble, at its prompt or in a turn. */
export function isGoingOn(session: SwitchSession): boolean {
  const { phase } = session;
  return isHealthy(session) && (phase === 'atRest' || phase === 'atWork' || phase === 'delivering');
}

/** Whether it is anywhere but where orders are waited for. */
export function isOut({ phase }: SwitchSession): boolean {
  return phase !== 'awaiting' && phase !== 'parked';
}

/**
 * Whether it has a living agent that is not to be taken from whoever is at work with it: one that could go on, and
 * any of a person's own session.
 */
export function isSpared(session: SwitchSession): boolean {
  return isHealthy(session) || (session.phase === 'atRest' && session.kind === 'dedicated');
}

/**
 * Whether somebody is at work with such an agent. A half-typed line in a person's own session is theirs, also while
 * they are not attached.
 *
 * @param now epoch milliseconds
 */
export function isSomebodys(
  { kind, trouble, showsDialog }: SwitchSession,
  seen: Presence,
  now: number,
): boolean {
  if (kind === 'dedicated' && trouble !== null) {
    return isTypedIn(seen, { since: trouble.evidence.at, showsDialog }, now);
  }
  return isAtWork(seen, now) || (kind === 'dedicated' && seen.hasDraft);
}

/** It has to leave the account that it is on now, for the reason that it shows. */
export function mustLeave({ account, trouble }: SwitchSession) {
  return {
    from: account,
    reason: trouble?.trouble.kind ?? 'unavailable',
    evidence: trouble?.evidence ?? null,
  } as const;
}
