/** Where what happens to a task leads. The names of guards and actions are those of task-setup.ts. */
import { returned } from './task-changes.ts';
import { holderToEnd, lastHolder } from './task-decisions.ts';
import { TELLS_TROUBLE } from './trouble-branches.ts';
import type { EndRequest, SessionContext } from './types.ts';

/** A person has left the conversation of a task: it goes on elsewhere, the agent is theirs. */
export const LEAVES_TASK = {
  guard: 'leavesTask',
  actions: [
    { type: 'drop', params: returned('a person left its conversation', false) },
    'hearAgain',
  ],
} as const;

/** Whatever was to be told of it: who asked for its end has the last word. */
export const CANCELLED = { type: 'part', params: { kind: 'cancelled' } } as const;

/** The agent is to end, for a task is to leave it: what is told of it waits until that is sure. */
export const PART_WITH_AGENT = ['prepareRelaunch', 'partWays'] as const;

/** Told at once when no agent can have the prompt, else with the launch that follows. */
export const CANCELS = {
  guard: 'isOfOurTask',
  actions: [CANCELLED, 'partWays', 'report'],
} as const;

/** An operator's agent is left alone: what is to be told waits for its end. */
export const CANCELS_IN_HOLD = {
  guard: 'isOfOurTask',
  actions: [CANCELLED, 'partWaysInHold', 'report'],
} as const;

/** Nothing follows by itself: whoever asked must not wait for a person. */
export const CANCELS_AT_REST = {
  guard: 'isOfOurTask',
  actions: [{ type: 'dropWithConversation', params: { kind: 'cancelled' } }, 'report'],
} as const;

/** A signal can be later than the death of its agent. */
export const CONFIRMS_LATE = {
  guard: 'confirmsAtRest',
  actions: ['goOn', 'confirmLate', 'partWays', 'report'],
} as const;

export const CONFIRMS = {
  guard: 'confirmsTask',
  actions: ['goOn', 'noteUp', 'confirm', 'report'],
} as const;

/** Its turn is over, but something that it left runs on. */
export const STOPS = { guard: 'stopsTask', actions: 'noteStopped' } as const;

/** The turn of the task is over, and its agent free. */
export const ENDS_TURN = [
  { guard: 'endsTask', target: '#ready', actions: 'endTurn' },
  STOPS,
] as const;

/** Asked for when no launch follows by itself: once that agent is gone, nobody can have the task. */
export const WAITS_FOR_END = {
  src: 'confirmGone',
  input: ({ context }: { readonly context: SessionContext }) => lastHolder(context),
  onDone: { actions: ['giveBackOnceGone', 'report'] },
  onError: {},
} as const;

/**
 * An agent that does not come to its prompt does not end by itself either, and as long as it lives its task is
 * nobody else's. What the end comes to, `WAITS_FOR_END` sees.
 */
export const ENDS_HOLDER = {
  src: 'end',
  input: ({ context }: { readonly context: SessionContext }): EndRequest => ({
    session: context.slot.name,
    process: holderToEnd(context),
  }),
  onError: {},
} as const;

const LOG_STALLED = { type: 'log', params: 'task.stalled' } as const;

/** A turn without any sign of progress; nothing is ended for it. */
export const STALLS = { guard: 'holdsTask', actions: LOG_STALLED } as const;

/** The same where the config may want another agent to go on: that counts as a crash. */
export const STALLS_IN_TURN = [
  {
    guard: 'restartsStalled',
    target: '#crashed',
    actions: [
      LOG_STALLED,
      'countStalled',
      { type: 'recordCrash', params: 'working' },
      { type: 'log', params: 'session.crashed' },
      'partWays',
    ],
  },
  STALLS,
] as const;

/** A launch that has begun goes on: whatever it has started must be known. */
export const IS_BEGUN = { 'pool.halted': { actions: ['halt', 'goAhead'] } } as const;

/** While a launch runs its own result says what became of the task. */
export const WHILE_LAUNCHING = {
  ...IS_BEGUN,
  'turn.ended': [TELLS_TROUBLE, {}],
  'agent.prompted': CONFIRMS,
  'task.cancelled': { guard: 'isOfOurTask', actions: [CANCELLED, 'report'] },
} as const;

/** The agent that may have the prompt of the cancelled task is ended, then it is told. */
export const CANCELS_WITH_AGENT = {
  guard: 'isOfOurTask',
  target: '#launching',
  actions: [CANCELLED, ...PART_WITH_AGENT, 'goAhead'],
} as const;
