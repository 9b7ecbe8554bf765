/**
 * Everything that can go wrong while a conversation moves, and what becomes of it then. The words are those of
 * the table in docs/FAILOVER.md; each fault has a test in specs/e2e/failover-wrong-*.test.ts.
 */
export interface WrongMove {
  readonly fault: string;
  readonly ends: string;
}

export const WRONG_MOVES = {
  targetLimited: {
    fault: 'the target is at its limit as well, which only a turn there tells',
    ends: 'it is `limited`, too; the next one is taken',
  },
  targetLoggedOut: {
    fault: 'the target’s login does not work',
    ends: 'it is `unauthenticated`; the next one is taken',
  },
  targetRelinked: {
    fault: 'a link of the target is not what it should be',
    ends: 'it is `quarantined`, nothing is started on it; the next one is taken',
  },
  targetGone: {
    fault: 'the target’s home has vanished',
    ends: 'the same',
  },
  targetUnreadable: {
    fault: 'the target’s home cannot be read',
    ends: 'the same',
  },
  newHangs: {
    fault: 'the new agent is not at its prompt within `agent.start_timeout`',
    ends: 'it is ended; the next account is taken, this one not again for a minute',
  },
  newExits: {
    fault: 'the new agent ends at once',
    ends: 'the next account is taken, this one not again for a minute',
  },
  newCrashesLater: {
    fault: 'the new agent ends after it has gone on',
    ends: 'a crash like any other: the next one goes on where it was, on that account',
  },
  noneComesUp: {
    fault: 'the agent comes up on no account that is left',
    ends: '`crashed`: tried again after growing pauses, there or on an account that can be used meanwhile',
  },
  dedicatedHangs: {
    fault: 'the same of a dedicated session',
    ends: 'the same',
  },
  neverComesUp: {
    fault: 'the same more often than `restart.intensity`',
    ends: '`failed`; its task goes back to the queue, and then on in its conversation',
  },
  notLoggedIn: {
    fault: 'the new client is not logged in (`Not logged in · Run /login`)',
    ends: 'its account is `unauthenticated`; the next one is taken',
  },
  trustDialog: {
    fault: 'the new client asks whether the directory is trusted',
    ends: 'nothing is typed into it: as one that is not at its prompt in time',
  },
  notFound: {
    fault: 'the new client finds no conversation (`No conversation found with session ID`)',
    ends: '`failed` without an agent',
  },
  oldStubborn: {
    fault: 'the agent that is to end does not heed SIGTERM',
    ends: 'SIGKILL follows after 5 s; the next one is started once it is gone',
  },
  oldStopped: {
    fault: 'the agent that is to end is stopped (SIGSTOP)',
    ends: 'the same',
  },
  transcriptGone: {
    fault: 'the transcript is gone before the move',
    ends: 'nothing is ended or started: `failed`, and its agent lives on',
  },
  transcriptVanishes: {
    fault: 'the transcript vanishes while the agent before is ended',
    ends: '`failed` without an agent',
  },
  taskTranscriptVanishes: {
    fault: 'the same in the middle of a task',
    ends: 'the task is `dead` and says why; its session takes others, in a conversation of its own',
  },
  workdirGone: {
    fault: 'the directory vanishes while the agent before is ended',
    ends: '`failed` without an agent',
  },
  diskFull: {
    fault: 'the disk is full when a step is to be written down',
    ends: 'it waits before that step, and goes on once there is room',
  },
  storeLocked: {
    fault: 'another program has locked the store',
    ends: 'it waits before that step, and goes on once the store is free',
  },
  tmuxKilled: {
    fault: 'the tmux server is killed while the agent before is ended',
    ends: 'that agent is ended all the same, and the next one started on a new server',
  },
} as const satisfies Readonly<Record<string, WrongMove>>;

export type WrongMoveName = keyof typeof WRONG_MOVES;

/** The title of a fault's test. */
export function wrongMove(name: WrongMoveName): string {
  const { fault, ends } = WRONG_MOVES[name];
  return `${fault}: ${ends}`;
}
