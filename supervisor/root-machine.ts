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
import { beliefOf, type SessionSnapshot } from './belief.ts';
import { stopOrphans } from './orphans.ts';
import { type Action, type Belief, planReconcile } from './reconcile.ts';

/*
 * The root supervisor: one session machine per slot, spawned lowest index first, one-for-one.
 *
 *               woke / after interval
 *   watching ───────────────────────────► observing ── listing ──► plan ──► events to sessions
 *      ▲                                     │   ▲
 *      └──────────── nothing new ────────────┘   └── woke meanwhile: once more
 *
 *   woke: tmux told of a death (or may have); the interval is the safety net that proves none was
 *   missed. A session machine that breaks ends alone: its orphans are stopped, its slot is told
 *   about (`session.broke`) and filled again, its neighbours never notice.
 */

export interface RootInput {
  /** Lowest index first. */
  readonly sessions: readonly SessionInput[];
  readonly reconcileIntervalMs: number;
}

interface RootContext extends RootInput {
  /** tmux woke us while a listing was under way: that one may be too old. */
  readonly wokenAgain: boolean;
  readonly because: 'woke' | 'interval';
}

export interface Listing {
  /** Taken before the listing was asked for, so that it never accuses a newer agent. */
  readonly beliefs: readonly Belief[];
  readonly observation: Observation;
}

type RootEvent =
  | SessionReportEvent
  | { readonly type: 'tmux.woke' }
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
  | { readonly type: 'logged'; readonly entry: LogEvent }
  | { readonly type: 'broke'; readonly name: string; readonly error: unknown }
  | {
      readonly type: 'reconciled';
      readonly because: RootContext['because'];
      readonly plan: readonly Action[];
      readonly observation: Observation;
    };

function unprovided(name: string): never {
  throw new Error(`actor "${name}" was not provided`);
}

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
  guards: { wokenAgain: ({ context }) => context.wokenAgain },
  actions: {
    spawnAll: enqueueActions(({ enqueue, context }) => {
      for (const session of context.sessions) {
        enqueue.spawnChild('session', { id: session.slot.name, input: session });
      }
    }),
    becauseWoke: assign({ because: 'woke' }),
    becauseInterval: assign({ because: 'interval' }),
    noteWake: assign({ wokenAgain: true }),
    forgetWake: assign({ wokenAgain: false }),
    act: enqueueActions(({ enqueue, context }, { beliefs, observation }: Listing) => {
      const plan = planReconcile(beliefs, observation);
      for (const action of plan) enqueue.sendTo(action.name, eventFor(action));
      enqueue.emit({ type: 'reconciled', because: context.because, plan, observation });
    }),
    stopOrphansOf: ({ self }, actorId: string) => stopOrphans(self.getSnapshot().children[actorId]),
    reap: stopChild((_, actorId: string) => actorId),
  },
}).createMachine({
  id: 'root',
  context: ({ input }) => ({ ...input, wokenAgain: false, because: 'woke' }),
  entry: 'spawnAll',
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
      after: { reconcileInterval: { target: 'observing', actions: 'becauseInterval' } },
      on: { 'tmux.woke': { target: 'observing', actions: 'becauseWoke' } },
    },
    observing: {
      entry: 'forgetWake',
      on: { 'tmux.woke': { actions: 'noteWake' } },
      invoke: {
        src: 'observe',
        input: ({ self }) => beliefsOf(self.getSnapshot().children),
        onDone: [
          {
            guard: 'wokenAgain',
            target: 'observing',
            reenter: true,
            actions: [{ type: 'act', params: ({ event }) => event.output }, 'becauseWoke'],
          },
          { target: 'watching', actions: { type: 'act', params: ({ event }) => event.output } },
        ],
        onError: 'watching',
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
      return { type: 'session.renamed', to: action.to };
    case 'freed':
      return { type: 'slot.freed' };
  }
}
