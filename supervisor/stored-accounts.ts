import { initialTransition, transition } from 'xstate';
import type { Account, CheckError } from '../config/types.ts';
import { accountMachine } from '../machines/account/machine.ts';
import type { AccountInput } from '../machines/account/types.ts';
import type { AccountState } from '../machines/accounts.ts';
import type { KnownAccount } from './account-report.ts';

/** It decides as the account of a daemon does, and has nobody to tell. */
const silent = accountMachine.provide({ actions: { arrive: () => {} } });

/**
 * What a daemon that began now would take each account to be, by what is stored and by its links, which
 * can be seen at any time.
 */
export function knownWithoutDaemon(
  inputs: readonly AccountInput[],
  checkLinks: (account: Account) => readonly CheckError[],
): readonly KnownAccount[] {
  return inputs.map((input) => {
    const errors = checkLinks(input.account);
    const [begun] = initialTransition(silent, input);
    const broken = { type: 'links.broken', errors } as const;
    const [{ value, context }] = errors.length === 0 ? [begun] : transition(silent, begun, broken);
    return {
      state: value as AccountState,
      facts: context.facts,
      linksReason: errors[0]?.message ?? null,
      isNew: input.facts === null,
      now: input.clock.now(),
    };
  });
}
