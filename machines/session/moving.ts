/**
 * A session whose account cannot be used: it waits for the order to go on elsewhere or to park, and carries
 * it out. Built twice, for one without a task (`idle`) and for one with a task (`working`). Drawn with the rest
 * above the machine.
 */
import { FINDS_AGENT, FINDS_ANY_AGENT, FORGIVE } from './branches.ts';
import { launchedWith, launchedWithoutTask, launchRequest } from './launch-branches.ts';
import { END_FAILS, MOVE_FAILS_IDLE, MOVE_FAILS_WORKING } from './move-branches.ts';
import { sessionSetup } from './move-setup.ts';
import { CANCELLED, CANCELS, WHILE_LAUNCHING } from './task-branches.ts';
import { TELLS_TROUBLE } from './trouble-branches.ts';
import type { EndRequest, SessionContext } from './types.ts';

const endRequest = ({ context }: { readonly context: SessionContext }): EndRequest => ({
  session: context.slot.name,
  process: context.previous,
});

/** An order or an operator's wish; a restart says nothing new, as no account is there for it. */
const WAITS = {
  'operator.hold': { target: '#held', actions: 'hold' },
  'operator.restart': {},
  'agent.found': FINDS_AGENT,
} as const;

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

/** Without a task, nothing is to be told of one. */
const UNDER_WAY_IDLE = { ...UNDER_WAY, 'turn.ended': [TELLS_TROUBLE, {}] } as const;
const UNDER_WAY_WORKING = { ...UNDER_WAY, ...WHILE_LAUNCHING } as const;

const parksAt = <P extends '#idleParked' | '#workingParked'>(parked: P) =>
  [
    { guard: 'hasNobodyToEnd', target: parked, actions: 'giveUpMove' },
    { target: 'ending', actions: 'giveUpMove' },
  ] as const;

const WAITS_TO_RETRY = {
  ...WAITS,
  'operator.restart': 'launching',
  'operator.reset': { target: 'launching', actions: FORGIVE },
  'failover.move': { target: 'launching', actions: 'move' },
} as const;

export const movingIdle = sessionSetup.createStateConfig({
  id: 'idleMoving',
  initial: 'awaiting',
  states: {
    awaiting: {
      entry: ['stamp', 'report'],
      on: {
        ...WAITS,
        'agent.prompted': IS_TAKEN_UP,
        'failover.move': { target: 'launching', actions: 'move' },
        'failover.park': parksAt('#idleParked'),
      },
    },
    launching: {
      tags: 'launching',
      entry: ['noteCarries', 'stamp', 'report'],
      invoke: {
        src: 'launch',
        input: launchRequest,
        onDone: launchedWithoutTask,
        onError: MOVE_FAILS_IDLE,
      },
      on: UNDER_WAY_IDLE,
    },
    delayed: {
      entry: ['stamp', 'report'],
      after: { chosenDelay: 'launching' },
      on: { ...WAITS_TO_RETRY, 'failover.park': parksAt('#idleParked') },
    },
    ending: {
      tags: 'launching',
      entry: ['carryNothing', 'stamp', 'report'],
      invoke: {
        src: 'end',
        input: endRequest,
        onDone: [
          { guard: 'isHeld', target: '#held', actions: 'notePreviousGone' },
          { target: '#idleParked', actions: 'notePreviousGone' },
        ],
        onError: END_FAILS,
      },
      on: UNDER_WAY_IDLE,
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
        ...WAITS,
        'agent.prompted': IS_TAKEN_UP,
        'task.cancelled': [
          { guard: 'needsEnd', target: 'ending', actions: [CANCELLED, 'partWays'] },
          CANCELS,
        ],
        'failover.move': { target: 'launching', actions: 'move' },
        'failover.park': parksAt('#workingParked'),
      },
    },
    launching: {
      tags: 'launching',
      entry: ['noteCarries', 'stamp', 'report'],
      invoke: {
        src: 'launch',
        input: launchRequest,
        onDone: launchedWith('session.created'),
        onError: MOVE_FAILS_WORKING,
      },
      on: UNDER_WAY_WORKING,
    },
    delayed: {
      entry: ['stamp', 'report'],
      // Told meanwhile: the order is carried out without it.
      always: { guard: 'holdsNoTask', target: '#idleMoving.delayed' },
      after: { chosenDelay: 'launching' },
      on: {
        ...WAITS_TO_RETRY,
        'task.cancelled': CANCELS,
        'failover.park': parksAt('#workingParked'),
      },
    },
    ending: {
      tags: 'launching',
      entry: ['carryNothing', 'stamp', 'report'],
      invoke: {
        src: 'end',
        input: endRequest,
        onDone: [
          { guard: 'isHeld', target: '#held', actions: ['notePreviousGone', 'partWays'] },
          // It was ended for the sake of a task that goes: an order is still to come.
          { guard: 'isParting', target: 'awaiting', actions: ['notePreviousGone', 'partWays'] },
          { target: '#workingParked', actions: 'notePreviousGone' },
        ],
        onError: END_FAILS,
      },
      on: UNDER_WAY_WORKING,
    },
  },
});

const PARKED = { entry: ['stamp', 'report'] } as const;
const WAITS_PARKED = { ...WAITS, 'agent.found': FINDS_ANY_AGENT } as const;

export const parkedIdle = sessionSetup.createStateConfig({
  id: 'idleParked',
  ...PARKED,
  on: { ...WAITS_PARKED, 'failover.move': { target: '#idleMoving.launching', actions: 'move' } },
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
