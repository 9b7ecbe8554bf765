/**
 * Where an event leads that several states hear alike: the machine says in which states, these say
 * to what. The names of guards and actions are those of setup.ts and task-setup.ts. What launches lead
 * to stands in launch-branches.ts and launch-failures.ts, what happens to a task in task-branches.ts.
 */
import { LEAVES_TASK } from './task-branches.ts';
import type { SessionContext, StatusSeen } from './types.ts';

const FOLLOW_OUR_STATUS = [
  { guard: 'saysWaiting', target: '#waiting', actions: ['noteStatus', 'report'] },
  { guard: 'saysIdle', target: '#ready', actions: ['noteStatus', 'report'] },
  { target: '#running', actions: ['noteStatus', 'report'] },
] as const;

/** Where the client's own word leads; another process's word is not heard. */
export const FOLLOW_STATUS = [{ guard: 'isAnothersWord' }, ...FOLLOW_OUR_STATUS] as const;

export const NOTE_FIRST = ['noteStatus', { type: 'log', params: 'session.ready' }] as const;

/** The same where a task may run: idle is not its end, and another conversation is not its own. */
export const FOLLOW_STATUS_IN_TURN = [
  { guard: 'isAnothersWord' },
  LEAVES_TASK,
  { guard: 'saysIdleInTask', target: '#settling', actions: ['noteStatus', 'report'] },
  ...FOLLOW_OUR_STATUS,
] as const;

/** The first word of an agent that has come up is what `ready` means: spawned is another word (P8). */
export const FIRST_STATUS = [
  { guard: 'isAnothersWord' },
  LEAVES_TASK,
  { guard: 'isUnconfirmed', target: '#awaiting', actions: NOTE_FIRST },
  { guard: 'saysWaiting', target: '#waiting', actions: NOTE_FIRST },
  { guard: 'saysIdleInTask', target: '#settling', actions: NOTE_FIRST },
  { guard: 'saysIdle', target: '#ready', actions: NOTE_FIRST },
  { target: '#running', actions: NOTE_FIRST },
] as const;

/** Its file may have been written before anybody watched it; unreadable now, the watch will tell. */
export const READS_STATUS = {
  src: 'readStatus',
  input: ({ context }: { readonly context: SessionContext }) => context,
  onDone: {
    actions: {
      type: 'raiseStatus',
      params: ({ event }: { readonly event: { readonly output: StatusSeen | null } }) =>
        event.output,
    },
  },
  onError: {},
} as const;

export const LOG_CRASH = { type: 'log', params: 'session.crashed' } as const;

export const DIES_IDLE = {
  guard: 'isOurDeath',
  target: '#crashed',
  actions: ['countDeath', { type: 'recordCrash', params: 'idle' }, LOG_CRASH, 'partWays'],
} as const;

export const DIES_WORKING = {
  guard: 'isOurDeath',
  target: '#crashed',
  actions: ['countDeath', { type: 'recordCrash', params: 'working' }, LOG_CRASH, 'partWays'],
} as const;

/** An agent of ours that did not reach its prompt in time; of another no status proves nothing. */
export const isLateIn = <S extends 'idle' | 'working'>(state: S) =>
  ({
    guard: 'isComingUp',
    target: '#crashed',
    actions: ['countNotReady', { type: 'recordCrash', params: state }, LOG_CRASH, 'partWays'],
  }) as const;

/** No agent is known, and nobody told us of the one that runs in our session. */
export const FINDS_ANY_AGENT = { target: '#booting', reenter: true, actions: 'noteFound' } as const;

/** The same where one is known; `reenter`, as it may replace one that boots. */
const FINDS_AGENT = [{ guard: 'isKnownAgent' }, FINDS_ANY_AGENT] as const;

/** `session restart`: made also while the pool has escalated, as an operator asks for this very one. */
export const RESTARTS = ['prepareRestart', 'goAhead'] as const;

/** What an operator or a reconcile may do to any session of ours while no launch runs. */
export const WITHOUT_LAUNCH = {
  'operator.hold': { target: '#held', actions: 'hold' },
  'agent.found': FINDS_AGENT,
} as const;

/** The same where it has an agent. */
export const WITH_AGENT = {
  ...WITHOUT_LAUNCH,
  'operator.restart': { target: '#launching', actions: RESTARTS },
  'session.renamed': {
    guard: 'isOurAgent',
    target: '#launching',
    actions: ['leaveToOperator', 'forgetRenamed'],
  },
} as const;

/** `session reset` of a session that only has something to be forgiven. */
export const FORGIVE = [
  'forgive',
  'tellForgiven',
  { type: 'log', params: 'session.reset' },
] as const;
/** `session reset` of a session that waits or was given up. */
export const START_AGAIN = [
  'startAgain',
  'tellForgiven',
  { type: 'log', params: 'session.reset' },
] as const;

/** The same where it is launched at once. */
export const STARTS_AGAIN = [...START_AGAIN, 'goAhead'] as const;
