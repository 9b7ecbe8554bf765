/** A launch, and where one that succeeded leads, from whichever state it was begun. */
import { factsToLaunch } from './context.ts';
import type { AfterLaunch } from './task-decisions.ts';
import type { Launched, LaunchRequest, SessionContext } from './types.ts';

/** What the launch is asked for, from all that the session knows. */
const launchRequest = ({ context }: { readonly context: SessionContext }): LaunchRequest => ({
  facts: factsToLaunch(context),
  goesAhead: context.goesAhead,
  isPersons: context.slot.kind === 'dedicated',
  previous: context.previous,
  reason: context.launchReason,
  newMark: context.chance.newId(),
  // What is to be let go of is not given to another agent.
  task: context.parting === null ? context.task : null,
  newConversation: context.chance.newId(),
  anew: anewOf(context),
});

const anewOf = ({ slot, chance, beginsAnewUnless }: SessionContext): LaunchRequest['anew'] =>
  beginsAnewUnless === null
    ? null
    : { conversation: chance.newId(), workdir: slot.workdir, unless: beginsAnewUnless };

type WaitingPlace = '#delayed' | '#idleMoving.delayed' | '#workingMoving.delayed';

/**
 * Where a launch is waited for while the pool has escalated: as `always` of a state in which it would run, it
 * is taken in the step that enters it, so that the launch does not even begin.
 */
export const waitsIn = <W extends WaitingPlace>(waits: W) =>
  ({ guard: 'isHeldUp', target: waits, actions: 'noteHeldUp' }) as const;

/** The same where a hold can be waiting to take effect. */
export const WAITS_OR_HOLDS = [
  { guard: 'isHeldUpInHold', target: '#held' },
  waitsIn('#delayed'),
] as const;

/** A state in which a launch runs. */
export const launches = <const D, const E>(onDone: D, onError: E) =>
  ({
    tags: 'launching',
    entry: ['noteCarries', 'stamp', 'report'],
    exit: 'goAheadNoMore',
    invoke: { src: 'launch', input: launchRequest, onDone, onError },
  }) as const;

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
