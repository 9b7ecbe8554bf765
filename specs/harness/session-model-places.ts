import type { Where } from './session-model-state.ts';

/** An agent that runs is given a task. */
const IS_GIVEN: readonly Where[] = [
  'arriving',
  'pasting',
  'coming',
  'atPrompt',
  'looking',
  'pressing',
];
/** What an agent that runs there does is a task's, and whether it has been taken. */
export const DELIVERS: readonly Where[] = ['relaunching', ...IS_GIVEN];

/** A task there has been taken by its agent. */
export const WORKS: readonly Where[] = [
  'running',
  'lingering',
  'settling',
  'lookingBack',
  'waiting',
  'lookingAside',
  'asked',
];

export const RUNS_AN_AGENT: readonly Where[] = ['booting', 'ready', ...IS_GIVEN, ...WORKS];

/** Where a session is whose account cannot be used. */
export const MOVES: readonly Where[] = [
  'moving.awaiting',
  'moving.launching',
  'moving.delayed',
  'moving.ending',
  'parked',
];
