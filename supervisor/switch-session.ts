/** What a session shows of how it is, and why it has to leave. */
import type { SwitchSession } from './switch-facts.ts';

/** Whether its agent could go on where it is. */
export function isHealthy(session: SwitchSession): boolean {
  return session.trouble === null && isOut(session);
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

/** It has to leave the account that it is on now, for the reason that it shows. */
export function mustLeave({ account, trouble }: SwitchSession) {
  return {
    from: account,
    reason: trouble?.trouble.kind ?? 'unavailable',
    evidence: trouble?.evidence ?? null,
  } as const;
}
