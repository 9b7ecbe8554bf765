/** Where a session that has to leave its account goes, or what it waits for. */
import type { FailoverEvent } from '../machines/failovers.ts';
import { isOwnAccord } from '../machines/policy/better-account.ts';
import { isPointless } from './switch-accord.ts';
import type { Choice, OpenFailover, SwitchSession, SwitchView } from './switch-facts.ts';
import { RETRY_MS } from './switch-follow.ts';
import type { Pass } from './switch-pass.ts';
import { isGoingOn, isHealthy, isOut, isSpared, mustLeave } from './switch-session.ts';
import { targetOf } from './switch-target.ts';

/**
 * Who goes first when there are few places: a conversation that stands still, then who has to go, last who could
 * stay; among those whoever waits longest.
 */
export function mostUrgentFirst(one: Choice, other: Choice): number {
  const calm = calmness(one) - calmness(other);
  return calm === 0 ? one.failover.startedAt - other.failover.startedAt : calm;
}

function calmness({ failover, session }: Choice): number {
  return Number(isHealthy(session)) + Number(isOwnAccord(failover.reason));
}

/**
 * What the failover is told: a target that is usable now and has a place, that none is left, or that it is
 * not needed any more; null = it waits.
 */
export function choose(choice: Choice, pass: Pass, view: SwitchView): FailoverEvent | null {
  const { failover, session } = choice;
  if (hasArrived(choice, pass)) return { type: 'failover.moved' };
  if (canStay(choice, pass)) return { type: 'failover.stayed' };
  if (session.isHeld || !isMovable(choice, pass)) return null;
  if (failover.step === 'parked' && session.phase === 'awaiting') {
    return { type: 'failover.again', ...mustLeave(session) };
  }
  if (isTooEarly(failover, pass)) return null;
  const target = targetOf(choice, pass);
  if (target === null) return withoutTarget(choice, pass, view);
  const { to } = target;
  if (!pass.hasPlace() || !mayBeLeft(session, to, pass)) return null;
  const why = pass.why(target, failover.tried);
  pass.send(session, to);
  return { type: 'failover.decided', to, why };
}

/** Whether a healthy one has to leave its account. With links gone wrong it is left alone where it is. */
export function isAccountLost({ account }: SwitchSession, pass: Pass): boolean {
  return !pass.isUsable(account) && pass.stateOf(account) !== 'quarantined';
}

/**
 * An order that an earlier daemon had given has come about, or an agent that did not come up at first has. One that
 * is about to come up takes a place; one that failed to before is not trusted with one.
 */
function hasArrived({ failover: { step, from, to, tried }, session }: Choice, pass: Pass): boolean {
  if (step !== 'choosing' || to === null || to === from || session.account !== to) return false;
  const { phase } = session;
  if (isGoingOn(session) && phase !== 'delivering') return true;
  const isComing = phase === 'coming' || (phase === 'delivering' && isGoingOn(session));
  return isComing && !tried.includes(to) && pass.takePlace();
}

function canStay(choice: Choice, pass: Pass): boolean {
  const { failover, session } = choice;
  if (failover.step === 'choosing' && isUnforced(failover)) return isPointless(choice, pass);
  return isGoingOn(session) && (failover.step === 'parked' || pass.isUsable(session.account));
}

/** Not its account is the reason, but somebody's wish or our own policy. */
function isUnforced({ reason }: OpenFailover): boolean {
  return reason === 'operator' || isOwnAccord(reason);
}

/** Whether it can be told to go elsewhere without anything being cut short. */
function isMovable({ failover, session }: Choice, pass: Pass): boolean {
  if (!isOut(session)) return true;
  if (session.phase === 'crashed') return needNotWait({ failover, session }, pass);
  if (session.phase !== 'atRest') return false;
  return !isHealthy(session) || isUnforced(failover) || isAccountLost(session, pass);
}

/** Whether the next start of one that has crashed is better made elsewhere. */
function needNotWait({ failover, session: { account } }: Choice, pass: Pass): boolean {
  return isUnforced(failover) || failover.tried.includes(account) || !pass.isUsable(account);
}

/** A clock that was set back must not make it wait for longer. */
function isTooEarly({ notBefore }: OpenFailover, pass: Pass): boolean {
  const left = notBefore === null ? 0 : notBefore - pass.now;
  if (left <= 0 || left > RETRY_MS) return false;
  pass.lookAgain(pass.now + left);
  return true;
}

function withoutTarget(
  { failover, session }: Choice,
  pass: Pass,
  view: SwitchView,
): FailoverEvent | null {
  if (failover.step !== 'choosing') return null;
  if (isGoingOn(session) && pass.isUsable(session.account)) return { type: 'failover.stayed' };
  return mayBeParked(session) ? { type: 'failover.no_account', until: firstDue(view) } : null;
}

/** A person's session is never ended, and no agent that could go on. */
function mayBeParked(session: SwitchSession): boolean {
  const { kind, trouble, hasAgent } = session;
  return kind === 'autonomous' && !isOut(session) && (trouble !== null || !hasAgent);
}

function firstDue({ accounts }: SwitchView): number | null {
  const due = accounts.flatMap(({ availableAt }) => (availableAt === null ? [] : [availableAt]));
  return due.length === 0 ? null : Math.min(...due);
}

/**
 * An agent that is ended although it could go on, or because it could again, is not taken from a person; nor is any of
 * their own session.
 */
function mayBeLeft(session: SwitchSession, to: string, pass: Pass): boolean {
  const canGoOn = session.phase === 'atRest' && to === session.account;
  return !(canGoOn || isSpared(session)) || pass.isLeftAlone(session);
}
