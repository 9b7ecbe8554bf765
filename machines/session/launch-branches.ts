/** Where a launch leads, from whichever state it was begun. */
import { FailoverError } from '../../config/errors.ts';
import { factsToLaunch } from './context.ts';
import type { AfterRefusal } from './move-changes.ts';
import { failedForGood } from './task-changes.ts';
import type { AfterLaunch } from './task-decisions.ts';
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
  facts: factsToLaunch(context),
  previous: context.previous,
  reason: context.launchReason,
  newMark: context.chance.newId(),
  // What is to be let go of is not given to another agent.
  task: context.parting === null ? context.task : null,
  newConversation: context.chance.newId(),
});

const launchedOf = ({ event }: { readonly event: { readonly output: Launched } }): Launched =>
  event.output;

const leadsTo = <T extends AfterLaunch>(to: T) =>
  ({
    type: 'launchLeadsTo',
    params: ({ event }: { readonly event: { readonly output: Launched } }) => ({
      launched: event.output,
      to,
    }),
  }) as const;

const noteLaunched = <W extends 'session.created' | 'session.recreated'>(word: W) =>
  [
    // A turn that ended so before it: nothing went on, nor was anything started with it.
    {
      type: 'noteTrouble',
      params: ({ event }: { readonly event: { readonly output: Launched } }) => event.output.ended,
    },
    { type: 'noteLaunched', params: launchedOf },
    { type: 'countRestart', params: word },
    { type: 'log', params: word },
    'tellLaunched',
    { type: 'settleByLaunch', params: launchedOf },
  ] as const;

/** A launch without a task that succeeded; a hold that was asked for meanwhile takes effect now. */
export const launchedWithoutTask = [
  { guard: leadsTo('held'), target: '#held', actions: noteLaunched('session.created') },
  { target: '#booting', actions: noteLaunched('session.created') },
] as const;

/** The same where there can be one. */
export const launchedWith = <W extends 'session.created' | 'session.recreated'>(word: W) =>
  [
    { guard: leadsTo('held'), target: '#held', actions: noteLaunched(word) },
    { guard: leadsTo('arriving'), target: '#arriving', actions: noteLaunched(word) },
    { guard: leadsTo('awaiting'), target: '#awaiting', actions: noteLaunched(word) },
    { target: '#booting', actions: noteLaunched(word) },
  ] as const;

const PART_FOR_GOOD = [
  {
    type: 'part',
    params: ({ event }: { readonly event: { readonly error: unknown } }) =>
      failedForGood(failureOf({ event }).message),
  },
  'partWays',
] as const;

/** The agent that was to make room lives on as it was, and is looked at anew. */
const STAYS = ['takeBack', { type: 'postpone', params: failureOf }, 'tellLaunched'] as const;

const IS_POSTPONED = [
  { guard: { type: 'isTaskPostponedInHold', params: failureOf }, target: '#held', actions: STAYS },
  { guard: { type: 'isTaskPostponed', params: failureOf }, target: '#booting', actions: STAYS },
] as const;

/** The name is another's, or the session an operator's now. */
export const LOSES_ITS_NAME = [
  {
    guard: { type: 'isNameTaken', params: failureOf },
    target: '#blocked',
    actions: 'partWaysAfterLaunch',
  },
  {
    guard: { type: 'isRenamed', params: failureOf },
    target: '#launching',
    reenter: true,
    actions: ['leaveToOperator', 'forgetRenamed'],
  },
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
export const NOTE_REFUSAL = [
  { type: 'noteRefusal', params: failureOf },
  'partWaysAfterLaunch',
] as const;

export const refusalLeadsTo = <T extends AfterRefusal>(to: T) =>
  ({
    type: 'refusalLeadsTo',
    params: ({ event }: { readonly event: { readonly error: unknown } }) => ({
      failure: failureOf({ event }),
      to,
    }),
  }) as const;

/** The account refuses the launch, and the agent that was to end lives on as it was: it is looked at anew. */
export const STAYS_AS_REFUSED = [{ type: 'noteRefusal', params: failureOf }, ...STAYS] as const;

export const KEEPS_ITS_AGENT = [
  {
    guard: { type: 'keepsAgentInHold', params: failureOf },
    target: '#held',
    actions: STAYS_AS_REFUSED,
  },
  {
    guard: { type: 'keepsAgent', params: failureOf },
    target: '#booting',
    actions: STAYS_AS_REFUSED,
  },
] as const;

/** An order is waited for: to go elsewhere, or to park. What is to be let go of needs no account. */
const IS_REFUSED = [
  { guard: refusalLeadsTo('held'), target: '#held', actions: NOTE_REFUSAL },
  { guard: refusalLeadsTo('ending'), target: '#workingMoving.ending', actions: NOTE_REFUSAL },
  { guard: refusalLeadsTo('working'), target: '#workingMoving.awaiting', actions: NOTE_REFUSAL },
  { guard: refusalLeadsTo('idle'), target: '#idleMoving.awaiting', actions: NOTE_REFUSAL },
] as const;

const NOTE_LAUNCH_FAILED = [
  { type: 'noteLaunchFailed', params: failureOf },
  { type: 'log', params: 'session.delayed' },
  'partWaysAfterLaunch',
] as const;

/** Hopeless, held meanwhile, or tried again after a wait in `retry`. */
export const failsOrRetries = <
  R extends '#delayed' | '#backingOff' | '#idleMoving.delayed' | '#workingMoving.delayed',
>(
  retry: R,
) =>
  [
    {
      guard: { type: 'isHopeless', params: failureOf },
      target: '#failed',
      actions: [
        { type: 'giveUp', params: failureOf },
        { type: 'log', params: 'session.failed' },
        'partWaysAfterLaunch',
      ],
    },
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
  ...IS_POSTPONED,
  ...LOSES_ITS_NAME,
  ...IS_TASKS_FAULT,
  ...KEEPS_ITS_AGENT,
  ...IS_REFUSED,
  ...failsOrRetries('#delayed'),
] as const;
