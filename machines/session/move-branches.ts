/** Where the orders to leave an account lead. The names of guards and actions are those of move-setup.ts. */
import {
  failsOrRetries,
  failureOf,
  IS_HOPELESS,
  IS_MOVE_POSTPONED,
  IS_REFUSED,
  IS_REFUSED_IDLE,
  IS_RENAMED,
  IS_TASKS_FAULT,
  KEEPS_ITS_AGENT,
  LOSES_ITS_NAME,
} from './launch-failures.ts';

/** Taken at the prompt, where a launch that finds somebody at work leaves everything as it is. */
export const MOVES = { target: '#idleMoving.launching', actions: 'move' } as const;

/** Taken where no agent runs, with a task or without one. */
export const MOVES_ANY = [
  { guard: 'holdsTask', target: '#workingMoving.launching', actions: 'move' },
  MOVES,
] as const;

/** Taken from an agent in trouble that is not in a turn. */
export const MOVES_IN_TROUBLE = { guard: 'canLeave', ...MOVES } as const;

/** A launch without a task on another account that failed: the first of these that is so. */
export const MOVE_FAILS_IDLE = [
  ...IS_MOVE_POSTPONED,
  ...LOSES_ITS_NAME,
  ...KEEPS_ITS_AGENT,
  ...IS_REFUSED_IDLE,
  ...failsOrRetries('#idleMoving.delayed'),
] as const;

/** The same with a task. */
export const MOVE_FAILS_WORKING = [
  ...IS_MOVE_POSTPONED,
  ...LOSES_ITS_NAME,
  ...IS_TASKS_FAULT,
  ...KEEPS_ITS_AGENT,
  ...IS_REFUSED,
  ...failsOrRetries('#workingMoving.delayed'),
] as const;

const NOTE_NOT_ENDED = { type: 'noteNotEnded', params: failureOf } as const;

/** The agent of before could not be ended. */
export const END_FAILS = [
  IS_RENAMED,
  IS_HOPELESS,
  { guard: 'isHeld', target: '#held', actions: NOTE_NOT_ENDED },
  { target: 'awaiting', actions: NOTE_NOT_ENDED },
] as const;
