/** Which sessions have to leave their account. */
import { isAccountLost } from './switch-choose.ts';
import type { Beginning, SwitchSession, SwitchView } from './switch-facts.ts';
import type { Pass } from './switch-pass.ts';
import { isHealthy, isOut, mustLeave } from './switch-session.ts';

/** The failovers that are to begin, of sessions that have none. */
export function beginnings({ sessions, failovers }: SwitchView, pass: Pass): readonly Beginning[] {
  const open = new Set(failovers.map(({ session }) => session));
  return sessions.flatMap((session) =>
    !open.has(session.name) && hasToLeave(session, pass)
      ? [beginning(session, { ...mustLeave(session), wanted: null })]
      : [],
  );
}

/** A failover of this session. */
export function beginning(
  { name, conversation }: SwitchSession,
  why: Pick<Beginning, 'from' | 'reason' | 'evidence' | 'wanted'>,
): Beginning {
  return { kind: 'begin', session: name, conversation, ...why };
}

function hasToLeave(session: SwitchSession, pass: Pass): boolean {
  const { phase, isHeld, account } = session;
  if (isHeld) return false;
  if (!isOut(session)) return true;
  if (phase !== 'atRest') return false;
  if (!isHealthy(session)) return !pass.isUsable(account);
  // Where else should it go? It is as well off where it is.
  return isAccountLost(session, pass) && pass.targetFor([], null) !== null;
}
