/** Which sessions leave their account. */
import { goesAlso, hasJustMoved } from './switch-accord.ts';
import { isAccountLost } from './switch-choose.ts';
import type { Beginning, SwitchSession, SwitchView } from './switch-facts.ts';
import type { Pass } from './switch-pass.ts';
import { isHealthy, isOut, mustLeave } from './switch-session.ts';

/** The failovers that are to begin, of sessions that have none: first of those that have to leave. */
export function beginnings(view: SwitchView, pass: Pass): readonly Beginning[] {
  const open = new Set(view.failovers.map(({ session }) => session));
  const free = view.sessions.filter(({ name }) => !open.has(name));
  const forced = free.filter((session) => hasToLeave(session, pass, view));
  const others = free.filter((session) => !forced.includes(session));
  return [
    ...forced.map((session) => beginning(session, { ...mustLeave(session), wanted: null })),
    ...others.flatMap((session) => {
      const better = goesAlso(session, pass, view);
      return better === null ? [] : [ofOwnAccord(session, better.reason)];
    }),
  ];
}

/** A failover of this session. */
export function beginning(
  { name, conversation }: SwitchSession,
  why: Pick<Beginning, 'from' | 'reason' | 'evidence' | 'wanted'>,
): Beginning {
  return { kind: 'begin', session: name, conversation, ...why };
}

function ofOwnAccord(session: SwitchSession, reason: Beginning['reason']): Beginning {
  return beginning(session, { from: session.account, reason, evidence: null, wanted: null });
}

function hasToLeave(session: SwitchSession, pass: Pass, view: SwitchView): boolean {
  const { phase, isHeld, account } = session;
  if (isHeld) return false;
  if (!isOut(session)) return true;
  if (phase !== 'atRest') return false;
  if (!isHealthy(session)) return !pass.isUsable(account);
  return wouldLeave(session, pass) && !isHeldBack(session, pass, view);
}

/** Where else should it go? It is as well off where it is. */
function wouldLeave(session: SwitchSession, pass: Pass): boolean {
  return isAccountLost(session, pass) && pass.targetFor([], null) !== null;
}

function isHeldBack(session: SwitchSession, pass: Pass, view: SwitchView): boolean {
  return pass.stateOf(session.account) === 'limited' && hasJustMoved(session, pass, view);
}

/** Whether nothing but the cooldown keeps it, which has no failover, on its account. */
export function waitsForCooldown(session: SwitchSession, pass: Pass, view: SwitchView): boolean {
  if (session.phase !== 'atRest' || session.isHeld || !isHealthy(session)) return false;
  return wouldLeave(session, pass) && isHeldBack(session, pass, view);
}
