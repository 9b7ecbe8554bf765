/** The machines beside the sessions that the root runs: of accounts, and of failovers. */
import type { ActorRefFrom } from 'xstate';
import type { accountMachine } from '../machines/account/machine.ts';
import type { failoverMachine } from '../machines/failover/machine.ts';
import { accountId, childNamed, failoverId } from './child-ids.ts';
import type { RootRef } from './pool.ts';

export type AccountRef = ActorRefFrom<typeof accountMachine>;
export type FailoverRef = ActorRefFrom<typeof failoverMachine>;

/** null when no account has this name, or its machine broke and is not spawned again yet. */
export function accountNamed(root: RootRef, account: string): AccountRef | null {
  return childOf<AccountRef>(root, accountId(account));
}

/** The failover of this session that has not ended; null when there is none. */
export function failoverOf(root: RootRef, session: string): FailoverRef | null {
  const failover = childOf<FailoverRef>(root, failoverId(session));
  return failover?.getSnapshot().status === 'active' ? failover : null;
}

/** Those that have not ended. */
export function failoversOf(root: RootRef): readonly FailoverRef[] {
  const { children } = root.getSnapshot();
  return Object.keys(children).flatMap((id) => {
    const { kind, name } = childNamed(id);
    return (kind === 'failover' ? failoverOf(root, name) : null) ?? [];
  });
}

function childOf<Ref>(root: RootRef, id: string): Ref | null {
  const children = root.getSnapshot().children as Readonly<Record<string, unknown>>;
  return (children[id] as Ref | undefined) ?? null;
}
