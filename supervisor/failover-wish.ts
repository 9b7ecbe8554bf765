/** What the verb `failover` does with each session, as a plan that is shown before it is done, or instead. */
import type { FailoverEvent } from '../machines/failovers.ts';
import { choiceTold, NO_CHOICE } from './passed-over.ts';
import type { FailoverMove, FailoverWish } from './status-report.ts';
import { beginning } from './switch-begin.ts';
import type { OpenFailover, SwitchAction, SwitchSession, SwitchView } from './switch-facts.ts';
import { createPass, type Pass } from './switch-pass.ts';
import { whatIsFirst } from './wish-first.ts';
import { goalOf, isBare, takesBack, whyLeftToThat } from './wish-open.ts';

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
 * What carries it out: failovers that begin, or that are told another wish than the one that they wait for.
 *
 * @param moves what `planWish` said of the same view
 */
export function beginWished(
  view: SwitchView,
  wish: FailoverWish,
  moves: readonly FailoverMove[],
): readonly SwitchAction[] {
  const actions = new Map(moves.map(({ session, action }) => [session, action]));
  const open = new Map(view.failovers.map((failover) => [failover.session, failover]));
  return view.sessions.flatMap((session) => {
    const action = actions.get(session.name);
    const failover = open.get(session.name) ?? null;
    if (action === undefined) return [];
    if (action !== 'none') return [wished(session, failover, wish)];
    return failover !== null && takesBack({ failover, session }, wish)
      ? [told(session, { type: 'failover.stayed' })]
      : [];
  });
}

function wished(
  session: SwitchSession,
  failover: OpenFailover | null,
  { to: wanted }: FailoverWish,
): SwitchAction {
  if (failover !== null) return told(session, { type: 'failover.wanted', wanted });
  const why = { from: session.account, reason: 'operator', evidence: null, wanted } as const;
  return beginning(session, why);
}

function told({ name }: SwitchSession, event: FailoverEvent): SwitchAction {
  return { kind: 'tell', session: name, event };
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
  const stays = whyNot(session, failover, asked);
  if (stays !== null) {
    return { ...it, to: goalOf(failover), action: 'none', reason: stays, ...NO_CHOICE };
  }
  const best = pass.targetFor([session.account], wish.to);
  const to = wish.to === null || best === wish.to ? best : null;
  const choice = choiceTold(view, { from: session.account, to, wanted: wish.to });
  if (to === null) {
    return { ...it, to, action: 'none', reason: whyNowhere(wish, pass), ...choice };
  }
  pass.send(session, to);
  const first = whatIsFirst(session, view);
  if (first !== null) return { ...it, to, action: 'wait', reason: first, ...choice };
  return { ...it, to, action: 'move', reason: `it moves to ${to}`, ...choice };
}

/** Why it stays where it is; null = nothing speaks against it. */
function whyNot(
  session: SwitchSession,
  failover: OpenFailover | null,
  { wish, pass, view }: Asked,
): string | null {
  const { account } = session;
  const { from, to } = wish;
  if (from !== null && account !== from) return `it is on ${account}, not on ${from}`;
  const outOfReach = whyOutOfReach(session);
  if (outOfReach !== null) return outOfReach;
  if (failover !== null) return whyLeftToThat({ failover, session }, wish, view);
  if (account === to) return `it is on ${to} already`;
  return isBare(wish) && pass.isUsable(account) ? howToChoose(session) : null;
}

function whyOutOfReach({ phase, isHeld }: SwitchSession): string | null {
  if (phase === 'failed') return 'it has failed; reset it first';
  if (phase === 'blocked') return 'its name is that of a session that is not ours';
  return phase === 'held' || isHeld ? 'it is held; release it first' : null;
}

function howToChoose({ account }: SwitchSession): string {
  return `${account} can be used; to move it all the same name it, or say --from or --to`;
}

function whyNowhere({ to }: FailoverWish, pass: Pass): string {
  return to === null
    ? 'no other account is available'
    : `${to} is ${pass.stateOf(to) ?? 'unknown'}`;
}
