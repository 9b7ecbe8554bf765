/** The vocabulary of the account machine: its guards, actions and delays. It has no effects of its own. */
import { assign, enqueueActions, setup } from 'xstate';
import type { AccountEvent, AccountState } from '../accounts.ts';
import { usableAt } from '../policy/next-available.ts';
import { arrival } from './arrival.ts';
import { changeBy } from './changes.ts';
import { withoutOverLimit } from './context.ts';
import type { AccountContext, AccountInput } from './types.ts';

/** A clock may be set, or stand still with the machine: however long a wait, it is looked at again that soon. */
const LONGEST_WAIT_MS = 60_000;

export const accountSetup = setup({
  types: {
    input: {} as AccountInput,
    context: {} as AccountContext,
    events: {} as AccountEvent,
  },
  delays: {
    nextLook: ({ context: { facts, resetMarginMs, clock } }) => {
      const due = facts.limit === null ? 0 : usableAt(facts.limit, resetMarginMs) - clock.now();
      return Math.max(0, Math.min(due, LONGEST_WAIT_MS));
    },
  },
  guards: {
    isNews: ({ context, event }) => changeBy(context, event) !== null,
    isDisabled: ({ context }) => context.facts.disabledAt !== null,
    hasBrokenLinks: ({ context }) => context.brokenLinks !== null,
    hasLostLogin: ({ context }) => context.facts.loginLost !== null,
    isLimited: ({ context }) => context.facts.limit !== null,
    isLimitOver: ({ context: { facts, resetMarginMs, clock } }) =>
      withoutOverLimit(facts, resetMarginMs, clock.now()) !== facts,
  },
  actions: {
    note: assign(({ context, event }) => changeBy(context, event) ?? {}),
    dropOverLimit: assign(({ context: { facts, resetMarginMs, clock } }) => ({
      facts: withoutOverLimit(facts, resetMarginMs, clock.now()),
    })),
    arrive: enqueueActions(({ context, enqueue }, state: AccountState) => {
      const { change, tell } = arrival(context, state);
      enqueue.assign(change);
      for (const report of tell) enqueue.sendParent(report);
    }),
  },
});
