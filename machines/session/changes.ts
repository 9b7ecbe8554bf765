/**
 * What each event changes in a session's context, as pure functions: the machine says when, these
 * say what. Times come from the injected clock.
 */
import { backoffMs } from '../policy/backoff.ts';
import { isSameProcess } from '../policy/process-identity.ts';
import type { AgentStatus, Pane } from '../ports.ts';
import { type Change, freshConversation, NO_AGENT } from './context.ts';
import { gaveUp, NOT_FOUND } from './crash-changes.ts';
import { moveGivenUp, NO_MOVE } from './move-changes.ts';
import { mayHaveStarted, taskLaunched } from './task-changes.ts';
import { isAtRest } from './task-decisions.ts';
import { goesOnByItself, isTrouble, troubleOver } from './trouble-changes.ts';
import type {
  Adopted,
  AnewUnless,
  Launched,
  LaunchFailure,
  SessionContext,
  SessionEvent,
} from './types.ts';

type StatusEvent = Extract<SessionEvent, { type: 'agent.status' }>;
type FoundEvent = Extract<SessionEvent, { type: 'agent.found' }>;

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
    ...NO_MOVE,
    // The account could be used, or nothing were launched on it.
    ...(isTrouble(it.ended) ? {} : troubleOver(context)),
    refusal: null,
    launchFailures: 0,
    launchFailure: null,
    beginsAnewUnless: null,
    reason: null,
    failure: null,
  };
}

/** A launch that failed: no agent died, so it counts in a budget of its own. */
export function launchFailed(context: SessionContext, error: LaunchFailure): Change {
  // It waited for its turn, and nothing was tried.
  if (error.code === 'POOL_ESCALATED') {
    return { ...mayHaveStarted(context, error), ...heldUp(context) };
  }
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
  return { ...mayHaveStarted(context, error), ...gaveUp(context, error), launchFailure: error };
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
    ...(goesOnByItself(context, status) && troubleOver(context)),
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
export function found(context: SessionContext, { pane, mark }: FoundEvent): Change {
  // It may be the one that a launch started whose answer was lost.
  const mayHavePrompt = context.task !== null;
  return { ...running(context, pane), mark, mayHavePrompt };
}

/** An operator handed a session of theirs over to us. */
export function adopted(context: SessionContext, { pane, status }: Adopted): Change {
  const { mayHavePrompt, previous } = context;
  const here = {
    ...running(context, pane),
    // Another agent than this one was confirmed gone before.
    mayHavePrompt: mayHavePrompt && isSameProcess(pane.agent, previous),
  };
  if (status === null) return here;
  // Whether this conversation is on disk yet, only its own words or its next launch can tell.
  return { ...here, ...placeOf(status, context), hasTranscript: false };
}

function running(context: SessionContext, pane: Pane): Change {
  return {
    // Whatever was the matter with the agent before, this one is another.
    ...(isSameProcess(pane.agent, context.previous) ? {} : troubleOver(context)),
    ...NO_MOVE,
    agent: pane.agent,
    // It may be the one whose pane had vanished.
    death: null,
    previous: null,
    readyAtMs: null,
    isComingUp: false,
    said: null,
    given: null,
    mayRunUnseen: false,
    stopped: null,
    launchFailures: 0,
    launchFailure: null,
    // What was allowed was allowed of the conversation from before.
    beginsAnewUnless: null,
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

/** Whether the pool has escalated, and nobody asked for this launch. */
export function isHeldUp({ isPoolHalted, goesAhead }: SessionContext): boolean {
  return isPoolHalted && !goesAhead;
}

/** Why a session waits of which nothing else is to be told. */
export const HELD_UP = 'the pool has escalated: nothing is created';

/** The pool has escalated: what was to be launched waits until that is over. */
export function heldUp({ reason }: SessionContext): Change {
  // Why an agent ended says more.
  return { delayMs: 0, reason: reason ?? HELD_UP };
}

/** The pool creates again: all that waited starts at once, and so not all at the same time. */
export function resumed({ launchReason, chance, since }: SessionContext): Change {
  return {
    isPoolHalted: false,
    launchReason: launchReason === 'crash' ? 'boot' : launchReason,
    delayMs: Math.max(0, chance.clock.now() - since),
  };
}

/** `session reset`: what went wrong no longer counts. */
export const FORGIVEN = {
  crashTimes: [],
  unreadyTimes: [],
  unstable: 0,
  launchFailures: 0,
  lostDeliveries: 0,
  restarts: 0,
} as const satisfies Change;

/** `session reset` of a session that waits or was given up: it starts again, afresh if it still has to. */
export function reset(context: SessionContext): Change {
  return {
    ...FORGIVEN,
    reason: null,
    failure: null,
    launchReason: 'operator',
    beginsAnewUnless: anewAfter(context),
  };
}

/**
 * A conversation without its transcript, or without the directory it began in. Either may be there again: the
 * launch looks.
 */
function anewAfter({ failure, workdir, slot }: SessionContext): AnewUnless | null {
  if (failure?.code === 'WORKDIR_MISSING') return workdir === slot.workdir ? null : 'onDisk';
  if (failure?.code === 'TRANSCRIPT_VANISHED') return 'onDisk';
  // That it is on the disk somewhere did not help the client.
  return failure?.code === NOT_FOUND ? 'inItsFolder' : null;
}

/** A session without our mark holds the name: it is an operator's, and stays as it is. */
export function blocked(context: SessionContext): Change {
  const { slot, chance } = context;
  return {
    ...NO_AGENT,
    ...moveGivenUp(context),
    mark: chance.newId(),
    reason: `a session named ${slot.name} that is not ours exists; run "claude-failover session adopt ${slot.name}" to take it over as it is, or add --restart to relaunch it`,
  };
}

/** Our session lives on under an operator's name: it is left alone, the slot gets a new one. */
export function renamedAway(context: SessionContext): Change {
  return {
    ...NO_AGENT,
    ...NO_MOVE,
    ...troubleOver(context),
    previous: null,
    mark: context.chance.newId(),
    launchReason: 'operator',
    beginsAnewUnless: null,
    ...freshConversation(context),
  };
}
