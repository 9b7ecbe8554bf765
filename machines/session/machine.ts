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
 *                 │             ▲                              │   │
 *                 │ > intensity └──────────── error ───────────┘   │ cannot run at all
 *                 ▼                                                ▼
 *   failed   ◄──────────────────────────────────────────────────────
 *      └─ operator.reset ─► launching
 *
 *   operator.hold is heard everywhere; while a launch runs, it takes hold when the launch has ended.
 *   operator.restart ends the agent and goes on with its conversation in the next one.
 *   A death report names its pid, so a late one cannot hit the successor.
 */

const failureOf = ({ event }: { readonly event: { readonly error: unknown } }): LaunchFailure => ({
  code: event.error instanceof FailoverError ? event.error.code : 'INTERNAL',
  message: event.error instanceof Error ? event.error.message : String(event.error),
});

const launchRequest = ({ context }: { readonly context: SessionContext }): LaunchRequest => ({
  facts: factsOf(context),
  previous: context.previous,
  reason: context.launchReason,
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

/** What an operator or a reconcile may do to any session that has an agent. */
const WITH_AGENT = {
  'operator.hold': { target: '#held', actions: 'hold' },
  'operator.restart': { target: '#launching', actions: 'prepareRestart' },
  'agent.found': { target: '#booting', actions: 'noteFound' },
  'session.renamed': { target: '#launching', actions: 'forgetRenamed' },
} as const;

const launchedOf = ({ event }: { readonly event: { readonly output: Launched } }): Launched =>
  event.output;

/** A launch that succeeded; a hold that was asked for meanwhile takes effect now. */
const launchedWith = <W extends 'session.created' | 'session.recreated'>(word: W) =>
  [
    {
      guard: 'isHeld',
      target: '#held',
      actions: [{ type: 'noteLaunched', params: launchedOf }, 'tellLaunched'],
    },
    {
      target: '#booting',
      actions: [
        { type: 'noteLaunched', params: launchedOf },
        { type: 'log', params: word },
        'tellLaunched',
      ],
    },
  ] as const;

/** A launch that failed: another's name, hopeless, or to be tried again after a wait in `retry`. */
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
    { target: retry, actions: { type: 'noteLaunchFailed', params: failureOf } },
  ] as const;

export const sessionMachine = sessionSetup.createMachine({
  id: 'session',
  context: ({ input }) => initialContext(input),
  initial: 'choosing',
  on: {
    // Heard wherever a state says nothing more particular: an operator's wish is never lost.
    'operator.hold': { actions: ['hold', 'report'] },
    'operator.release': { actions: ['release', 'report'] },
    'operator.reset': { actions: ['forgive', 'tellForgiven', 'report'] },
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
                'operator.restart': '#launching',
                'agent.found': { target: '#booting', actions: 'noteFound' },
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
          initial: 'waiting',
          on: {
            'slot.freed': '#launching',
            'agent.found': { target: '#booting', actions: 'noteFound' },
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
                actions: ['release', { type: 'log', params: 'session.released' }],
              },
            ],
            'agent.status': [{ guard: 'isAnothersWord' }, { actions: ['noteStatus', 'report'] }],
            'agent.died': {
              guard: 'isOurDeath',
              actions: ['noteDeathInHold', { type: 'recordCrash', params: 'idle' }, 'report'],
            },
            'agent.found': { actions: ['noteFound', 'report'] },
          },
        },
      },
    },
    working: {
      initial: 'running',
      states: {
        running: { id: 'running', entry: ['stamp', 'report'] },
        waiting: { id: 'waiting', entry: ['stamp', 'report'] },
      },
      on: { 'agent.status': FOLLOW_STATUS, 'agent.died': DIES_WORKING, ...WITH_AGENT },
    },
    crashed: {
      id: 'crashed',
      initial: 'deciding',
      on: { 'operator.restart': '#recreating' },
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
            'operator.reset': {
              target: '#launching',
              actions: ['forgive', 'tellForgiven', { type: 'log', params: 'session.reset' }],
            },
            'agent.found': { target: '#booting', actions: 'noteFound' },
          },
        },
        recreating: {
          id: 'recreating',
          tags: 'launching',
          entry: ['stamp', 'report'],
          on: { 'operator.restart': {} },
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
        'operator.reset': {
          target: '#launching',
          actions: ['forgive', 'tellForgiven', { type: 'log', params: 'session.reset' }],
        },
      },
    },
  },
});
