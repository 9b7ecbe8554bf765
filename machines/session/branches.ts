/**
 * Where an event leads that several states hear alike: the machine says in which states, these say
 * to what. The names of guards and actions are those of setup.ts.
 */
import { FailoverError } from '../../config/errors.ts';
import { factsOf } from './context.ts';
import type { Launched, LaunchFailure, LaunchRequest, SessionContext } from './types.ts';

/** The error of an effect in the words that decide. */
export const failureOf = ({
  event,
}: {
  readonly event: { readonly error: unknown };
}): LaunchFailure => ({
  code: event.error instanceof FailoverError ? event.error.code : 'INTERNAL',
  message: event.error instanceof Error ? event.error.message : String(event.error),
});

/** What the launch is asked for, from all that the session knows. */
export const launchRequest = ({
  context,
}: {
  readonly context: SessionContext;
}): LaunchRequest => ({
  facts: factsOf(context),
  previous: context.previous,
  reason: context.launchReason,
  newMark: context.chance.newId(),
});

/** Where the client's own word leads; another process's word is not heard. */
export const FOLLOW_STATUS = [
  { guard: 'isAnothersWord' },
  { guard: 'saysWaiting', target: '#waiting', actions: ['noteStatus', 'report'] },
  { guard: 'saysIdle', target: '#ready', actions: ['noteStatus', 'report'] },
  { target: '#running', actions: ['noteStatus', 'report'] },
] as const;

/** The first word of an agent that has come up is what `ready` means: spawned is another word (P8). */
export const FIRST_STATUS = [
  { guard: 'isAnothersWord' },
  {
    guard: 'saysWaiting',
    target: '#waiting',
    actions: ['noteStatus', { type: 'log', params: 'session.ready' }],
  },
  {
    guard: 'saysIdle',
    target: '#ready',
    actions: ['noteStatus', { type: 'log', params: 'session.ready' }],
  },
  { target: '#running', actions: ['noteStatus', { type: 'log', params: 'session.ready' }] },
] as const;

export const LOG_CRASH = { type: 'log', params: 'session.crashed' } as const;

export const DIES_IDLE = {
  guard: 'isOurDeath',
  target: '#crashed',
  actions: ['countDeath', { type: 'recordCrash', params: 'idle' }, LOG_CRASH],
} as const;

export const DIES_WORKING = {
  guard: 'isOurDeath',
  target: '#crashed',
  actions: ['countDeath', { type: 'recordCrash', params: 'working' }, LOG_CRASH],
} as const;

/** An agent that nobody told us of runs in our session; `reenter`, as it may replace one that boots. */
export const FINDS_AGENT = [
  { guard: 'isKnownAgent' },
  { target: '#booting', reenter: true, actions: 'noteFound' },
] as const;

/** What an operator or a reconcile may do to any session that has an agent. */
export const WITH_AGENT = {
  'operator.hold': { target: '#held', actions: 'hold' },
  'operator.restart': { target: '#launching', actions: 'prepareRestart' },
  'agent.found': FINDS_AGENT,
  'session.renamed': { guard: 'isOurAgent', target: '#launching', actions: 'forgetRenamed' },
} as const;

/** `session reset` of a session that only has something to be forgiven. */
export const FORGIVE = [
  'forgive',
  'tellForgiven',
  { type: 'log', params: 'session.reset' },
] as const;
/** `session reset` of a session that waits or was given up. */
export const START_AGAIN = [
  'startAgain',
  'tellForgiven',
  { type: 'log', params: 'session.reset' },
] as const;

const launchedOf = ({ event }: { readonly event: { readonly output: Launched } }): Launched =>
  event.output;

const noteLaunched = (word: 'session.created' | 'session.recreated') => {
  const note = { type: 'noteLaunched', params: launchedOf } as const;
  return word === 'session.recreated' ? ([note, 'countRestart'] as const) : ([note] as const);
};

const NOTE_LAUNCH_FAILED = [
  { type: 'noteLaunchFailed', params: failureOf },
  { type: 'log', params: 'session.delayed' },
] as const;

/** A launch that succeeded; a hold that was asked for meanwhile takes effect now. */
export const launchedWith = <W extends 'session.created' | 'session.recreated'>(word: W) =>
  [
    {
      guard: 'isHeld',
      target: '#held',
      actions: [...noteLaunched(word), { type: 'log', params: word }, 'tellLaunched'],
    },
    {
      target: '#booting',
      actions: [...noteLaunched(word), { type: 'log', params: word }, 'tellLaunched'],
    },
  ] as const;

/**
 * A launch that failed: the name is another's, the session an operator's now, it is hopeless, it is
 * held meanwhile, or it is tried again after a wait in `retry`.
 */
export const launchFailedUntil = <R extends '#delayed' | '#backingOff'>(retry: R) =>
  [
    { guard: { type: 'isNameTaken', params: failureOf }, target: '#blocked' },
    {
      guard: { type: 'isRenamed', params: failureOf },
      target: '#launching',
      reenter: true,
      actions: 'forgetRenamed',
    },
    {
      guard: { type: 'isHopeless', params: failureOf },
      target: '#failed',
      actions: [
        { type: 'giveUp', params: failureOf },
        { type: 'log', params: 'session.failed' },
      ],
    },
    { guard: 'isHeld', target: '#held', actions: NOTE_LAUNCH_FAILED },
    { target: retry, actions: NOTE_LAUNCH_FAILED },
  ] as const;
