import {
  DIES_IDLE,
  DIES_WORKING,
  FINDS_AGENT,
  FIRST_STATUS,
  FOLLOW_STATUS,
  FORGIVE,
  failureOf,
  LOG_CRASH,
  launchedWith,
  launchFailedUntil,
  launchRequest,
  START_AGAIN,
  WITH_AGENT,
} from './branches.ts';
import { initialContext } from './context.ts';
import { sessionSetup } from './setup.ts';

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
 *                 ▼ > intensity, or cannot run at all              ▼
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
                  // Of any other agent no status proves nothing: it may say what it does elsewhere.
                  guard: 'isComingUp',
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
                  previous: context.previous,
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
