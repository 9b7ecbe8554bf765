import { FailoverError } from '../../config/errors.ts';
import { factsOf, initialContext } from './context.ts';
import { sessionSetup } from './setup.ts';
import type { Launched, LaunchFailure, LaunchRequest, SessionContext } from './types.ts';

/*
 * One tmux session of the pool. Time and chance come in with the input; every effect is an actor.
 *
 *   (choosing) ── what the boot plan found ──► any state below
 *
 *   idle                                                    working
 *   ┌─────────────────────────────────────────────────┐     ┌──────────────────────────────┐
 *   │ starting                                        │     │                              │
 *   │   launching ──done──► booting ──────────────────┼busy►│ running ◄──busy / waiting──► │
 *   │    │   ▲ └─error─► delayed │                    │     │                     waiting  │
 *   │    │   └───after───┘       │ idle               │     │                              │
 *   │    │ name taken            ▼                    │     └───────────────┬──────────────┘
 *   │    ▼                     ready ◄────────────────┼───── idle ──────────┤
 *   │ blocked ──freed──► launching │ busy, waiting ───┼────────────────────►│
 *   │   └─adopt─► adopting ──► booting                │                     │
 *   │ held ──release──► booting or launching          │                     │
 *   └──────────────┬───────────────┬──────────────────┘                     │
 *                  │ start time-out│ agent.died                             │ agent.died
 *                  ▼               ▼                                        ▼
 *   crashed    deciding ──► backingOff ──after, restart──► recreating ──done──► booting
 *                 │          │  ▲                              │   │
 *                 │          │  └──────────── error ───────────┘   │ cannot run at all
 *                 │          └─ operator.reset ─► launching        │
 *                 ▼ > intensity                                    ▼
 *   failed   ◄──────────────────────────────────────────────────────
 *      └─ operator.reset ─► launching
 *
 *   operator.hold leads to held from wherever no launch runs; while one runs, and while the name is
 *   another's, it takes hold when that has ended, well or badly: nothing is started in a held session.
 *   operator.restart ends the agent and goes on with its conversation in the next one.
 *   agent.found (an agent that nobody told of) leads to booting, session.renamed to launching.
 *   A death report names its pid, so a late one cannot hit the successor.
 *   specs/model/session-table.md lists every state with every event.
 */

const failureOf = ({ event }: { readonly event: { readonly error: unknown } }): LaunchFailure => ({
  code: event.error instanceof FailoverError ? event.error.code : 'INTERNAL',
  message: event.error instanceof Error ? event.error.message : String(event.error),
});

const launchRequest = ({ context }: { readonly context: SessionContext }): LaunchRequest => ({
  facts: factsOf(context),
  previous: context.previous,
  reason: context.launchReason,
  newMark: context.chance.newId(),
});

/** Where the client's own word leads; another process's word is not heard. */
const FOLLOW_STATUS = [
  { guard: 'isAnothersWord' },
  { guard: 'saysWaiting', target: '#waiting', actions: ['noteStatus', 'report'] },
  { guard: 'saysIdle', target: '#ready', actions: ['noteStatus', 'report'] },
  { target: '#running', actions: ['noteStatus', 'report'] },
] as const;

/** The first word of an agent that has come up is what `ready` means: spawned is another word (P8). */
const FIRST_STATUS = [
  { guard: 'isAnothersWord' },
  {
    guard: 'saysWaiting',
    target: '#waiting',
    actions: ['noteStatus', { type: 'log', params: 'session.ready' }],
  },
  {
    guard: 'saysIdle',
    target: '#ready',
    actions: ['noteStatus', { type: 'log', params: 'session.ready' }],
  },
  { target: '#running', actions: ['noteStatus', { type: 'log', params: 'session.ready' }] },
] as const;

const LOG_CRASH = { type: 'log', params: 'session.crashed' } as const;

const DIES_IDLE = {
  guard: 'isOurDeath',
  target: '#crashed',
  actions: ['countDeath', { type: 'recordCrash', params: 'idle' }, LOG_CRASH],
} as const;

const DIES_WORKING = {
  guard: 'isOurDeath',
  target: '#crashed',
  actions: ['countDeath', { type: 'recordCrash', params: 'working' }, LOG_CRASH],
} as const;

/** An agent that nobody told us of runs in our session; `reenter`, as it may replace one that boots. */
const FINDS_AGENT = [
  { guard: 'isKnownAgent' },
  { target: '#booting', reenter: true, actions: 'noteFound' },
] as const;

/** What an operator or a reconcile may do to any session that has an agent. */
const WITH_AGENT = {
  'operator.hold': { target: '#held', actions: 'hold' },
  'operator.restart': { target: '#launching', actions: 'prepareRestart' },
  'agent.found': FINDS_AGENT,
  'session.renamed': { guard: 'isOurAgent', target: '#launching', actions: 'forgetRenamed' },
} as const;

const FORGIVE = ['forgive', 'tellForgiven', { type: 'log', params: 'session.reset' }] as const;
const START_AGAIN = [
  'startAgain',
  'tellForgiven',
  { type: 'log', params: 'session.reset' },
] as const;

const launchedOf = ({ event }: { readonly event: { readonly output: Launched } }): Launched =>
  event.output;

const noteLaunched = (word: 'session.created' | 'session.recreated') => {
  const note = { type: 'noteLaunched', params: launchedOf } as const;
  return word === 'session.recreated' ? ([note, 'countRestart'] as const) : ([note] as const);
};

const NOTE_LAUNCH_FAILED = [
  { type: 'noteLaunchFailed', params: failureOf },
  { type: 'log', params: 'session.delayed' },
] as const;

/** A launch that succeeded; a hold that was asked for meanwhile takes effect now. */
const launchedWith = <W extends 'session.created' | 'session.recreated'>(word: W) =>
  [
    {
      guard: 'isHeld',
      target: '#held',
      actions: [...noteLaunched(word), { type: 'log', params: word }, 'tellLaunched'],
    },
    {
      target: '#booting',
      actions: [...noteLaunched(word), { type: 'log', params: word }, 'tellLaunched'],
    },
  ] as const;

/** A launch that failed: another's name, hopeless, held meanwhile, or to be tried again after a wait in `retry`. */
const launchFailedUntil = <R extends '#delayed' | '#backingOff'>(retry: R) =>
  [
    { guard: { type: 'isNameTaken', params: failureOf }, target: '#blocked' },
    {
      guard: { type: 'isHopeless', params: failureOf },
      target: '#failed',
      actions: [
        { type: 'giveUp', params: failureOf },
        { type: 'log', params: 'session.failed' },
      ],
    },
    { guard: 'isHeld', target: '#held', actions: NOTE_LAUNCH_FAILED },
    { target: retry, actions: NOTE_LAUNCH_FAILED },
  ] as const;

export const sessionMachine = sessionSetup.createMachine({
  id: 'session',
  context: ({ input }) => initialContext(input),
  initial: 'choosing',
  on: {
    // Heard wherever a state says nothing more particular: an operator's wish is never lost.
    'operator.hold': { actions: ['hold', 'report'] },
    'operator.release': { actions: ['release', 'report'] },
    'operator.reset': { actions: [...FORGIVE, 'report'] },
  },
  states: {
    choosing: {
      always: [
        {
          guard: { type: 'startsAs', params: 'adopt' },
          target: '#booting',
          actions: { type: 'log', params: 'session.adopted' },
        },
        {
          guard: { type: 'startsAs', params: 'died' },
          target: '#crashed',
          actions: ['countDeathAtStart', { type: 'recordCrash', params: 'idle' }, LOG_CRASH],
        },
        {
          guard: { type: 'startsAs', params: 'renamed' },
          target: '#launching',
          actions: 'forgetRenamed',
        },
        { guard: { type: 'startsAs', params: 'blocked' }, target: '#blocked' },
        { guard: { type: 'startsAs', params: 'held' }, target: '#held' },
        { guard: { type: 'startsAs', params: 'failed' }, target: '#failed' },
        { target: '#launching' },
      ],
    },
    idle: {
      initial: 'starting',
      states: {
        starting: {
          initial: 'launching',
          states: {
            launching: {
              id: 'launching',
              tags: 'launching',
              entry: ['stamp', 'report'],
              invoke: {
                src: 'launch',
                input: launchRequest,
                onDone: launchedWith('session.created'),
                onError: launchFailedUntil('#delayed'),
              },
            },
            delayed: {
              id: 'delayed',
              entry: ['stamp', 'report'],
              after: { chosenDelay: '#launching' },
              on: {
                'operator.hold': { target: '#held', actions: 'hold' },
                'operator.restart': { target: '#launching', actions: 'prepareRestart' },
                'operator.reset': { target: '#launching', actions: START_AGAIN },
                'agent.found': FINDS_AGENT,
              },
            },
            booting: {
              id: 'booting',
              entry: ['stamp', 'report'],
              invoke: {
                src: 'readStatus',
                input: ({ context }) => context,
                onDone: { actions: { type: 'raiseStatus', params: ({ event }) => event.output } },
                // Unreadable now: the watch or the next reconcile will tell.
                onError: {},
              },
              after: {
                startTimeout: {
                  target: '#crashed',
                  actions: ['countNotReady', { type: 'recordCrash', params: 'idle' }, LOG_CRASH],
                },
              },
              on: { 'agent.status': FIRST_STATUS, 'agent.died': DIES_IDLE, ...WITH_AGENT },
            },
          },
        },
        ready: {
          id: 'ready',
          entry: ['stamp', 'report'],
          on: { 'agent.status': FOLLOW_STATUS, 'agent.died': DIES_IDLE, ...WITH_AGENT },
        },
        blocked: {
          id: 'blocked',
          entry: ['stamp', 'noteBlocked', { type: 'log', params: 'session.blocked' }, 'report'],
          exit: 'forgetReason',
          initial: 'waiting',
          on: {
            'slot.freed': [{ guard: 'isHeld', target: '#held' }, { target: '#launching' }],
            'agent.found': [
              { guard: 'isHeld', target: '#held', actions: 'noteFound' },
              { target: '#booting', actions: 'noteFound' },
            ],
          },
          states: {
            waiting: { on: { 'operator.adopt': 'adopting' } },
            adopting: {
              tags: 'launching',
              invoke: {
                src: 'adopt',
                input: ({ context, event }) => ({
                  session: context.slot.name,
                  mark: context.mark,
                  restart: event.type === 'operator.adopt' && event.restart,
                }),
                onDone: [
                  {
                    guard: ({ event }) => event.output.restart,
                    target: '#launching',
                    actions: [
                      { type: 'noteAdopted', params: ({ event }) => event.output },
                      'prepareRestart',
                    ],
                  },
                  {
                    guard: 'isHeld',
                    target: '#held',
                    actions: [
                      { type: 'noteAdopted', params: ({ event }) => event.output },
                      { type: 'log', params: 'session.adopted' },
                      'tellLaunched',
                    ],
                  },
                  {
                    target: '#booting',
                    actions: [
                      { type: 'noteAdopted', params: ({ event }) => event.output },
                      { type: 'log', params: 'session.adopted' },
                      'tellLaunched',
                    ],
                  },
                ],
                onError: {
                  target: 'waiting',
                  actions: [{ type: 'noteRefused', params: failureOf }, 'report'],
                },
              },
            },
          },
        },
        held: {
          id: 'held',
          entry: ['stamp', { type: 'log', params: 'session.held' }, 'report'],
          on: {
            'operator.hold': {},
            'operator.release': [
              {
                guard: 'hasAgent',
                target: '#booting',
                actions: ['release', { type: 'log', params: 'session.released' }],
              },
              {
                target: '#launching',
                actions: ['release', 'prepareRestart', { type: 'log', params: 'session.released' }],
              },
            ],
            'agent.status': [{ guard: 'isAnothersWord' }, { actions: ['noteStatus', 'report'] }],
            'agent.died': {
              guard: 'isOurDeath',
              actions: ['noteDeathInHold', LOG_CRASH, 'report'],
            },
            'agent.found': [{ guard: 'isOurAgent' }, { actions: ['noteFound', 'report'] }],
            'session.renamed': { guard: 'isOurAgent', actions: ['forgetRenamed', 'report'] },
          },
        },
      },
    },
    working: {
      initial: 'running',
      states: {
        // Each follows the status itself: the same word again must not look like a new state.
        running: {
          id: 'running',
          entry: ['stamp', 'report'],
          on: { 'agent.status': FOLLOW_STATUS },
        },
        waiting: {
          id: 'waiting',
          entry: ['stamp', 'report'],
          on: { 'agent.status': FOLLOW_STATUS },
        },
      },
      on: { 'agent.died': DIES_WORKING, ...WITH_AGENT },
    },
    crashed: {
      id: 'crashed',
      initial: 'deciding',
      states: {
        deciding: {
          always: [
            {
              guard: 'hasGivenUp',
              target: '#failed',
              actions: { type: 'log', params: 'session.failed' },
            },
            { target: 'backingOff' },
          ],
        },
        backingOff: {
          id: 'backingOff',
          entry: ['stamp', 'report'],
          after: { chosenDelay: '#recreating' },
          on: {
            'operator.hold': { target: '#held', actions: 'hold' },
            'operator.restart': { target: '#recreating', actions: 'cutWaitShort' },
            'operator.reset': { target: '#launching', actions: START_AGAIN },
            'agent.found': FINDS_AGENT,
          },
        },
        recreating: {
          id: 'recreating',
          tags: 'launching',
          entry: ['stamp', 'report'],
          invoke: {
            src: 'launch',
            input: launchRequest,
            onDone: launchedWith('session.recreated'),
            onError: launchFailedUntil('#backingOff'),
          },
        },
      },
    },
    failed: {
      id: 'failed',
      entry: ['stamp', 'report'],
      on: {
        'operator.reset': [
          { guard: 'isHeld', target: '#held', actions: START_AGAIN },
          { target: '#launching', actions: START_AGAIN },
        ],
      },
    },
  },
});
