/**
 * The vocabulary of the session machine: its actors, guards, actions and delays. task-setup.ts has what tasks
 * add, move-setup.ts what it takes to leave an account.
 */
import { assign, enqueueActions, fromPromise, sendParent, setup } from 'xstate';
import { isSameProcess } from '../policy/process-identity.ts';
import type { CrashFact, ProcessIdentity } from '../ports.ts';
import type { TurnSeen } from '../signals.ts';
import * as change from './changes.ts';
import { factsOf } from './context.ts';
import * as crash from './crash-changes.ts';
import { type LogWord, logEntry } from './log-entries.ts';
import type {
  Adopted,
  AdoptRequest,
  EndRequest,
  Launched,
  LaunchFailure,
  LaunchRequest,
  LookRequest,
  PasteRequest,
  PressRequest,
  SessionContext,
  SessionEvent,
  SessionInput,
  StatusSeen,
} from './types.ts';

/** Launch errors that no retry can mend: a person must act. */
const HOPELESS: ReadonlySet<string> = new Set([
  'WORKDIR_MISSING',
  'COMMAND_NOT_FOUND',
  'TRANSCRIPT_VANISHED',
  'AGENT_WILL_NOT_DIE',
  'FOLDER_UNSAFE',
]);

/** Trouble of the surroundings, which passes: however long it lasts, no session gives up for it. */
const OUTAGES: ReadonlySet<string> = new Set([
  'TMUX_UNREACHABLE',
  'TMUX_TIMED_OUT',
  'STORE_FAILED',
  'DISK_FAILED',
  'DELIVERY_POSTPONED',
  'POOL_ESCALATED',
]);

/** How long after `idle` the signal of the turn's end may take before the transcript is looked at. */
const SETTLE_MS = 2000;

const STALLED = { cause: { kind: 'stalled' }, lastScreen: '' } as const;

const NOT_READY = { cause: { kind: 'not_ready' }, lastScreen: '' } as const;

function unprovided(name: string): never {
  throw new Error(`actor "${name}" was not provided`);
}

export const baseSetup = setup({
  types: {
    input: {} as SessionInput,
    context: {} as SessionContext,
    events: {} as SessionEvent,
    /**
     * `launching`: an effect on the session is under way; only its own result says how it went. `waiting`: a
     * launch follows, after some time or when the pool creates again.
     */
    tags: {} as 'launching' | 'waiting',
  },
  actors: {
    /** Confirms the previous agent dead, then starts the next one; rejects with a coded error. */
    launch: fromPromise<Launched, LaunchRequest>(() => unprovided('launch')),
    /** Marks an operator's session as ours. */
    adopt: fromPromise<Adopted, AdoptRequest>(() => unprovided('adopt')),
    /** What the client says now: its file may have been written before anybody watched it. */
    readStatus: fromPromise<StatusSeen | null, SessionContext>(() => unprovided('readStatus')),
    /** Pastes the prompt of a task and presses Enter; rejects with DELIVERY_POSTPONED when nothing was typed. */
    paste: fromPromise<void, PasteRequest>(() => unprovided('paste')),
    /** Presses Enter once more. */
    press: fromPromise<void, PressRequest>(() => unprovided('press')),
    /** Resolves once this process is gone; ends nothing. null = there is none, and it never resolves. */
    confirmGone: fromPromise<void, ProcessIdentity | null>(() => unprovided('confirmGone')),
    /** Ends the agent of this session and resolves once it is confirmed gone; rejects with a coded error. */
    end: fromPromise<void, EndRequest>(() => unprovided('end')),
    /** What the transcript says of the task. */
    look: fromPromise<TurnSeen, LookRequest>(() => unprovided('look')),
  },
  delays: {
    chosenDelay: ({ context }) => context.delayMs,
    startTimeout: ({ context }) => context.startTimeoutMs,
    confirmTimeout: ({ context }) => context.tasks.confirmTimeoutMs,
    waitingTimeout: ({ context }) => context.tasks.waitingTimeoutMs,
    stalledTimeout: ({ context }) => context.tasks.stalledAfterMs,
    settleTime: SETTLE_MS,
  },
  guards: {
    startsAs: ({ context }, kind: SessionInput['start']['kind']) => context.start.kind === kind,
    /** A report about an earlier agent must not hit its successor. */
    isOurDeath: ({ context, event }) =>
      event.type === 'agent.died' &&
      context.agent !== null &&
      event.death.pid === context.agent.pid,
    isAnothersWord: ({ context, event }) =>
      event.type === 'agent.status' && !isSameProcess(event.status.agent, context.agent),
    /** A listing may be older than what we know: neither our agent nor the one to be ended is news. */
    isKnownAgent: ({ context, event }) =>
      event.type === 'agent.found' &&
      (isSameProcess(event.pane.agent, context.agent) ||
        isSameProcess(event.pane.agent, context.previous)),
    isOurAgent: ({ context, event }) =>
      (event.type === 'agent.found' && isSameProcess(event.pane.agent, context.agent)) ||
      (event.type === 'session.renamed' && isSameProcess(event.agent, context.agent)),
    saysWaiting: ({ event }) => event.type === 'agent.status' && event.status.status === 'waiting',
    /** With a shell in the background it is at its prompt all the same; a task that left it goes on. */
    saysIdle: ({ context, event }) =>
      event.type === 'agent.status' &&
      (event.status.status === 'idle' ||
        (event.status.status === 'shell' && context.task === null)),
    isHeld: ({ context }) => context.held,
    hasAgent: ({ context }) => context.agent !== null,
    isComingUp: ({ context }) => context.isComingUp,
    /** The pool has escalated, and nobody asked for this launch. */
    isHeldUp: ({ context }) => change.isHeldUp(context),
    isHeldUpInHold: ({ context }) => context.held && change.isHeldUp(context),
    mayLaunch: ({ context }) => !context.isPoolHalted,
    mayComeBack: ({ context }) => !context.isPoolHalted && !context.isLeaving,
    hasGivenUp: ({ context }) => context.failure !== null,
    isNameTaken: (_, failure: LaunchFailure) => failure.code === 'TMUX_NAME_TAKEN',
    isRenamed: (_, failure: LaunchFailure) => failure.code === 'SESSION_RENAMED',
    isHopeless: ({ context }, failure: LaunchFailure) =>
      HOPELESS.has(failure.code) ||
      (!OUTAGES.has(failure.code) && context.launchFailures >= context.restart.intensity),
  },
  actions: {
    stamp: assign({ since: ({ context }) => context.chance.clock.now() }),
    report: sendParent(({ context }) => ({ type: 'session.changed', facts: factsOf(context) })),
    log: sendParent(({ context }, word: LogWord) => ({
      type: 'session.logged',
      entry: logEntry(context, word),
    })),
    countDeath: assign(({ context, event }) =>
      event.type === 'agent.died' ? crash.crashed(context, event.death) : {},
    ),
    countNotReady: assign(({ context }) =>
      crash.crashed(context, { pid: context.agent?.pid ?? null, ...NOT_READY }),
    ),
    countStalled: assign(({ context }) =>
      crash.crashed(context, { pid: context.agent?.pid ?? null, ...STALLED }),
    ),
    countDeathAtStart: assign(({ context }) =>
      context.start.kind === 'died' ? crash.crashedUnseen(context, context.start.death) : {},
    ),
    noteDeathInHold: assign(({ context, event }) =>
      event.type === 'agent.died' ? crash.diedInHold(context, event.death) : {},
    ),
    recordCrash: sendParent(({ context }, state: CrashFact['state']) => ({
      type: 'session.died',
      name: context.slot.name,
      crash: crash.crashFact(context, state),
    })),
    noteStatus: assign(({ context, event }) =>
      event.type === 'agent.status' ? change.statusSeen(context, event) : {},
    ),
    raiseStatus: enqueueActions(({ enqueue }, seen: StatusSeen | null) => {
      if (seen !== null) enqueue.raise({ type: 'agent.status', ...seen });
    }),
    noteLaunched: assign(({ context }, launched: Launched) => change.launched(context, launched)),
    countRestart: assign(({ context }, word: LogWord) => ({
      restarts: context.restarts + (word === 'session.recreated' ? 1 : 0),
    })),
    tellLaunched: sendParent(({ context }) => ({
      type: 'session.launched',
      name: context.slot.name,
    })),
    noteLaunchFailed: assign(({ context }, failure: LaunchFailure) =>
      change.launchFailed(context, failure),
    ),
    giveUp: assign(({ context }, failure: LaunchFailure) => change.launchGivenUp(context, failure)),
    noteFound: assign(({ context, event }) =>
      event.type === 'agent.found' ? change.found(context, event) : {},
    ),
    noteAdopted: assign(({ context }, adopted: Adopted) => change.adopted(context, adopted)),
    noteRefused: assign((_, failure: LaunchFailure) => ({ reason: failure.message })),
    forgetReason: assign({ reason: null }),
    noteBlocked: assign(({ context }) => change.blocked(context)),
    hold: assign({ held: true }),
    release: assign({ held: false }),
    prepareRestart: assign(({ context }) => change.restarting(context)),
    /** The wait ends before its time, and the log is to tell how long it really was. */
    cutWaitShort: assign({
      delayMs: ({ context }) => Math.max(0, context.chance.clock.now() - context.since),
    }),
    halt: assign({ isPoolHalted: true }),
    resume: assign(({ context }) => change.resumed(context)),
    noteHeldUp: assign(({ context }) => change.heldUp(context)),
    goAhead: assign({ goesAhead: true }),
    goAheadNoMore: assign({ goesAhead: false }),
    forgive: assign(change.FORGIVEN),
    startAgain: assign(({ context }) => change.reset(context)),
    tellForgiven: sendParent(({ context }) => ({
      type: 'session.forgiven',
      name: context.slot.name,
    })),
    forgetRenamed: assign(({ context }) => change.renamedAway(context)),
  },
});
