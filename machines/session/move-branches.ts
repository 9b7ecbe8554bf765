/** Where the orders to leave an account lead. The names of guards and actions are those of move-setup.ts. */
import {
  failsOrRetries,
  failureOf,
  IS_TASKS_FAULT,
  KEEPS_ITS_AGENT,
  LOSES_ITS_NAME,
  NOTE_REFUSAL,
  refusalLeadsTo,
  STAYS_AS_REFUSED,
} from './launch-branches.ts';

/** Taken at the prompt, where a launch that finds somebody at work leaves everything as it is. */
export const MOVES = { target: '#idleMoving.launching', actions: 'move' } as const;

/** Taken where no agent runs, with a task or without one. */
export const MOVES_ANY = [
  { guard: 'holdsTask', target: '#workingMoving.launching', actions: 'move' },
  MOVES,
] as const;

/** Taken from an agent in trouble that is not in a turn. */
export const MOVES_IN_TROUBLE = { guard: 'canLeave', ...MOVES } as const;

/** Somebody is at the agent that was to make room: it lives on as it was, and is looked at anew. */
const IS_POSTPONED = [
  {
    guard: { type: 'isMovePostponedInHold', params: failureOf },
    target: '#held',
    actions: STAYS_AS_REFUSED,
  },
  {
    guard: { type: 'isMovePostponed', params: failureOf },
    target: '#booting',
    actions: STAYS_AS_REFUSED,
  },
] as const;

const IS_REFUSED_IN_HOLD = {
  guard: refusalLeadsTo('held'),
  target: '#held',
  actions: NOTE_REFUSAL,
} as const;

/** The next order is waited for. */
const IS_REFUSED = {
  guard: { type: 'isRefusal', params: failureOf },
  target: 'awaiting',
  actions: NOTE_REFUSAL,
} as const;

/** A launch without a task on another account that failed: the first of these that is so. */
export const MOVE_FAILS_IDLE = [
  ...IS_POSTPONED,
  ...LOSES_ITS_NAME,
  ...KEEPS_ITS_AGENT,
  IS_REFUSED_IN_HOLD,
  IS_REFUSED,
  ...failsOrRetries('#idleMoving.delayed'),
] as const;

/** The same with a task; what is to be let go of needs no account. */
export const MOVE_FAILS_WORKING = [
  ...IS_POSTPONED,
  ...LOSES_ITS_NAME,
  ...IS_TASKS_FAULT,
  ...KEEPS_ITS_AGENT,
  IS_REFUSED_IN_HOLD,
  { guard: refusalLeadsTo('ending'), target: 'ending', actions: NOTE_REFUSAL },
  IS_REFUSED,
  ...failsOrRetries('#workingMoving.delayed'),
] as const;

/** The agent of before could not be ended. */
export const END_FAILS = [
  // An operator has taken it away.
  {
    guard: { type: 'isRenamed', params: failureOf },
    target: '#launching',
    actions: ['leaveToOperator', 'forgetRenamed'],
  },
  {
    guard: { type: 'isHopeless', params: failureOf },
    target: '#failed',
    actions: [
      { type: 'giveUp', params: failureOf },
      { type: 'log', params: 'session.failed' },
    ],
  },
  {
    guard: 'isHeld',
    target: '#held',
    actions: { type: 'noteNotEnded', params: failureOf },
  },
  { target: 'awaiting', actions: { type: 'noteNotEnded', params: failureOf } },
] as const;
