/** What the end of an agent changes in a session's context, and the end of all patience, as pure functions. */
import { backoffMs } from '../policy/backoff.ts';
import { describeDeath } from '../policy/death.ts';
import { explainExit } from '../policy/exit-codes.ts';
import { findsNoConversation, noConversation, PUT_BACK } from '../policy/not-found.ts';
import { addRestart } from '../policy/restart-intensity.ts';
import type { CrashFact } from '../ports.ts';
import { type Change, NO_AGENT } from './context.ts';
import { moveGivenUp } from './move-changes.ts';
import { isOfTasksDirectory, taskAfterDeath, taskAfterDeathInHold } from './task-changes.ts';
import type { Death, LaunchFailure, SessionContext } from './types.ts';

/** An agent that ended unasked: counted, and the wait before its successor chosen. */
export function crashed(context: SessionContext, death: Death): Change {
  const { clock, random } = context.chance;
  const nowMs = clock.monotonicMs();
  const unstable = wasStable(context, nowMs) ? 1 : context.unstable + 1;
  const { kind, ...counted } = counting(context, death, nowMs);
  return {
    ...NO_AGENT,
    previous: context.agent ?? context.previous,
    ...counted,
    unstable,
    delayMs: backoffMs(unstable, context.restart, random()),
    crashedAt: clock.now(),
    // A lost server takes every session with it: they come back as at a start, not all at once.
    launchReason: death.cause.kind === 'server_lost' ? 'boot' : 'crash',
    death,
    reason: describeDeath(death.cause),
    failure: null,
    ...(kind === 'giveUp' && endedTooOften({ ...context, ...counted }, death)),
    ...cannotRun(context, death),
    ...taskAfterDeath(context, death),
  };
}

/** An agent that never came to its prompt counts in a budget of its own: it has proved nothing yet. */
function counting(
  { crashTimes, unreadyTimes, restart }: SessionContext,
  death: Death,
  now: number,
) {
  if (isUnready(death)) {
    const { kind, history } = addRestart(unreadyTimes, now, restart);
    return { kind, unreadyTimes: history };
  }
  const { kind, history } = addRestart(crashTimes, now, restart);
  return { kind, crashTimes: history };
}

function isUnready({ cause }: Death): boolean {
  return cause.kind === 'not_ready';
}

function endedTooOften(context: SessionContext, death: Death): Change {
  const { crashTimes, unreadyTimes, restart } = context;
  const within = `within ${restart.periodMs / 1000} s`;
  if (isUnready(death)) {
    const message = `${unreadyTimes.length} starts ${within} did not reach their prompt in time`;
    return gaveUp(context, { code: 'START_INTENSITY', message });
  }
  const last = describeDeath(death.cause);
  const message = `${crashTimes.length} crashes ${within}; the last: ${last}`;
  return gaveUp(context, { code: 'RESTART_INTENSITY', message });
}

/** An agent that ends before its prompt with the code of a launch that no retry can mend. */
function cannotRun(context: SessionContext, death: Death): Change {
  const { cause } = death;
  if (!context.isComingUp || cause.kind !== 'exit') return {};
  if (findsNone(context, death)) return conversationLost(context);
  const explanation = explainExit(cause.code);
  // The session can run elsewhere: it is the task that cannot.
  if (explanation === null || isOfTasksDirectory(context, explanation.code)) return {};
  const { slot, workdir } = context;
  const { code, reason } = explanation;
  const verb = `"claude-failover session reset ${slot.name}"`;
  return gaveUp(context, {
    code,
    message: `the agent cannot run in ${workdir}: ${reason}, then run ${verb}`,
  });
}

/** A task that had begun in that conversation fails first, and says so itself. */
function findsNone({ task, parting, conversation }: SessionContext, death: Death): boolean {
  return (task === null || parting !== null) && findsNoConversation(death, conversation);
}

/** The code of what only a transcript in the right folder mends; one that is nowhere has another. */
export const NOT_FOUND = 'CONVERSATION_NOT_FOUND';

function conversationLost(context: SessionContext): Change {
  const { slot, workdir, conversation } = context;
  const verb = `"claude-failover session reset ${slot.name}"`;
  const advice = `${PUT_BACK}, then run ${verb}; while it is not there, that starts a new conversation`;
  const message = `${noConversation(conversation, workdir)}: ${advice}`;
  return gaveUp(context, { code: NOT_FOUND, message });
}

/** The record of the crash just counted, for the store. */
export function crashFact(context: SessionContext, state: CrashFact['state']): CrashFact {
  const { clock } = context.chance;
  return {
    at: context.crashedAt ?? clock.now(),
    monotonicMs: countedAt(context) ?? clock.monotonicMs(),
    bootId: clock.bootId,
    cause: context.death?.cause ?? { kind: 'unknown' },
    pid: context.death?.pid ?? null,
    state,
    lastScreen: context.death?.lastScreen ?? '',
  };
}

function countedAt({ crashTimes, unreadyTimes, death }: SessionContext): number | undefined {
  return (death !== null && isUnready(death) ? unreadyTimes : crashTimes).at(-1);
}

/** A death that no daemon saw: at a start the whole pool may have to come back. */
export function crashedUnseen(context: SessionContext, death: Death): Change {
  return { ...crashed(context, death), launchReason: 'boot' };
}

/** An agent that ended while an operator holds its session: recorded, not counted, not replaced. */
export function diedInHold(context: SessionContext, death: Death): Change {
  return {
    ...NO_AGENT,
    previous: context.agent,
    crashedAt: context.chance.clock.now(),
    death,
    reason: `held, and ${describeDeath(death.cause)}`,
    ...taskAfterDeathInHold(context, death),
  };
}

/** The supervisor gives up: only `session reset` heals it. */
export function gaveUp(context: SessionContext, error: LaunchFailure): Change {
  return {
    ...moveGivenUp(context),
    reason: error.message,
    failure: { at: context.chance.clock.now(), code: error.code },
  };
}

function wasStable({ readyAtMs, restart }: SessionContext, nowMs: number): boolean {
  return readyAtMs !== null && nowMs - readyAtMs >= restart.stableAfterMs;
}
