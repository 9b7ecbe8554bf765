/**
 * What each event changes in a session's context, as pure functions: the machine says when, these
 * say what. Times come from the injected clock.
 */
import { backoffMs } from '../policy/backoff.ts';
import { describeDeath } from '../policy/death.ts';
import { explainExit } from '../policy/exit-codes.ts';
import { isSameProcess } from '../policy/process-identity.ts';
import { addRestart } from '../policy/restart-intensity.ts';
import type { AgentStatus, CrashFact, Pane } from '../ports.ts';
import { type Change, freshConversation } from './context.ts';
import {
  isOfTasksDirectory,
  mayHaveStarted,
  taskAfterDeath,
  taskAfterDeathInHold,
  taskLaunched,
} from './task-changes.ts';
import { isAtRest } from './task-decisions.ts';
import type {
  Adopted,
  Death,
  Launched,
  LaunchFailure,
  SessionContext,
  SessionEvent,
} from './types.ts';

type StatusEvent = Extract<SessionEvent, { type: 'agent.status' }>;
type FoundEvent = Extract<SessionEvent, { type: 'agent.found' }>;

const NO_AGENT = {
  agent: null,
  readyAtMs: null,
  isComingUp: false,
  said: null,
  stopped: null,
} as const satisfies Change;

/** An agent that ended unasked: counted, and the wait before its successor chosen. */
export function crashed(context: SessionContext, death: Death): Change {
  const { clock, random } = context.chance;
  const nowMs = clock.monotonicMs();
  const unstable = wasStable(context, nowMs) ? 1 : context.unstable + 1;
  const { kind, history } = addRestart(context.crashTimes, nowMs, context.restart);
  return {
    ...NO_AGENT,
    previous: context.agent ?? context.previous,
    crashTimes: history,
    unstable,
    delayMs: backoffMs(unstable, context.restart, random()),
    crashedAt: clock.now(),
    // A lost server takes every session with it: they come back as at a start, not all at once.
    launchReason: death.cause.kind === 'server_lost' ? 'boot' : 'crash',
    death,
    reason: describeDeath(death.cause),
    failure: null,
    ...(kind === 'giveUp' && crashedTooOften(context, death, history.length)),
    ...cannotRun(context, death),
    ...taskAfterDeath(context, death),
  };
}

function crashedTooOften(context: SessionContext, { cause }: Death, crashes: number): Change {
  const period = `${context.restart.periodMs / 1000} s`;
  return gaveUp(context, {
    code: 'RESTART_INTENSITY',
    message: `${crashes} crashes within ${period}; the last: ${describeDeath(cause)}`,
  });
}

/** An agent that ends before its prompt with the code of a launch that no retry can mend. */
function cannotRun(context: SessionContext, { cause }: Death): Change {
  if (!context.isComingUp || cause.kind !== 'exit') return {};
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

/** The record of the crash just counted, for the store. */
export function crashFact(context: SessionContext, state: CrashFact['state']): CrashFact {
  const { clock } = context.chance;
  return {
    at: context.crashedAt ?? clock.now(),
    monotonicMs: context.crashTimes.at(-1) ?? clock.monotonicMs(),
    bootId: clock.bootId,
    cause: context.death?.cause ?? { kind: 'unknown' },
    pid: context.death?.pid ?? null,
    state,
    lastScreen: context.death?.lastScreen ?? '',
  };
}

/** A death that no daemon saw: at a start the whole pool may have to come back. */
export function crashedUnseen(context: SessionContext, death: Death): Change {
  return { ...crashed(context, death), launchReason: 'boot' };
}

/** The launch actor started an agent, or found the one that an unfinished launch had left. */
export function launched(context: SessionContext, it: Launched): Change {
  return {
    agent: it.pane.agent,
    mark: it.mark,
    conversation: it.conversation,
    workdir: it.workdir,
    hasTranscript: it.hasTranscript,
    previous: null,
    readyAtMs: null,
    said: null,
    isComingUp: it.mode !== 'found',
    ...taskLaunched(context, it),
    launchFailures: 0,
    launchFailure: null,
    reason: null,
    failure: null,
  };
}

/** A launch that failed: no agent died, so it counts in a budget of its own. */
export function launchFailed(context: SessionContext, error: LaunchFailure): Change {
  const launchFailures = context.launchFailures + 1;
  return {
    ...mayHaveStarted(context, error),
    launchFailures,
    launchFailure: error,
    reason: error.message,
    delayMs: backoffMs(launchFailures, context.restart, context.chance.random()),
  };
}

/** The launch was given up: only `session reset` tries another. */
export function launchGivenUp(context: SessionContext, error: LaunchFailure): Change {
  return { ...mayHaveStarted(context, error), ...gaveUp(context, error) };
}

/** The supervisor gives up: only `session reset` heals it. */
function gaveUp(context: SessionContext, error: LaunchFailure): Change {
  return {
    reason: error.message,
    failure: { at: context.chance.clock.now(), code: error.code },
  };
}

/** The client said what it does; `/clear` changes its conversation inside the same process. */
export function statusSeen(
  context: SessionContext,
  { status, hasTranscript }: StatusEvent,
): Change {
  return {
    ...placeOf(status, context),
    hasTranscript:
      hasTranscript || (context.hasTranscript && context.conversation === status.conversation),
    ...cameUp(context),
    stopped: goesOn(context, status) ? null : context.stopped,
    said: { status: status.status, waitingFor: status.waitingFor },
  };
}

/** What runs in the background has woken the agent, or a person has. */
function goesOn({ said }: SessionContext, { status }: AgentStatus): boolean {
  return status === 'waiting' || (status === 'busy' && isAtRest(said?.status ?? null));
}

/** The agent has shown that it is at its prompt, or was. */
export function cameUp({ readyAtMs, chance }: SessionContext): Change {
  return { readyAtMs: readyAtMs ?? chance.clock.monotonicMs(), isComingUp: false };
}

/**
 * Where its conversation can go on: the client knows it best, as an operator may have started it. Of
 * the conversation that we began we know it ourselves, and do not take another path to it instead.
 */
function placeOf({ account, conversation, cwd }: AgentStatus, known: SessionContext): Change {
  const isNews = conversation !== known.conversation;
  return { account, conversation, workdir: isNews && cwd !== null ? cwd : known.workdir };
}

/** Reconciling found a living agent in our session that we did not know. */
export function found({ task }: SessionContext, { pane, mark }: FoundEvent): Change {
  // It may be the one that a launch started whose answer was lost.
  return { ...running(pane), mark, mayHavePrompt: task !== null };
}

/** An operator handed a session of theirs over to us. */
export function adopted(context: SessionContext, { pane, status }: Adopted): Change {
  const { mayHavePrompt, previous } = context;
  const here = {
    ...running(pane),
    // Another agent than this one was confirmed gone before.
    mayHavePrompt: mayHavePrompt && isSameProcess(pane.agent, previous),
  };
  if (status === null) return here;
  // Whether this conversation is on disk yet, only its own words or its next launch can tell.
  return { ...here, ...placeOf(status, context), hasTranscript: false };
}

function running(pane: Pane): Change {
  return {
    agent: pane.agent,
    previous: null,
    readyAtMs: null,
    isComingUp: false,
    said: null,
    given: null,
    mayRunUnseen: false,
    stopped: null,
    launchFailures: 0,
    launchFailure: null,
    reason: null,
  };
}

/** `session restart`: the agent is to end and its conversation to go on in the next one. */
export function restarting(context: SessionContext): Change {
  return {
    ...NO_AGENT,
    previous: context.agent ?? context.previous,
    launchReason: 'operator',
    reason: null,
  };
}

/** The agent is to end because of a task: one that comes, or one that goes. */
export function relaunchingForTask(context: SessionContext): Change {
  return { ...restarting(context), launchReason: 'task' };
}

/** The agent that was to make room for a task was not ended: it is the session's again, as it was. */
export function takenBack({ previous }: SessionContext): Change {
  return { agent: previous, previous: null, launchFailures: 0, launchFailure: null, reason: null };
}

/** `session reset`: what went wrong no longer counts. */
export const FORGIVEN = {
  crashTimes: [],
  unstable: 0,
  launchFailures: 0,
  restarts: 0,
} as const satisfies Change;

/** `session reset` of a session that waits or was given up: it starts again, afresh if it has to. */
export function reset(context: SessionContext): Change {
  return {
    ...FORGIVEN,
    reason: null,
    failure: null,
    launchReason: 'operator',
    ...(cannotGoOn(context) ? freshConversation(context) : {}),
  };
}

/** A conversation without its transcript, or without the directory it began in. */
function cannotGoOn({ failure, workdir, slot }: SessionContext): boolean {
  if (failure?.code === 'WORKDIR_MISSING') return workdir !== slot.workdir;
  return failure?.code === 'TRANSCRIPT_VANISHED';
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

/** A session without our mark holds the name: it is an operator's, and stays as it is. */
export function blocked({ slot, chance }: SessionContext): Change {
  return {
    ...NO_AGENT,
    mark: chance.newId(),
    reason: `a session named ${slot.name} that is not ours exists; run "claude-failover session adopt ${slot.name}" to take it over as it is, or add --restart to relaunch it`,
  };
}

/** Our session lives on under an operator's name: it is left alone, the slot gets a new one. */
export function renamedAway(context: SessionContext): Change {
  return {
    ...NO_AGENT,
    previous: null,
    mark: context.chance.newId(),
    launchReason: 'operator',
    ...freshConversation(context),
  };
}

function wasStable({ readyAtMs, restart }: SessionContext, nowMs: number): boolean {
  return readyAtMs !== null && nowMs - readyAtMs >= restart.stableAfterMs;
}
