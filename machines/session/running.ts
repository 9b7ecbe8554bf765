/** A turn runs, or the agent asks a person; the task, if there is one, is confirmed. */
import type { TurnSeen } from '../signals.ts';
import { FOLLOW_STATUS_IN_TURN } from './branches.ts';
import { ENDS_TURN, PART_WITH_AGENT } from './task-branches.ts';
import { nobodyAnswered } from './task-changes.ts';
import { lookRequest } from './task-requests.ts';
import { sessionSetup } from './task-setup.ts';

/** An agent at rest says so again whenever its file is read: that is no news. */
const IDLE_AGAIN = { guard: 'saysIdleAgain', actions: ['noteStatus', 'report'] } as const;

const seenOf = ({ event }: { readonly event: { readonly output: TurnSeen } }) => event.output;

// Each follows the status itself: the same word again must not look like a new state.
export const running = sessionSetup.createStateConfig({
  id: 'running',
  entry: ['stamp', 'report'],
  initial: 'turn',
  on: { 'agent.status': FOLLOW_STATUS_IN_TURN, 'turn.ended': ENDS_TURN },
  states: {
    turn: {},
    /** Idle, and nothing has told how the turn ended: the signal may be on its way. */
    settling: {
      id: 'settling',
      after: { settleTime: 'looking' },
      on: { 'agent.status': IDLE_AGAIN },
    },
    looking: {
      invoke: {
        src: 'look',
        input: lookRequest,
        onDone: [
          {
            guard: { type: 'showsEnd', params: seenOf },
            target: '#ready',
            actions: { type: 'endSeen', params: ({ event }) => event.output.outcome },
          },
          // A person pressed Escape, or nothing tells: the task waits for a person.
          { target: '#waiting' },
        ],
        onError: 'settling',
      },
      on: { 'agent.status': IDLE_AGAIN },
    },
  },
});

export const waiting = sessionSetup.createStateConfig({
  id: 'waiting',
  entry: ['stamp', 'report', 'tellWaiting'],
  after: {
    waitingTimeout: {
      guard: 'holdsTask',
      target: '#launching',
      actions: [
        { type: 'part', params: ({ context }) => nobodyAnswered(context) },
        ...PART_WITH_AGENT,
      ],
    },
  },
  on: { 'agent.status': [IDLE_AGAIN, ...FOLLOW_STATUS_IN_TURN], 'turn.ended': ENDS_TURN },
});
