/** Where a launch leads, from whichever state it was begun. */
import { FailoverError } from '../../config/errors.ts';
import { factsOf } from './context.ts';
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
  facts: factsOf(context),
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
    { type: 'noteLaunched', params: launchedOf },
    { type: 'countRestart', params: word },
    { type: 'log', params: word },
  ] as const;

/** A launch that succeeded; a hold that was asked for meanwhile takes effect now. */
export const launchedWith = <W extends 'session.created' | 'session.recreated'>(word: W) => {
  const settled = [
    ...noteLaunched(word),
    'tellLaunched',
    { type: 'settleByLaunch', params: launchedOf },
  ] as const;
  return [
    { guard: leadsTo('held'), target: '#held', actions: settled },
    { guard: leadsTo('arriving'), target: '#arriving', actions: settled },
    { guard: leadsTo('awaiting'), target: '#awaiting', actions: settled },
    { target: '#booting', actions: settled },
  ] as const;
};

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

const NOTE_LAUNCH_FAILED = [
  { type: 'noteLaunchFailed', params: failureOf },
  { type: 'log', params: 'session.delayed' },
  'partWaysAfterLaunch',
] as const;

/**
 * A launch that failed: a person has come to the agent that was to end, the name is another's, the session an operator's now, the task cannot run, it
 * is hopeless, it is held meanwhile, or it is tried again after a wait in `retry`.
 */
export const launchFailedUntil = <R extends '#delayed' | '#backingOff'>(retry: R) =>
  [
    {
      guard: { type: 'isTaskPostponedInHold', params: failureOf },
      target: '#held',
      actions: STAYS,
    },
    {
      guard: { type: 'isTaskPostponed', params: failureOf },
      target: '#booting',
      actions: STAYS,
    },
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
