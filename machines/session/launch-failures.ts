/** Where a launch that failed leads, from whichever state it was begun. */
import { FailoverError } from '../../config/errors.ts';
import type { AfterRefusal } from './move-changes.ts';
import { failedForGood } from './task-changes.ts';
import type { LaunchFailure } from './types.ts';

/** The error of an effect in the words that decide. */
export const failureOf = ({
  event,
}: {
  readonly event: { readonly error: unknown };
}): LaunchFailure => ({
  code: event.error instanceof FailoverError ? event.error.code : 'INTERNAL',
  message: event.error instanceof Error ? event.error.message : String(event.error),
});

const PART_FOR_GOOD = [
  {
    type: 'part',
    params: ({ event }: { readonly event: { readonly error: unknown } }) =>
      failedForGood(failureOf({ event }).message),
  },
  'partWays',
] as const;

/** The agent that was to make room is the session's again, as it was. */
const STAYS = ['takeBack', { type: 'postpone', params: failureOf }, 'tellLaunched'] as const;

/** Why the agent that was to make room lives on: each has a guard of its own in a hold. */
type LivesOn = 'isTaskPostponed' | 'isMovePostponed' | 'keepsAgent';

/** The session goes on with that agent, looked at anew unless an operator has it. */
const livesOn = <G extends LivesOn, const A>(guard: G, actions: A) =>
  [
    { guard: { type: `${guard}InHold`, params: failureOf }, target: '#held', actions },
    { guard: { type: guard, params: failureOf }, target: '#booting', actions },
  ] as const;

/** The session is an operator's now. */
export const IS_RENAMED = {
  guard: { type: 'isRenamed', params: failureOf },
  target: '#launching',
  reenter: true,
  actions: ['leaveToOperator', 'forgetRenamed'],
} as const;

/** The name is another's, or the session an operator's now. */
export const LOSES_ITS_NAME = [
  {
    guard: { type: 'isNameTaken', params: failureOf },
    target: '#blocked',
    actions: 'partWaysAfterLaunch',
  },
  IS_RENAMED,
] as const;

/** The task cannot run; the session can, without it. */
export const IS_TASKS_FAULT = [
  {
    guard: { type: 'isTasksFaultInHold', params: failureOf },
    target: '#held',
    actions: PART_FOR_GOOD,
  },
  {
    guard: { type: 'isTasksFault', params: failureOf },
    target: '#launching',
    reenter: true,
    actions: PART_FOR_GOOD,
  },
] as const;

/** Nothing was started, or ended, for the sake of the account. */
const NOTE_REFUSAL = [{ type: 'noteRefusal', params: failureOf }, 'partWaysAfterLaunch'] as const;

const refusalLeadsTo = <T extends AfterRefusal>(to: T) =>
  ({
    type: 'refusalLeadsTo',
    params: ({ event }: { readonly event: { readonly error: unknown } }) => ({
      failure: failureOf({ event }),
      to,
    }),
  }) as const;

const STAYS_AS_REFUSED = [{ type: 'noteRefusal', params: failureOf }, ...STAYS] as const;

/** Somebody is at the agent that was to make room for a move. */
export const IS_MOVE_POSTPONED = livesOn('isMovePostponed', STAYS_AS_REFUSED);

/** The account refuses the launch, and nothing needs the end of the agent that was to make room. */
export const KEEPS_ITS_AGENT = livesOn('keepsAgent', STAYS_AS_REFUSED);

/** The account refuses the launch, and no task is held: an order is waited for. */
export const IS_REFUSED_IDLE = [
  { guard: refusalLeadsTo('held'), target: '#held', actions: NOTE_REFUSAL },
  { guard: refusalLeadsTo('idle'), target: '#idleMoving.awaiting', actions: NOTE_REFUSAL },
] as const;

/** The same where there can be one. What is to be let go of needs no account. */
export const IS_REFUSED = [
  { guard: refusalLeadsTo('ending'), target: '#workingMoving.ending', actions: NOTE_REFUSAL },
  { guard: refusalLeadsTo('working'), target: '#workingMoving.awaiting', actions: NOTE_REFUSAL },
  ...IS_REFUSED_IDLE,
] as const;

const NOTE_LAUNCH_FAILED = [
  { type: 'noteLaunchFailed', params: failureOf },
  { type: 'log', params: 'session.delayed' },
  'partWaysAfterLaunch',
] as const;

/** No retry can mend it: a person must act. */
export const IS_HOPELESS = {
  guard: { type: 'isHopeless', params: failureOf },
  target: '#failed',
  actions: [
    { type: 'giveUp', params: failureOf },
    { type: 'log', params: 'session.failed' },
    'partWaysAfterLaunch',
  ],
} as const;

/** Hopeless, held meanwhile, or tried again after a wait in `retry`. */
export const failsOrRetries = <
  R extends '#delayed' | '#backingOff' | '#idleMoving.delayed' | '#workingMoving.delayed',
>(
  retry: R,
) =>
  [
    IS_HOPELESS,
    { guard: 'isHeld', target: '#held', actions: NOTE_LAUNCH_FAILED },
    { target: retry, actions: NOTE_LAUNCH_FAILED },
  ] as const;

/** An agent that replaces one that has crashed could not be started: the first of these that is so. */
export const RECREATION_FAILS = [
  ...LOSES_ITS_NAME,
  ...IS_TASKS_FAULT,
  ...IS_REFUSED,
  ...failsOrRetries('#backingOff'),
] as const;

/** Any other launch that failed. */
export const LAUNCH_FAILS = [
  // A person has come to the agent that was to end.
  ...livesOn('isTaskPostponed', STAYS),
  ...LOSES_ITS_NAME,
  ...IS_TASKS_FAULT,
  ...KEEPS_ITS_AGENT,
  ...IS_REFUSED,
  ...failsOrRetries('#delayed'),
] as const;
