/** What the verb `failover` does with each session, as a plan that is shown before it is done, or instead. */
import { isAtWork } from '../machines/policy/people.ts';
import type { FailoverMove, FailoverWish } from './status-report.ts';
import { beginning } from './switch-begin.ts';
import type {
  Beginning,
  OpenFailover,
  SwitchPhase,
  SwitchSession,
  SwitchView,
} from './switch-facts.ts';
import { createPass, type Pass } from './switch-pass.ts';
import { isHealthy } from './switch-session.ts';

/** Why a session does not go now, by where it is; null = it can. */
const FIRST: Readonly<Record<SwitchPhase, string | null>> = {
  atRest: null,
  awaiting: null,
  parked: null,
  atWork: 'its turn ends first',
  delivering: 'its turn ends first',
  coming: 'its agent comes up first',
  moving: 'it is on its way elsewhere',
  ending: 'its agent is being ended',
  // Said before.
  held: null,
  blocked: null,
  failed: null,
};

/**
 * What becomes of each session that the wish means, in the order of the pool. That the names in it exist
 * is checked by whoever takes it in; a session of whose people nothing was told counts as left alone.
 */
export function planWish(view: SwitchView, wish: FailoverWish): readonly FailoverMove[] {
  const pass = createPass(view);
  const open = new Map(view.failovers.map((failover) => [failover.session, failover]));
  return view.sessions.flatMap((session) =>
    isMeant(session, wish)
      ? [moveOf(session, open.get(session.name) ?? null, { view, wish, pass })]
      : [],
  );
}

/**
 * The failovers that carry it out.
 *
 * @param moves what `planWish` said of the same view
 */
export function beginWished(
  { sessions }: SwitchView,
  { to }: FailoverWish,
  moves: readonly FailoverMove[],
): readonly Beginning[] {
  const gone = new Set(moves.flatMap((move) => (move.action === 'none' ? [] : [move.session])));
  return sessions
    .filter(({ name }) => gone.has(name))
    .map((session) =>
      beginning(session, {
        from: session.account,
        reason: 'operator',
        evidence: null,
        wanted: to,
      }),
    );
}

interface Asked {
  readonly view: SwitchView;
  readonly wish: FailoverWish;
  readonly pass: Pass;
}

/** One that is named is answered for, wherever it is. */
function isMeant({ name, account }: SwitchSession, { sessions, from }: FailoverWish): boolean {
  if (sessions.length > 0) return sessions.includes(name);
  return from === null || account === from;
}

function moveOf(session: SwitchSession, failover: OpenFailover | null, asked: Asked): FailoverMove {
  const { wish, pass, view } = asked;
  const it = { session: session.name, from: session.account };
  const stays = whyNot(session, failover, wish);
  if (stays !== null) return { ...it, to: null, action: 'none', reason: stays };
  const to = pass.targetFor([session.account], wish.to);
  if (to === null || (wish.to !== null && to !== wish.to)) {
    return { ...it, to: null, action: 'none', reason: whyNowhere(wish, pass) };
  }
  pass.send(session, to);
  const first = FIRST[session.phase] ?? whoIsThere(session, view);
  if (first !== null) return { ...it, to, action: 'wait', reason: first };
  return { ...it, to, action: 'move', reason: `it goes on on ${to}` };
}

/** Why it stays where it is; null = nothing speaks against it. */
function whyNot(
  { phase, isHeld, account }: SwitchSession,
  failover: OpenFailover | null,
  { from, to }: FailoverWish,
): string | null {
  if (from !== null && account !== from) return `it is on ${account}, not on ${from}`;
  if (phase === 'failed') return 'it has failed; reset it first';
  if (phase === 'blocked') return 'its name is that of a session that is not ours';
  if (phase === 'held' || isHeld) return 'it is held; release it first';
  if (failover !== null) return whatIsOpen(failover);
  return account === to ? `it is on ${to} already` : null;
}

function whatIsOpen({ step, from, to }: OpenFailover): string {
  if (step === 'moving' || step === 'resuming') return `it is on its way to ${to} already`;
  if (step === 'choosing') return `it is to leave ${from} already`;
  return 'it is parked until an account is available';
}

function whyNowhere({ to }: FailoverWish, pass: Pass): string {
  return to === null
    ? 'no other account is available'
    : `${to} is ${pass.stateOf(to) ?? 'unknown'}`;
}

/** An agent that could go on is not taken from whoever is at work there. */
function whoIsThere(session: SwitchSession, { presence, now }: SwitchView): string | null {
  const seen = presence.get(session.name);
  const isTaken = seen !== undefined && isHealthy(session) && isAtWork(seen, now);
  return isTaken ? 'somebody is at work there' : null;
}
