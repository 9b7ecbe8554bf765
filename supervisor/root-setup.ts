/** The vocabulary of the root supervisor: its actors, guards, actions and delays. */
import {
  type AnyActorRef,
  assign,
  enqueueActions,
  fromCallback,
  fromPromise,
  raise,
  setup,
  stopChild,
} from 'xstate';
import { accountMachine } from '../machines/account/machine.ts';
import type { AccountInput } from '../machines/account/types.ts';
import type { AccountEvent } from '../machines/accounts.ts';
import { failoverMachine } from '../machines/failover/machine.ts';
import { pastAfter } from '../machines/failover/past.ts';
import type { FailoverInput } from '../machines/failover/types.ts';
import type { FailoverEvent, FailoverFacts } from '../machines/failovers.ts';
import { isTooMuch, type PoolCrash, withCrash } from '../machines/policy/pool-intensity.ts';
import { sessionMachine } from '../machines/session/machine.ts';
import type { SessionEvent, SessionInput } from '../machines/session/types.ts';
import { accountId, failoverId } from './child-ids.ts';
import { driftOf } from './drift.ts';
import { stopOrphans } from './orphans.ts';
import { type Belief, planReconcile } from './reconcile.ts';
import { eventFor } from './reconcile-events.ts';
import type {
  Cause,
  Listing,
  RootContext,
  RootEmitted,
  RootEvent,
  RootInput,
} from './root-types.ts';

/** An event for the child of this id. */
interface Letter {
  readonly to: string;
  readonly event: SessionEvent | AccountEvent | FailoverEvent;
}

function unprovided(name: string): never {
  throw new Error(`actor "${name}" was not provided`);
}

function isActive(child: AnyActorRef | undefined): boolean {
  return child?.getSnapshot().status === 'active';
}

export const rootSetup = setup({
  types: {
    input: {} as RootInput,
    context: {} as RootContext,
    events: {} as RootEvent,
    emitted: {} as RootEmitted,
  },
  actors: {
    session: sessionMachine,
    account: accountMachine,
    failover: failoverMachine,
    observe: fromPromise<Listing, readonly Belief[]>(() => unprovided('observe')),
    watchTmux: fromCallback<{ type: 'none' }, undefined, RootEvent>(() => unprovided('watchTmux')),
  },
  delays: { reconcileInterval: ({ context }) => context.reconcileIntervalMs },
  guards: {
    isAskedAgain: ({ context }) => context.askedAgain !== null,
    isTooMuch: ({ context }) => isTooMuch(context.poolWindow, context.tolerance),
  },
  actions: {
    spawnAll: enqueueActions(({ enqueue, context }) => {
      const { accounts, sessions, failovers, poolWindow, tolerance } = context;
      const isPoolHalted = isTooMuch(poolWindow, tolerance);
      for (const input of accounts) {
        enqueue.spawnChild('account', { id: accountId(input.account.name), input });
      }
      for (const input of sessions) {
        enqueue.spawnChild('session', { id: input.slot.name, input: { ...input, isPoolHalted } });
      }
      for (const input of failovers) {
        enqueue.spawnChild('failover', { id: failoverId(input.facts.session), input });
      }
    }),
    // XState overwrites a child of the same id silently and never stops the old one.
    spawnSession: enqueueActions(({ enqueue, self }, input: SessionInput) => {
      const isPoolHalted = self.getSnapshot().matches({ creating: 'escalated' });
      enqueue.stopChild(input.slot.name);
      enqueue.spawnChild('session', { id: input.slot.name, input: { ...input, isPoolHalted } });
    }),
    spawnAccount: enqueueActions(({ enqueue }, input: AccountInput) => {
      const id = accountId(input.account.name);
      enqueue.stopChild(id);
      enqueue.spawnChild('account', { id, input });
    }),
    beginFailover: enqueueActions(({ enqueue, self }, input: FailoverInput) => {
      const id = failoverId(input.facts.session);
      if (isActive(self.getSnapshot().children[id])) return;
      enqueue.stopChild(id);
      enqueue.spawnChild('failover', { id, input });
    }),
    remember: assign(({ context }, facts: FailoverFacts) => ({
      past: pastAfter(context.past, facts),
    })),
    /** An event to nobody would end the root: whom it is for may have broken, or have ended. */
    deliver: enqueueActions(({ enqueue, self }, { to, event }: Letter) => {
      if (isActive(self.getSnapshot().children[to])) enqueue.sendTo(to, event);
    }),
    tellAllSessions: enqueueActions(
      ({ enqueue, context, self }, type: 'pool.halted' | 'pool.resumed') => {
        // None while it starts: they begin with it.
        const children = self.getSnapshot()?.children ?? {};
        const names = context.sessions.map(({ slot }) => slot.name);
        for (const name of names) if (isActive(children[name])) enqueue.sendTo(name, { type });
      },
    ),
    countCrash: assign(({ context }, crash: PoolCrash) => ({
      poolWindow: withCrash(context.poolWindow, crash, context.tolerance),
    })),
    forgivePool: assign({ poolWindow: [] }),
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
      // A machine may have broken since the listing was asked for.
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
});
