import type { SnapshotFrom } from 'xstate';
import type { accountMachine } from '../machines/account/machine.ts';
import type { AccountEvent, AccountState } from '../machines/accounts.ts';
import { accountNamed } from './children.ts';
import type { RootRef } from './pool.ts';

export type AccountSnapshot = SnapshotFrom<typeof accountMachine>;

/** What is known of the accounts now, for all who ask before they start something. */
export interface AccountBoard {
  /** The accounts are those of this root, before it starts. */
  attach(root: RootRef): void;
  /** Whether anything may be started on the account of this name: not on one that has left the config. */
  isUsable(account: string): boolean;
  /** Of a name that is nobody's, and before the root is there: `available`. */
  stateOf(account: string): AccountState;
  /** Whether its links are wrong, whatever else speaks against it. */
  isQuarantined(account: string): boolean;
  /** null for a name that is nobody's, and before the root is there. */
  snapshotOf(account: string): AccountSnapshot | null;
  tell(account: string, event: AccountEvent): void;
}

/** An account whose machine broke stays what it was, until it is spawned again. */
export function createAccountBoard(): AccountBoard {
  const last = new Map<string, AccountSnapshot>();
  let root: RootRef | null = null;
  const snapshotOf = (account: string) => {
    const living = root && accountNamed(root, account);
    if (living?.getSnapshot().status === 'active') last.set(account, living.getSnapshot());
    return last.get(account) ?? null;
  };
  const stateOf = (account: string): AccountState => stateIn(snapshotOf(account));
  return {
    attach: (started) => {
      root = started;
    },
    isUsable: (account) => stateOf(account) === 'available' && isKnown(root, account),
    stateOf,
    isQuarantined: (account) => (snapshotOf(account)?.context.brokenLinks ?? null) !== null,
    snapshotOf,
    tell: (account, event) => root?.send({ type: 'account.tell', account, event }),
  };
}

/** Before the root is there, nobody knows better. */
function isKnown(root: RootRef | null, name: string): boolean {
  if (root === null) return true;
  return root.getSnapshot().context.accounts.some(({ account }) => account.name === name);
}

/** Nobody ever sees an account that is still deciding what it is. */
function stateIn(snapshot: AccountSnapshot | null): AccountState {
  return (snapshot?.value ?? 'available') as AccountState;
}
