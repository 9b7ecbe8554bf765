/** The vocabulary of the failover machine: its actor, guards, actions and delays. */
import { assign, enqueueActions, fromPromise, sendParent, setup } from 'xstate';
import type { FailoverEvent, FailoverFacts, FailoverStep } from '../failovers.ts';
import { isOwnAccord } from '../policy/better-account.ts';
import { factsAfter, forgiven, stepped } from './changes.ts';
import { type FailoverWord, logEntry } from './log-entries.ts';
import type { FailoverContext, FailoverInput } from './types.ts';

/** How long a store that failed is left alone before the step is written again. */
const JOURNAL_RETRY_MS = 1000;
/** How long an account that refused a session is not chosen for it, whatever its state says. */
export const TRIED_MS = 10_000;
/** The same of an account on which its agent never came up: what it costs to find out is a whole start. */
export const TRIED_IN_VAIN_MS = 60_000;

export const failoverSetup = setup({
  types: {
    input: {} as FailoverInput,
    context: {} as FailoverContext,
    events: {} as FailoverEvent,
    /** `noting`: the step is being written, and its order is not given yet. */
    tags: {} as 'noting',
  },
  actors: {
    /** Writes the facts, after all that was told of it before; durable when it resolves. */
    journal: fromPromise<void, FailoverFacts>(() => {
      throw new Error('actor "journal" was not provided');
    }),
  },
  delays: { journalRetry: JOURNAL_RETRY_MS, triedTime: ({ context }) => context.triedMs },
  guards: {
    isAt: ({ context }, step: FailoverStep) => context.facts.step === step,
    hasTarget: ({ context }) => context.facts.to !== null,
    hasTried: ({ context }) => context.facts.tried.length > 0,
    isWish: ({ context: { facts } }) => facts.reason === 'operator' || isOwnAccord(facts.reason),
    leavesAnother: ({ context, event }) =>
      event.type === 'failover.again' && event.from !== context.facts.from,
  },
  actions: {
    note: assign(({ context: { facts, clock }, event }) => ({
      facts: factsAfter(facts, event, clock.now()),
    })),
    noteUntil: assign(({ event }) =>
      event.type === 'failover.no_account' ? { until: event.until } : {},
    ),
    noteWhy: assign(({ event }) => (event.type === 'failover.decided' ? { why: event.why } : {})),
    /** Whether its last order came about is not known: the session shows it. */
    chooseAnew: assign(({ context: { facts, clock } }) => ({
      facts: stepped(facts, 'choosing', clock.now()),
    })),
    forgetTried: assign(({ context: { facts, clock } }) => ({
      facts: forgiven(facts, clock.now()),
      triedMs: TRIED_MS,
    })),
    noteInVain: assign({ triedMs: TRIED_IN_VAIN_MS }),
    report: sendParent(({ context }) => ({ type: 'failover.changed', facts: context.facts })),
    orderMove: enqueueActions(({ enqueue, context: { facts } }) => {
      if (facts.to === null) return;
      const order = { type: 'failover.move', account: facts.to } as const;
      enqueue.sendParent({ type: 'failover.ordered', session: facts.session, order });
    }),
    orderPark: sendParent(({ context }) => ({
      type: 'failover.ordered',
      session: context.facts.session,
      order: { type: 'failover.park' },
    })),
    log: sendParent(({ context }, word: FailoverWord) => ({
      type: 'failover.logged',
      entry: logEntry(context, word),
    })),
    logStart: enqueueActions(({ enqueue, context }) => {
      if (!context.isNew) return;
      const entry = logEntry(context, 'failover.started');
      enqueue.sendParent({ type: 'failover.logged', entry });
    }),
  },
});
