/**
 * What each event changes in a session's context, as pure functions: the machine says when, these
 * say what. Times come from the injected clock.
 */
import { backoffMs } from '../policy/backoff.ts';
import { describeDeath } from '../policy/death.ts';
import { addRestart } from '../policy/restart-intensity.ts';
import type { CrashFact } from '../ports.ts';
import type {
  Adopted,
  Death,
  Launched,
  LaunchFailure,
  SessionContext,
  SessionEvent,
} from './types.ts';

export type Change = Partial<SessionContext>;
type StatusEvent = Extract<SessionEvent, { type: 'agent.status' }>;
type FoundEvent = Extract<SessionEvent, { type: 'agent.found' }>;

/** An agent that ended unasked: counted, and the wait before its successor chosen. */
export function crashed(context: SessionContext, death: Death): Change {
  const { clock, random } = context.chance;
  const nowMs = clock.monotonicMs();
  const unstable = wasStable(context, nowMs) ? 1 : context.unstable + 1;
  const { kind, history } = addRestart(context.crashTimes, nowMs, context.restart);
  return {
    agent: null,
    previous: context.agent ?? context.previous,
    readyAtMs: null,
    crashTimes: history,
    unstable,
    delayMs: backoffMs(unstable, context.restart, random()),
    crashedAt: clock.now(),
    launchReason: 'crash',
    death,
    reason:
      kind === 'restart'
        ? describeDeath(death.cause)
        : `${history.length} crashes within ${context.restart.periodMs / 1000} s; the last: ${describeDeath(death.cause)}`,
    failure: kind === 'restart' ? null : { at: clock.now(), code: 'RESTART_INTENSITY' },
  };
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

/** The launch actor started an agent, or found the one that an unfinished launch had left. */
export function launched(context: SessionContext, { pane, mark, hasTranscript }: Launched): Change {
  return {
    agent: pane.agent,
    mark,
    hasTranscript,
    previous: null,
    readyAtMs: null,
    launchFailures: 0,
    reason: null,
    failure: null,
    restarts: context.launchReason === 'crash' ? context.restarts + 1 : context.restarts,
  };
}

/** A launch that failed: no agent died, so it counts in a budget of its own. */
export function launchFailed(context: SessionContext, error: LaunchFailure): Change {
  const launchFailures = context.launchFailures + 1;
  return {
    launchFailures,
    reason: error.message,
    delayMs: backoffMs(launchFailures, context.restart, context.chance.random()),
  };
}

/** The supervisor gives up: only `session reset` heals it. */
export function gaveUp(context: SessionContext, error: LaunchFailure): Change {
  return {
    reason: error.message,
    failure: { at: context.chance.clock.now(), code: error.code },
  };
}

/** The client said what it does; `/clear` changes its conversation inside the same process. */
export function statusSeen(context: SessionContext, event: StatusEvent): Change {
  return {
    conversation: event.status.conversation,
    hasTranscript:
      event.hasTranscript ||
      (context.hasTranscript && context.conversation === event.status.conversation),
    readyAtMs: context.readyAtMs ?? context.chance.clock.monotonicMs(),
  };
}

/** Reconciling found a living agent in our session that we did not know. */
export function found(_: SessionContext, { pane, mark }: FoundEvent): Change {
  return { agent: pane.agent, mark, previous: null, readyAtMs: null, reason: null };
}

/** An operator handed a session of theirs over to us. */
export function adopted(_: SessionContext, { pane, status }: Adopted): Change {
  return {
    agent: pane.agent,
    previous: null,
    readyAtMs: null,
    reason: null,
    ...(status === null ? {} : { account: status.account, conversation: status.conversation }),
  };
}

/** `session restart`: the agent is to end and its conversation to go on in the next one. */
export function restarting(context: SessionContext): Change {
  return {
    agent: null,
    previous: context.agent ?? context.previous,
    readyAtMs: null,
    launchReason: 'operator',
  };
}

/** `session reset`: crashes no longer count. A vanished transcript means a fresh conversation now. */
export function reset(context: SessionContext): Change {
  const fresh = context.failure?.code === 'TRANSCRIPT_VANISHED';
  return {
    crashTimes: [],
    unstable: 0,
    launchFailures: 0,
    restarts: 0,
    reason: null,
    failure: null,
    launchReason: 'operator',
    ...(fresh ? freshConversation(context) : {}),
  };
}

/** An agent that ended while an operator holds its session: recorded, not counted, not replaced. */
export function diedInHold(context: SessionContext, death: Death): Change {
  return {
    agent: null,
    previous: context.agent,
    readyAtMs: null,
    crashedAt: context.chance.clock.now(),
    death,
    reason: `held, and ${describeDeath(death.cause)}`,
  };
}

/** A session without our mark holds the name: it is an operator's, and stays as it is. */
export function blocked({ slot }: SessionContext): Change {
  return {
    agent: null,
    previous: null,
    readyAtMs: null,
    reason: `a session named ${slot.name} that is not ours exists; run "claude-failover session adopt ${slot.name}" to take it over as it is, or add --restart to relaunch it`,
  };
}

/** Our session lives on under an operator's name: it is left alone, the slot gets a new one. */
export function renamedAway(context: SessionContext): Change {
  return {
    agent: null,
    previous: null,
    readyAtMs: null,
    mark: context.chance.newId(),
    launchReason: 'operator',
    ...freshConversation(context),
  };
}

function freshConversation(context: SessionContext): Change {
  return { conversation: context.chance.newId(), hasTranscript: false };
}

function wasStable({ readyAtMs, restart }: SessionContext, nowMs: number): boolean {
  return readyAtMs !== null && nowMs - readyAtMs >= restart.stableAfterMs;
}
