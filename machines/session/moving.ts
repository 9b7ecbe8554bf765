/**
 * A session whose account cannot be used: it waits for the order to go on elsewhere or to park, and carries
 * it out. Built twice, for one without a task (`idle`) and for one with a task (`working`). Drawn with the rest
 * above the machine.
 */
import { FINDS_ANY_AGENT, FORGIVE, WITHOUT_LAUNCH } from './branches.ts';
import { launchedWith, launchedWithoutTask, launches, waitsIn } from './launch-branches.ts';
import { END_FAILS, MOVE_FAILS_IDLE, MOVE_FAILS_WORKING, MOVES } from './move-branches.ts';
import { sessionSetup } from './move-setup.ts';
import { CANCELLED, CANCELS, IS_BEGUN, WHILE_LAUNCHING } from './task-branches.ts';
import { TELLS_TROUBLE } from './trouble-branches.ts';
import type { EndRequest, SessionContext } from './types.ts';

const endRequest = ({ context }: { readonly context: SessionContext }): EndRequest => ({
  session: context.slot.name,
  process: context.previous,
});

/** Ends the agent of before, without a launch. */
const ends = <const D>(onDone: D) =>
  ({
    tags: 'launching',
    entry: ['carryNothing', 'stamp', 'report'],
    invoke: { src: 'end', input: endRequest, onDone, onError: END_FAILS },
  }) as const;

/** An order or an operator's wish; a restart says nothing new, as no account is there for it. */
const WAITS = { ...WITHOUT_LAUNCH, 'operator.restart': {} } as const;

/** Somebody has the agent go on that was to be left: it is the session's again. */
const IS_TAKEN_UP = {
  guard: 'isTakenUp',
  target: '#booting',
  actions: ['goOn', 'takeBack'],
} as const;

/** Whatever comes meanwhile waits for what the effect comes to. */
const UNDER_WAY = {
  'operator.hold': { actions: ['hold', 'report'] },
  'operator.restart': {},
  'agent.found': {},
} as const;

/** No launch has begun that would go on. */
const ENDS_ONLY = { 'pool.halted': { actions: 'halt' } } as const;

/** Without a task, nothing is to be told of one. */
const UNDER_WAY_IDLE = {
  ...UNDER_WAY,
  ...IS_BEGUN,
  'turn.ended': [TELLS_TROUBLE, {}],
} as const;
const UNDER_WAY_WORKING = { ...UNDER_WAY, ...WHILE_LAUNCHING } as const;

const parksAt = <P extends '#idleParked' | '#workingParked'>(parked: P) =>
  [
    { guard: 'hasNobodyToEnd', target: parked, actions: 'giveUpMove' },
    { target: 'ending', actions: 'giveUpMove' },
  ] as const;

const WAITS_FOR_ORDER = {
  ...WAITS,
  'agent.prompted': IS_TAKEN_UP,
  'failover.move': { target: 'launching', actions: 'move' },
} as const;

const WAITS_TO_RETRY = {
  ...WAITS,
  'operator.restart': { target: 'launching', actions: 'goAhead' },
  'operator.reset': { target: 'launching', actions: [...FORGIVE, 'goAhead'] },
  'pool.resumed': { target: 'launching', actions: 'resume' },
  'failover.move': { target: 'launching', actions: 'move' },
} as const;

export const movingIdle = sessionSetup.createStateConfig({
  id: 'idleMoving',
  initial: 'awaiting',
  states: {
    awaiting: {
      entry: ['stamp', 'report'],
      on: {
        ...WAITS_FOR_ORDER,
        'failover.park': parksAt('#idleParked'),
      },
    },
    launching: {
      ...launches(launchedWithoutTask, MOVE_FAILS_IDLE),
      always: waitsIn('#idleMoving.delayed'),
      on: UNDER_WAY_IDLE,
    },
    delayed: {
      tags: 'waiting',
      entry: ['stamp', 'report'],
      after: { chosenDelay: { guard: 'mayLaunch', target: 'launching' } },
      on: { ...WAITS_TO_RETRY, 'failover.park': parksAt('#idleParked') },
    },
    ending: {
      ...ends([
        { guard: 'isHeld', target: '#held', actions: 'notePreviousGone' },
        { target: '#idleParked', actions: 'notePreviousGone' },
      ]),
      on: { ...UNDER_WAY_IDLE, ...ENDS_ONLY },
    },
  },
});

export const movingWorking = sessionSetup.createStateConfig({
  id: 'workingMoving',
  initial: 'awaiting',
  states: {
    awaiting: {
      entry: ['stamp', 'report'],
      always: { guard: 'holdsNoTask', target: '#idleMoving.awaiting' },
      on: {
        ...WAITS_FOR_ORDER,
        'task.cancelled': [
          { guard: 'needsEnd', target: 'ending', actions: [CANCELLED, 'partWays'] },
          CANCELS,
        ],
        'failover.park': parksAt('#workingParked'),
      },
    },
    launching: {
      ...launches(launchedWith('session.created'), MOVE_FAILS_WORKING),
      always: waitsIn('#workingMoving.delayed'),
      on: UNDER_WAY_WORKING,
    },
    delayed: {
      tags: 'waiting',
      entry: ['stamp', 'report'],
      // Told meanwhile: the order is carried out without it.
      always: { guard: 'holdsNoTask', target: '#idleMoving.delayed' },
      after: { chosenDelay: { guard: 'mayLaunch', target: 'launching' } },
      on: {
        ...WAITS_TO_RETRY,
        'task.cancelled': CANCELS,
        'failover.park': parksAt('#workingParked'),
      },
    },
    ending: {
      ...ends([
        { guard: 'isHeld', target: '#held', actions: ['notePreviousGone', 'partWays'] },
        // It was ended for the sake of a task that goes: an order is still to come.
        { guard: 'isParting', target: 'awaiting', actions: ['notePreviousGone', 'partWays'] },
        { target: '#workingParked', actions: 'notePreviousGone' },
      ]),
      on: { ...UNDER_WAY_WORKING, ...ENDS_ONLY },
    },
  },
});

const PARKED = { entry: ['stamp', 'report'] } as const;
const WAITS_PARKED = { ...WAITS, 'agent.found': FINDS_ANY_AGENT } as const;

export const parkedIdle = sessionSetup.createStateConfig({
  id: 'idleParked',
  ...PARKED,
  on: { ...WAITS_PARKED, 'failover.move': MOVES },
});

export const parkedWorking = sessionSetup.createStateConfig({
  id: 'workingParked',
  ...PARKED,
  always: { guard: 'holdsNoTask', target: '#idleParked' },
  on: {
    ...WAITS_PARKED,
    'task.cancelled': CANCELS,
    'failover.move': { target: '#workingMoving.launching', actions: 'move' },
  },
});
