import {
  assign,
  emit,
  enqueueActions,
  fromCallback,
  fromPromise,
  raise,
  setup,
  stopChild,
} from 'xstate';
import type { LogEvent } from '../machines/log-events.ts';
import type { CrashFact, Observation, SessionFacts } from '../machines/ports.ts';
import { sessionMachine } from '../machines/session/machine.ts';
import type { SessionEvent, SessionInput, SessionReportEvent } from '../machines/session/types.ts';
import type { TaskReport } from '../machines/tasks.ts';
import { beliefOf, type SessionSnapshot } from './belief.ts';
import { driftOf } from './drift.ts';
import { stopOrphans } from './orphans.ts';
import type { Reconciled } from './plan-entry.ts';
import { type Action, type Belief, planReconcile } from './reconcile.ts';

/*
 * The root supervisor: one session machine per slot, spawned lowest index first, one-for-one.
 *
 *               woke / interval elapsed
 *   watching ───────────────────────────► observing ── listing ──► plan ──► events to sessions
 *      ▲                                     │   ▲
 *      └──────────── nothing new ────────────┘   └── asked for meanwhile: once more
 *
 *   woke: tmux told of a death (or may have); the interval is the safety net that proves none was
 *   missed. It runs on its own: a tmux that wakes us all the time must not put it off for ever.
 *   A session machine that breaks ends alone: its orphans are stopped, its slot is told
 *   about (`session.broke`) and filled again, its neighbours never notice.
 */

export interface RootInput {
  /** Lowest index first. */
  readonly sessions: readonly SessionInput[];
  readonly reconcileIntervalMs: number;
}

interface RootContext extends RootInput {
  /** What asked for a listing while one was under way: that one may be too old. */
  readonly askedAgain: Cause | null;
  readonly because: Cause;
}

type Cause = 'woke' | 'interval';

export interface Listing {
  /** Taken before the listing was asked for, so that it never accuses a newer agent. */
  readonly beliefs: readonly Belief[];
  readonly observation: Observation;
}

type RootEvent =
  | SessionReportEvent
  | { readonly type: 'tmux.woke' }
  | { readonly type: 'interval.elapsed' }
  | { readonly type: 'session.spawn'; readonly session: SessionInput }
  | {
      readonly type: `xstate.error.actor.${string}`;
      readonly error: unknown;
      readonly actorId: string;
    }
  | {
      readonly type: `xstate.done.actor.${string}`;
      readonly output: unknown;
      readonly actorId: string;
    };

/** What the root tells the outside world: one listener stores, another logs. */
export type RootEmitted =
  | { readonly type: 'changed'; readonly facts: SessionFacts }
  | { readonly type: 'died'; readonly name: string; readonly crash: CrashFact }
  | { readonly type: 'forgiven'; readonly name: string }
  | { readonly type: 'task'; readonly report: TaskReport }
  | { readonly type: 'logged'; readonly entry: LogEvent }
  | { readonly type: 'broke'; readonly name: string; readonly error: unknown }
  | ({ readonly type: 'reconciled' } & Reconciled);

function unprovided(name: string): never {
  throw new Error(`actor "${name}" was not provided`);
}

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

export const rootMachine = setup({
  types: {
    input: {} as RootInput,
    context: {} as RootContext,
    events: {} as RootEvent,
    emitted: {} as RootEmitted,
  },
  actors: {
    session: sessionMachine,
    observe: fromPromise<Listing, readonly Belief[]>(() => unprovided('observe')),
    watchTmux: fromCallback<{ type: 'none' }, undefined, RootEvent>(() => unprovided('watchTmux')),
  },
  delays: { reconcileInterval: ({ context }) => context.reconcileIntervalMs },
  guards: { isAskedAgain: ({ context }) => context.askedAgain !== null },
  actions: {
    spawnAll: enqueueActions(({ enqueue, context }) => {
      for (const session of context.sessions) {
        enqueue.spawnChild('session', { id: session.slot.name, input: session });
      }
    }),
    startInterval: raise({ type: 'interval.elapsed' }, { delay: 'reconcileInterval' }),
    because: assign((_, cause: Cause) => ({ because: cause })),
    becauseAsked: assign({ because: ({ context }) => context.askedAgain ?? context.because }),
    // The interval has more to do than a wake, so a wake after it must not hide it.
    noteAsked: assign(({ context }, cause: Cause) => ({
      askedAgain: context.askedAgain === 'interval' ? 'interval' : cause,
    })),
    forgetAsked: assign({ askedAgain: null }),
    act: enqueueActions(({ enqueue, context, self }, { beliefs, observation }: Listing) => {
      const { because } = context;
      const { children } = self.getSnapshot();
      // A machine may have broken since the listing was asked for; an event to nobody would end the root.
      const plan = planReconcile(beliefs, observation).filter(({ name }) => children[name]);
      for (const action of plan) {
        const slot = context.sessions.find((session) => session.slot.name === action.name)?.slot;
        const entry = driftOf(action, slot ?? { name: action.name, index: null }, because);
        if (entry !== null) enqueue.emit({ type: 'logged', entry });
        enqueue.sendTo(action.name, eventFor(action));
      }
      enqueue.emit({ type: 'reconciled', because, beliefs, observation, plan });
    }),
    stopOrphansOf: ({ self }, actorId: string) => stopOrphans(self.getSnapshot().children[actorId]),
    reap: stopChild((_, actorId: string) => actorId),
  },
}).createMachine({
  id: 'root',
  context: ({ input }) => ({ ...input, askedAgain: null, because: 'woke' }),
  entry: ['spawnAll', 'startInterval'],
  invoke: { src: 'watchTmux' },
  initial: 'watching',
  on: {
    'session.changed': { actions: emit(({ event }) => ({ type: 'changed', facts: event.facts })) },
    'session.died': {
      actions: emit(({ event }) => ({ type: 'died', name: event.name, crash: event.crash })),
    },
    'session.forgiven': {
      actions: emit(({ event }) => ({ type: 'forgiven', name: event.name })),
    },
    'session.task': { actions: emit(({ event }) => ({ type: 'task', report: event.report })) },
    'session.logged': { actions: emit(({ event }) => ({ type: 'logged', entry: event.entry })) },
    'session.launched': { actions: raise({ type: 'tmux.woke' }) },
    'session.spawn': {
      actions: enqueueActions(({ enqueue, event }) => {
        // XState overwrites a child of the same id silently and never stops the old one.
        enqueue.stopChild(event.session.slot.name);
        enqueue.spawnChild('session', { id: event.session.slot.name, input: event.session });
      }),
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
});

function beliefsOf(children: object): readonly Belief[] {
  return Object.values(children).flatMap((child) => {
    const snapshot = child?.getSnapshot?.() as Partial<SessionSnapshot> | undefined;
    return snapshot?.context?.slot === undefined ? [] : [beliefOf(snapshot as SessionSnapshot)];
  });
}

function eventFor(action: Action): SessionEvent {
  switch (action.kind) {
    case 'died':
      return { type: 'agent.died', death: action.death };
    case 'found':
      return { type: 'agent.found', pane: action.pane, mark: action.mark };
    case 'renamed':
      return { type: 'session.renamed', to: action.to, agent: action.agent };
    case 'freed':
      return { type: 'slot.freed' };
  }
}
