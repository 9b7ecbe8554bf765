import { blocked } from './blocked.ts';
import {
  DIES_IDLE,
  DIES_WORKING,
  FOLLOW_STATUS,
  FORGIVE,
  LOG_CRASH,
  START_AGAIN,
  STARTS_AGAIN,
  WITH_AGENT,
} from './branches.ts';
import { initialContext } from './context.ts';
import { crashed } from './crashed.ts';
import { delivering } from './delivering.ts';
import { held } from './held.ts';
import { MOVES, MOVES_IN_TROUBLE } from './move-branches.ts';
import { sessionSetup } from './move-setup.ts';
import { movingIdle, movingWorking, parkedIdle, parkedWorking } from './moving.ts';
import { running, waiting } from './running.ts';
import { starting } from './starting.ts';
import {
  CANCELS,
  CANCELS_AT_REST,
  CANCELS_WITH_AGENT,
  CONFIRMS,
  CONFIRMS_LATE,
  ENDS_HOLDER,
  STOPS,
  WAITS_FOR_END,
} from './task-branches.ts';
import { GOES_ON, IS_STUCK, TELLS_TROUBLE } from './trouble-branches.ts';

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
 *   │ held ──release──► booting or launching          │     │ trouble with the account     │
 *   │ launching ──account refused──► moving ─► parked │     │       ─► moving ─► parked    │
 *   └──────────────┬───────────────┬──────────────────┘     └───────────────┬──────────────┘
 *                  │ start time-out│ agent.died                             │ agent.died
 *                  ▼               ▼                                        ▼
 *   crashed    deciding ──► backingOff ──after, restart──► recreating ──done──► booting, or as a delivery
 *                 │          │  ▲                              │   │
 *                 │          │  └──────────── error ───────────┘   │ cannot run at all
 *                 │          └─ operator.reset ─► launching        │
 *                 │             failover.move ──► moving           │
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
 *   moving and parked: of idle without a task, of working with one
 *   ┌───────────────────────────────────────────────────────────────┐
 *   │             ┌─────── the account refuses ───────┐             │
 *   │             ▼                                   │             │
 *   │ ───────► awaiting ─────failover.move─────► launching ──done───┼─► booting, or as a delivery
 *   │           │   ▲                             ▲ ▲  │            │
 *   │ failover. │   │ not ended, or          after│ │  └─error─┐    │
 *   │      park │   │ it was for a cancel         │ │          ▼    │
 *   │           │   │                             └─┼────── delayed │
 *   │           ▼   │                               │          │    │
 *   │          ending ◄─────────failover.park───────┼──────────┘    │
 *   │           │ gone                              │               │
 *   │           ▼                                   │               │
 *   │         parked ─────────failover.move─────────┘               │
 *   └───────────────────────────────────────────────────────────────┘
 *
 *   A turn that ends in trouble with the account (a limit, a dead login) is told once (session.troubled) and
 *   ends no task. A living agent with a task is stuck then: it is `previous`, and the session awaits an order.
 *   Without a task it stays where it is, and so does a held one until its release. The trouble is over when
 *   something goes on: a launch succeeds, a prompt is taken (the agent that was to be left is taken back), a
 *   turn ends well, or the client goes on by itself.
 *   Whatever launch its account refuses leads to awaiting, too, with everything as it was; but an agent that
 *   could go on, and was to end for an operator, for a move or for a task that is gone, is taken back at once
 *   (booting, with that agent), so that nothing ends it later, in the middle of a turn.
 *   failover.move is taken in awaiting, delayed, parked, ready and backingOff, and from an agent in trouble that
 *   is not in a turn; anywhere else it comes to nothing, as nothing healthy is cut short. The launch that
 *   follows ends `previous` first, unless somebody is at work with an agent that could go on: then all stays as
 *   it was. Until it has succeeded, the session is told of as where it was.
 *   Once its task is told of, working.moving and working.parked become those of idle.
 *
 *   In waiting, the dialog of a client with a task is looked at once (asking, 2 s, looking, asked): it can be how
 *   the client tells of a limit, and leads on as settling does; else it waits for a person.
 *
 *   A turn that leaves a shell running, or whose end said that it left something, goes on to lingering:
 *   waitingTimeout later it is over (ready) if its end was told, else the transcript is looked at.
 *
 *   Once the pool has escalated (pool.halted) no launch begins but what an operator asks for: where one would
 *   follow, the session waits in delayed or backingOff, without an end to that, until pool.resumed. A launch
 *   that has begun goes on, and what lives is left alone.
 *
 *   operator.hold leads to held from wherever no launch runs; while one runs, and while the name is
 *   another's, it takes hold when that has ended, well or badly: nothing is started in a held session.
 *   operator.restart ends the agent and goes on with its conversation in the next one; where an account is
 *   awaited it changes nothing.
 *   agent.found (an agent that nobody told of) leads to booting, session.renamed to launching.
 *   A death report names its pid, so a late one cannot hit the successor.
 *
 *   A task stays with the session through crash, restart and hold: whatever launch follows carries it.
 *   It is let go of (task.cancelled, nobody answers, not taken, its last attempt) only when no agent can
 *   have its prompt any more: until the launch that ends the agent is over, what is to be told of it is
 *   `parting`. In blocked and failed, where no launch follows, the end of that agent is waited for; of a session
 *   that was given up as its agents end or never come up, the last one is ended. A launch
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
    'pool.halted': { actions: 'halt' },
    'pool.resumed': { actions: 'resume' },
    // A signal can be late, and a lease must not leak.
    'agent.prompted': [CONFIRMS_LATE, CONFIRMS, GOES_ON],
    'turn.ended': [
      TELLS_TROUBLE,
      { guard: 'endsTask', actions: ['endTurn', 'report'] },
      STOPS,
      GOES_ON,
    ],
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
        starting,
        ready: {
          id: 'ready',
          entry: ['stamp', 'report'],
          on: {
            'agent.status': FOLLOW_STATUS,
            'agent.died': DIES_IDLE,
            ...WITH_AGENT,
            'task.assigned': { target: '#delivering', actions: 'takeTask' },
            'failover.move': MOVES,
          },
        },
        blocked,
        held,
        moving: movingIdle,
        parked: parkedIdle,
      },
    },
    working: {
      initial: 'running',
      always: IS_STUCK,
      states: { delivering, running, waiting, moving: movingWorking, parked: parkedWorking },
      on: {
        'agent.died': DIES_WORKING,
        ...WITH_AGENT,
        'task.cancelled': CANCELS_WITH_AGENT,
        'failover.move': MOVES_IN_TROUBLE,
      },
    },
    crashed,
    failed: {
      id: 'failed',
      entry: ['stamp', 'giveBackIfFree', 'report'],
      invoke: [WAITS_FOR_END, ENDS_HOLDER],
      on: {
        'task.cancelled': CANCELS_AT_REST,
        'operator.reset': [
          { guard: 'isHeld', target: '#held', actions: START_AGAIN },
          { target: '#launching', actions: STARTS_AGAIN },
        ],
      },
    },
  },
});
