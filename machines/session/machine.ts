import { blocked } from './blocked.ts';
import {
  DIES_IDLE,
  DIES_WORKING,
  FINDS_AGENT,
  FIRST_STATUS,
  FOLLOW_STATUS,
  FORGIVE,
  isLateIn,
  LOG_CRASH,
  READS_STATUS,
  START_AGAIN,
  WITH_AGENT,
} from './branches.ts';
import { initialContext } from './context.ts';
import { delivering } from './delivering.ts';
import { held } from './held.ts';
import { launchedWith, launchFailedUntil, launchRequest } from './launch-branches.ts';
import { running, waiting } from './running.ts';
import {
  CANCELS,
  CANCELS_AT_REST,
  CANCELS_WITH_AGENT,
  CONFIRMS,
  CONFIRMS_LATE,
  PART_WITH_AGENT,
  STOPS,
  WAITS_FOR_END,
  WHILE_LAUNCHING,
} from './task-branches.ts';
import { sessionSetup } from './task-setup.ts';

/*
 * One tmux session of the pool. Time and chance come in with the input; every effect is an actor.
 *
 *   (choosing) ── what the boot plan found ──► any state below
 *
 *   idle                                                    working
 *   ┌─────────────────────────────────────────────────┐     ┌──────────────────────────────┐
 *   │ starting                                        │     │                              │
 *   │   launching ──done──► booting ──────────────────┼busy►│ running ◄──busy / waiting──► │
 *   │    │   ▲ └─error─► delayed │                    │     │   ▲                 waiting  │
 *   │    │   └───after───┘       │ idle               │     │   │ agent.prompted           │
 *   │    │ name taken            ▼       task.assigned│     │   │                          │
 *   │    │                     ready ─────────────────┼─────┼► delivering                  │
 *   │    ▼                      ▲ ▲ │ busy, waiting ──┼────►│                              │
 *   │ blocked ──freed──► launching│ └─────────────────┼─────┤ turn.ended; idle, if no task │
 *   │   └─adopt─► adopting ──► booting                │     │                              │
 *   │ held ──release──► booting or launching          │     │                              │
 *   └──────────────┬───────────────┬──────────────────┘     └───────────────┬──────────────┘
 *                  │ start time-out│ agent.died                             │ agent.died
 *                  ▼               ▼                                        ▼
 *   crashed    deciding ──► backingOff ──after, restart──► recreating ──done──► booting, or as a delivery
 *                 │          │  ▲                              │   │
 *                 │          │  └──────────── error ───────────┘   │ cannot run at all
 *                 │          └─ operator.reset ─► launching        │
 *                 ▼ > intensity, or cannot run at all              ▼
 *   failed   ◄──────────────────────────────────────────────────────
 *      └─ operator.reset ─► launching
 *
 *   working.delivering, of a task                                      working.running
 *   ┌────────────────────────────────────────────────────────────┐     ┌──────────────────────────────┐
 *   │ choosing ──the conversation fits, and its client is idle─┐ │     │ turn ◄──────busy──────┐      │
 *   │    │  └─it fits───────────────┐                          │ │     │  └─idle─► settling ───┤      │
 *   │    └─else─► launching ──┐     ▼                          ▼ │     │              │ 2 s   │      │
 *   │      to be pasted ──────┼─► arriving ────idle──────► pasting     │              ▼       │      │
 *   │      as its argument ───┼─► awaiting: coming             │ │     │           looking ───┘      │
 *   │                         │               │ a word    done │ │     └──────────────┼───────────────┘
 *   │                         │             atPrompt ◄─────────┘ │        over ─► ready; else ─► waiting
 *   │                         │               │   ▲              │
 *   │      confirm time-out ──┼───────────────┘   │ done, error  │     agent.prompted leads from anywhere
 *   │                         │               ▼   │              │     in it to running, and so does a
 *   │      not taken, pasted ─┼──────────► looking ► pressing    │     prompt that the look shows.
 *   └─────────────────────────┼───────────────┼──────────────────┘
 *      its turn had ended ─► booting          └─ not taken at all ─► parts: launching
 *
 *   A turn that leaves a shell running, or whose end said that it left something, goes on to lingering:
 *   waitingTimeout later it is over (ready) if its end was told, else the transcript is looked at.
 *
 *   operator.hold leads to held from wherever no launch runs; while one runs, and while the name is
 *   another's, it takes hold when that has ended, well or badly: nothing is started in a held session.
 *   operator.restart ends the agent and goes on with its conversation in the next one.
 *   agent.found (an agent that nobody told of) leads to booting, session.renamed to launching.
 *   A death report names its pid, so a late one cannot hit the successor.
 *
 *   A task stays with the session through crash, restart and hold: whatever launch follows carries it.
 *   It is let go of (task.cancelled, nobody answers, not taken, its last attempt) only when no agent can
 *   have its prompt any more: until the launch that ends the agent is over, what is to be told of it is
 *   `parting`. In blocked and failed, where no launch follows, the end of that agent is waited for. A launch
 *   that finds a person at the agent which was to make room (booting, with that agent) gives the task back.
 *   task.assigned anywhere but in ready is answered by giving the task back.
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
    // A signal can be late, and a lease must not leak.
    'agent.prompted': [CONFIRMS_LATE, CONFIRMS],
    'turn.ended': [{ guard: 'endsTask', actions: ['endTurn', 'report'] }, STOPS],
    'task.assigned': [{ guard: 'isOurLease' }, { actions: 'refuseTask' }],
    'task.cancelled': CANCELS,
  },
  states: {
    choosing: {
      entry: 'settleAtStart',
      always: [
        {
          guard: { type: 'startsAs', params: 'adopt' },
          target: '#booting',
          actions: { type: 'log', params: 'session.adopted' },
        },
        {
          guard: { type: 'startsAs', params: 'died' },
          target: '#crashed',
          actions: [
            'countDeathAtStart',
            { type: 'recordCrash', params: 'idle' },
            LOG_CRASH,
            'partWays',
          ],
        },
        {
          guard: { type: 'startsAs', params: 'renamed' },
          target: '#launching',
          actions: ['leaveToOperator', 'forgetRenamed'],
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
              entry: ['noteCarries', 'stamp', 'report'],
              invoke: {
                src: 'launch',
                input: launchRequest,
                onDone: launchedWith('session.created'),
                onError: launchFailedUntil('#delayed'),
              },
              on: WHILE_LAUNCHING,
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
              // Whatever this agent has of a task that is to be let go of, it is ended for it.
              always: { guard: 'isParting', target: '#launching', actions: PART_WITH_AGENT },
              invoke: READS_STATUS,
              after: {
                startTimeout: [
                  isLateIn('idle'),
                  // One that an earlier daemon left with a task: nobody else would ever get it.
                  { guard: 'isUnconfirmed', target: '#looking' },
                ],
              },
              on: {
                'agent.status': FIRST_STATUS,
                'agent.died': DIES_IDLE,
                ...WITH_AGENT,
                'task.cancelled': CANCELS_WITH_AGENT,
              },
            },
          },
        },
        ready: {
          id: 'ready',
          entry: ['stamp', 'report'],
          on: {
            'agent.status': FOLLOW_STATUS,
            'agent.died': DIES_IDLE,
            ...WITH_AGENT,
            'task.assigned': { target: '#delivering', actions: 'takeTask' },
          },
        },
        blocked,
        held,
      },
    },
    working: {
      initial: 'running',
      states: { delivering, running, waiting },
      on: { 'agent.died': DIES_WORKING, ...WITH_AGENT, 'task.cancelled': CANCELS_WITH_AGENT },
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
          entry: ['noteCarries', 'stamp', 'report'],
          invoke: {
            src: 'launch',
            input: launchRequest,
            onDone: launchedWith('session.recreated'),
            onError: launchFailedUntil('#backingOff'),
          },
          on: WHILE_LAUNCHING,
        },
      },
    },
    failed: {
      id: 'failed',
      entry: ['stamp', 'giveBackIfFree', 'report'],
      invoke: WAITS_FOR_END,
      on: {
        'task.cancelled': CANCELS_AT_REST,
        'operator.reset': [
          { guard: 'isHeld', target: '#held', actions: START_AGAIN },
          { target: '#launching', actions: START_AGAIN },
        ],
      },
    },
  },
});
