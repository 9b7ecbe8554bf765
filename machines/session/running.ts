/** A turn runs, or the agent asks a person; the task, if there is one, is confirmed. */
import type { TurnSeen } from '../signals.ts';
import { FOLLOW_STATUS_IN_TURN } from './branches.ts';
import { sessionSetup } from './move-setup.ts';
import { ENDS_TURN, PART_WITH_AGENT, STALLS_IN_TURN, STOPS } from './task-branches.ts';
import { nobodyAnswered } from './task-changes.ts';
import { lookRequest } from './task-requests.ts';

/** An agent says the same again whenever its file is read: that is no news. */
const REST_AGAIN = { guard: 'saysRestAgain', actions: ['noteStatus', 'report'] } as const;
const BUSY_AGAIN = { guard: 'saysBusyAgain', actions: ['noteStatus', 'report'] } as const;

const WAITS_AGAIN = { guard: 'saysSameAgain', actions: ['noteStatus', 'report'] } as const;

interface Seen {
  readonly event: { readonly output: TurnSeen };
}
const seenOf = ({ event }: Seen) => event.output;
const outcomeOf = ({ event }: Seen) => event.output.outcome;

/** How the turn ended, of which no signal has told. */
const LOOK_SHOWS = [
  {
    guard: { type: 'showsEnd', params: seenOf },
    target: '#ready',
    actions: { type: 'endSeen', params: outcomeOf },
  },
  // From there it goes to wait for an account that can be used.
  {
    guard: { type: 'showsTrouble', params: seenOf },
    actions: { type: 'noteTrouble', params: outcomeOf },
  },
] as const;

// Each follows the status itself: the same word again must not look like a new state.
export const running = sessionSetup.createStateConfig({
  id: 'running',
  entry: ['stamp', 'report'],
  initial: 'turn',
  on: { 'agent.status': FOLLOW_STATUS_IN_TURN, 'turn.ended': ENDS_TURN },
  states: {
    turn: {
      always: { guard: 'leavesShell', target: 'lingering' },
      after: { stalledTimeout: STALLS_IN_TURN },
      on: {
        'agent.status': BUSY_AGAIN,
        // A sign of progress: the wait for one begins anew.
        'turn.ended': { ...STOPS, target: 'turn', reenter: true },
      },
    },
    /** At its prompt, while something that the turn left in the background runs on: a server may never end. */
    lingering: {
      after: {
        waitingTimeout: [
          { guard: 'hasStopped', target: '#ready', actions: 'endStopped' },
          { target: 'looking' },
        ],
      },
      on: { 'agent.status': REST_AGAIN },
    },
    /** Idle, and nothing has told how the turn ended: the signal may be on its way. */
    settling: {
      id: 'settling',
      always: { guard: 'hasStopped', target: 'lingering' },
      after: { settleTime: 'looking' },
      on: { 'agent.status': REST_AGAIN },
    },
    looking: {
      invoke: {
        src: 'look',
        input: lookRequest,
        onDone: [
          ...LOOK_SHOWS,
          // A person pressed Escape, or nothing tells: the task waits for a person.
          { target: '#asked' },
        ],
        onError: 'settling',
      },
      on: { 'agent.status': REST_AGAIN },
    },
  },
});

/** A dialog of the client can be its word on a limit, of which nothing has told: the transcript shows it. */
export const waiting = sessionSetup.createStateConfig({
  id: 'waiting',
  initial: 'asking',
  entry: ['stamp', 'report', 'tellWaiting'],
  after: {
    waitingTimeout: [
      // Its signal came after the look: nobody was asked anything.
      { guard: 'hasStopped', target: '#ready', actions: 'endStopped' },
      {
        guard: 'holdsTask',
        target: '#launching',
        actions: [
          { type: 'part', params: ({ context }) => nobodyAnswered(context) },
          ...PART_WITH_AGENT,
        ],
      },
    ],
  },
  on: { 'agent.status': [WAITS_AGAIN, ...FOLLOW_STATUS_IN_TURN], 'turn.ended': ENDS_TURN },
  states: {
    asking: { after: { settleTime: { guard: 'holdsTask', target: 'looking' } } },
    looking: {
      invoke: {
        src: 'look',
        input: lookRequest,
        onDone: [...LOOK_SHOWS, { target: 'asked' }],
        // Unknown is not gone.
        onError: 'asking',
      },
    },
    /** It asks a person, or a person has stopped it: nothing more is to be seen until its client says another word. */
    asked: { id: 'asked' },
  },
});
