import { emit, raise } from 'xstate';
import type { LogEvent } from '../machines/log-events.ts';
import { describeEscalation, poolCrash } from '../machines/policy/pool-intensity.ts';
import { beliefOf, type SessionSnapshot } from './belief.ts';
import { accountId, failoverId } from './child-ids.ts';
import type { Belief } from './reconcile.ts';
import { rootSetup } from './root-setup.ts';
import type { Listing, RootContext } from './root-types.ts';
import { troubleEvent } from './trouble-event.ts';

/*
 * The root supervisor: one machine per account, then one per slot, spawned lowest index first, then one per
 * session that is leaving its account; one-for-one.
 *
 *               woke / interval elapsed
 *   watching ───────────────────────────► observing ── listing ──► plan ──► events to sessions
 *      ▲                                     │   ▲
 *      └──────────── nothing new ────────────┘   └── asked for meanwhile: once more
 *
 *   beside that, whether sessions may be created:
 *
 *   allowed ── more crashes in the pool than restart.pool_intensity ──► escalated
 *      ▲                                                                    │
 *      └──────────── pool.reset (the verb `session reset --all`) ───────────┘
 *
 *   woke: tmux told of a death (or may have); the interval is the safety net that proves none was
 *   missed. It runs on its own: a tmux that wakes us all the time must not put it off for ever.
 *   A machine that breaks ends alone: its orphans are stopped, the outside is told (`broke`) and has it
 *   spawned again from what is stored; its neighbours never notice.
 *
 *   In every state what the machines have for each other goes through here:
 *   session ── session.troubled ──► its account          failover ── failover.ordered ──► its session
 *   the outside ── account.tell, failover.begin, failover.tell ──► accounts, failovers
 */

const listed = ({ event }: { readonly event: { readonly output: Listing } }): Listing =>
  event.output;

const unlisted = ({ event }: { readonly event: { readonly error: unknown } }): Listing => ({
  beliefs: [],
  observation: { kind: 'unknown', reason: String(event.error) },
});

/** Acts on a listing; then once more at once when somebody asked while it was taken. */
const actOn = <P>(params: P) =>
  [
    {
      guard: 'isAskedAgain',
      target: 'observing',
      reenter: true,
      actions: [{ type: 'act', params }, 'becauseAsked'],
    },
    { target: 'watching', actions: { type: 'act', params } },
  ] as const;

export const rootMachine = rootSetup.createMachine({
  id: 'root',
  context: ({ input }) => ({ ...input, askedAgain: null, because: 'woke' }),
  entry: ['spawnAll', 'startInterval'],
  invoke: { src: 'watchTmux' },
  type: 'parallel',
  on: {
    'session.changed': { actions: emit(({ event }) => ({ type: 'changed', facts: event.facts })) },
    'session.died': {
      actions: [
        emit(({ event }) => ({ type: 'died', name: event.name, crash: event.crash })),
        { type: 'countCrash', params: ({ event }) => poolCrash(event.name, event.crash) },
      ],
    },
    // It counts for the pool all the same: what ends the agents of one session may end those of others.
    'session.forgiven': {
      actions: emit(({ event }) => ({ type: 'forgiven', name: event.name })),
    },
    'session.task': { actions: emit(({ event }) => ({ type: 'task', report: event.report })) },
    'session.logged': { actions: emit(({ event }) => ({ type: 'logged', entry: event.entry })) },
    'session.launched': { actions: raise({ type: 'tmux.woke' }) },
    'session.troubled': {
      actions: {
        type: 'deliver',
        params: ({ event: { trouble } }) => ({
          to: accountId(trouble.account),
          event: troubleEvent(trouble),
        }),
      },
    },
    'session.retire': {
      actions: [
        { type: 'reap', params: ({ event }) => event.name },
        { type: 'reap', params: ({ event }) => failoverId(event.name) },
      ],
    },
    'session.spawn': { actions: { type: 'spawnSession', params: ({ event }) => event.session } },
    'account.changed': {
      actions: emit(({ event }) => ({ type: 'accountChanged', facts: event.facts })),
    },
    'account.logged': { actions: emit(({ event }) => ({ type: 'logged', entry: event.entry })) },
    'account.spawn': { actions: { type: 'spawnAccount', params: ({ event }) => event.input } },
    'account.tell': {
      actions: {
        type: 'deliver',
        params: ({ event: { account, event } }) => ({ to: accountId(account), event }),
      },
    },
    'failover.changed': {
      actions: [
        { type: 'remember', params: ({ event }) => event.facts },
        emit(({ event }) => ({ type: 'failoverChanged', facts: event.facts })),
      ],
    },
    'failover.logged': { actions: emit(({ event }) => ({ type: 'logged', entry: event.entry })) },
    'failover.ordered': {
      actions: [
        {
          type: 'deliver',
          params: ({ event: { session, order } }) => ({ to: session, event: order }),
        },
        emit(({ event }) => ({ type: 'failoverOrdered', session: event.session })),
      ],
    },
    'failover.begin': { actions: { type: 'beginFailover', params: ({ event }) => event.input } },
    'failover.tell': {
      actions: {
        type: 'deliver',
        params: ({ event: { session, event } }) => ({ to: failoverId(session), event }),
      },
    },
    'xstate.error.actor.*': {
      actions: [
        { type: 'stopOrphansOf', params: ({ event }) => event.actorId },
        { type: 'reap', params: ({ event }) => event.actorId },
        emit(({ event }) => ({ type: 'broke', name: event.actorId, error: event.error })),
      ],
    },
    'xstate.done.actor.*': {
      actions: { type: 'reap', params: ({ event }) => event.actorId },
    },
  },
  states: {
    looking: {
      initial: 'watching',
      states: {
        watching: {
          on: {
            'tmux.woke': { target: 'observing', actions: { type: 'because', params: 'woke' } },
            'interval.elapsed': {
              target: 'observing',
              actions: [{ type: 'because', params: 'interval' }, 'startInterval'],
            },
          },
        },
        observing: {
          entry: 'forgetAsked',
          on: {
            'tmux.woke': { actions: { type: 'noteAsked', params: 'woke' } },
            'interval.elapsed': {
              actions: [{ type: 'noteAsked', params: 'interval' }, 'startInterval'],
            },
          },
          invoke: {
            src: 'observe',
            input: ({ self }) => beliefsOf(self.getSnapshot().children),
            onDone: actOn(listed),
            // A listing never rejects; should it, it has proved nothing.
            onError: actOn(unlisted),
          },
        },
      },
    },
    creating: {
      initial: 'allowed',
      states: {
        allowed: {
          always: { guard: 'isTooMuch', target: 'escalated' },
          on: { 'pool.reset': { actions: ['forgivePool', emit({ type: 'poolForgiven' })] } },
        },
        /** What lives is left alone, and goes on; nothing is launched, given out or moved. */
        escalated: {
          entry: [
            emit({ type: 'escalated' }),
            emit(({ context }) => ({ type: 'logged', entry: escalation(context) })),
            { type: 'tellAllSessions', params: 'pool.halted' },
          ],
          on: {
            // Also of the crash that led here: its session could not know yet.
            'session.logged': {
              actions: emit(({ event }) => ({ type: 'logged', entry: unrestarted(event.entry) })),
            },
            'pool.reset': {
              target: 'allowed',
              actions: [
                'forgivePool',
                emit({ type: 'poolForgiven' }),
                emit({ type: 'logged', entry: { event: 'daemon.resumed' } }),
                { type: 'tellAllSessions', params: 'pool.resumed' },
                emit({ type: 'resumed' }),
              ],
            },
          },
        },
      },
    },
  },
});

function escalation({ poolWindow, tolerance }: RootContext): LogEvent {
  return { event: 'daemon.escalated', reason: describeEscalation(poolWindow, tolerance) };
}

/** No agent that ends is replaced now, whatever its session meant to do. */
function unrestarted(entry: LogEvent): LogEvent {
  return entry.event === 'session.crashed' ? { ...entry, delayMs: null } : entry;
}

function beliefsOf(children: object): readonly Belief[] {
  return Object.values(children).flatMap((child) => {
    const snapshot = child?.getSnapshot?.() as Partial<SessionSnapshot> | undefined;
    return snapshot?.context?.slot === undefined ? [] : [beliefOf(snapshot as SessionSnapshot)];
  });
}
