/**
 * What changes in a session that leaves its account, as pure functions. Until a launch has confirmed it gone,
 * the agent of before is `previous`, and `movingFrom` the account on which it may live.
 */
import { isOfAccount } from '../policy/account-refusal.ts';
import { type Change, NO_AGENT } from './context.ts';
import { mayHaveStarted } from './task-changes.ts';
import { isOpen } from './trouble-changes.ts';
import type { LaunchFailure, LaunchReason, SessionContext } from './types.ts';

/** Its agent cannot go on with the task: it is to end, for the sake of whichever comes next. */
export function leavingStuck({ agent }: SessionContext): Change {
  return { ...NO_AGENT, previous: agent, launchReason: 'failover', reason: null };
}

/** The order to go on on this account: the next launch carries it out. */
export function moving(context: SessionContext, account: string): Change {
  return {
    ...NO_AGENT,
    previous: context.agent ?? context.previous,
    movingFrom: context.movingFrom ?? context.account,
    account,
    launchReason: reasonOf(context),
    refusal: null,
    reason: null,
  };
}

/** An agent that could go on where it is, and that nobody wanted replaced, makes room only if nobody is at work with it. */
function reasonOf(context: SessionContext): LaunchReason {
  const { agent, trouble, task, mayHavePrompt, launchReason } = context;
  const isSpared = launchReason === 'task' || launchReason === 'move';
  const canGoOn = agent !== null || (isSpared && previousLives(context));
  if (isOpen(trouble) || !canGoOn) return 'failover';
  return task === null || !mayHavePrompt ? 'move' : 'failover';
}

/** As far as anybody has heard, the agent that is to end still lives as it did. */
export function previousLives({ previous, death, launchFailure }: SessionContext): boolean {
  // A launch that failed may have ended it first, whatever was forgiven since.
  return previous !== null && death?.pid !== previous.pid && launchFailure === null;
}

/** Nothing was started for the sake of the account, and nothing ended: it is where it was. */
export function refused(context: SessionContext, failure: LaunchFailure): Change {
  const { account, movingFrom } = context;
  return {
    ...mayHaveStarted(context, failure),
    account: movingFrom ?? account,
    movingFrom: null,
    refusal: { account, ...failure },
    reason: failure.message,
  };
}

/** A launch for one of these ends an agent that could go on. */
const WILLED: ReadonlySet<LaunchReason> = new Set(['operator', 'task', 'move']);

/**
 * Whether a refused launch leaves the session to the agent that it was to replace, which lives and is in no
 * trouble: nobody is to find it ended later, in the middle of a turn. A task that it has not got waits for an
 * order instead, and one that it is to be ended for does not.
 */
export function keepsAgent(context: SessionContext, failure: LaunchFailure): boolean {
  const { launchReason, trouble, task, parting, mayHavePrompt } = context;
  if (!isOfAccount(failure) || !WILLED.has(launchReason)) return false;
  if (isOpen(trouble) || !previousLives(context)) return false;
  if (task === null) return true;
  return parting === null ? mayHavePrompt || launchReason === 'operator' : !mayHavePrompt;
}

/** The agent that was to end was not ended: it is the session's again, as it was. */
export function takenBack({ previous, account, movingFrom }: SessionContext): Change {
  return {
    agent: previous,
    previous: null,
    account: movingFrom ?? account,
    movingFrom: null,
    launchFailures: 0,
    launchFailure: null,
    reason: null,
  };
}

/** No move is under way any more; the account is the one that it was to go to. */
export const NO_MOVE = { movingFrom: null } as const satisfies Change;

/** The order to go elsewhere is taken back before anything came of it. */
export function moveGivenUp({ account, movingFrom }: SessionContext): Change {
  return { account: movingFrom ?? account, movingFrom: null };
}

/** The agent of before is confirmed gone, without a successor. An agent that nobody has seen may live on. */
export function previousGone({ mayRunUnseen }: SessionContext): Change {
  return { previous: null, mayHavePrompt: mayRunUnseen, given: null, stopped: null };
}

/** That agent could not be ended: it may be tried again, as often as a launch. */
export function notEnded({ launchFailures }: SessionContext, error: LaunchFailure): Change {
  return { launchFailures: launchFailures + 1, launchFailure: error, reason: error.message };
}

export type AfterRefusal = 'held' | 'ending' | 'working' | 'idle';

/** Where a session goes on whose launch was refused for its account: what is to be let go of needs no account. */
export function afterRefusal(context: SessionContext, failure: LaunchFailure): AfterRefusal {
  const { held, task, parting, mayHavePrompt } = { ...context, ...refused(context, failure) };
  if (held) return 'held';
  if (parting !== null) return mayHavePrompt ? 'ending' : 'idle';
  return task === null ? 'idle' : 'working';
}

/**
 * Whether somebody is at the agent that was to make room: it stays, and so does the session. One that cannot go on is
 * somebody's only in a person's own session.
 */
export function isMovePostponed(context: SessionContext, { code }: LaunchFailure): boolean {
  const { launchReason, previous, slot } = context;
  const isPersons = launchReason === 'failover' && slot.kind === 'dedicated';
  const canWait = launchReason === 'move' || isPersons;
  return code === 'DELIVERY_POSTPONED' && canWait && previous !== null;
}

/** In trouble, without a task, and not in a turn: nothing healthy is cut short when it goes elsewhere. */
export function canLeave({ task, trouble, said }: SessionContext): boolean {
  return task === null && isOpen(trouble) && said !== null && said.status !== 'busy';
}
