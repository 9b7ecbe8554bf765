/** Whether a session may begin something where it is. */
import { isOwnAccord } from '../machines/policy/better-account.ts';
import { failoverOf } from './children.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { isEscalated } from './escalation.ts';
import type { RootRef } from './pool.ts';

/**
 * Tells of a session and its account whether it may be given a task there: not on an account that cannot be
 * used, not while it is about to leave, and in no pool that has escalated. One that has nowhere to go works on while it waits.
 */
export function createStaying(
  root: RootRef,
  { accounts, config }: Pick<DaemonParts, 'accounts' | 'config'>,
): (session: string, account: string) => boolean {
  const isAnotherUsable = (than: string) =>
    config.accounts.some(({ name }) => name !== than && accounts.isUsable(name));
  return (session, account) => {
    if (isEscalated(root) || !accounts.isUsable(account)) return false;
    const failover = failoverOf(root, session)?.getSnapshot();
    if (failover === undefined) return true;
    if (!failover.matches('choosing')) return false;
    // One that could stay as well need not be kept from its work.
    return isOwnAccord(failover.context.facts.reason) || !isAnotherUsable(account);
  };
}

/** Whether an account that has told something can be used, and could not when it told something last. */
export function createUsableNews(
  isUsable: (account: string) => boolean,
): (account: string) => boolean {
  const wasUsable = new Map<string, boolean>();
  return (account) => {
    const isNow = isUsable(account);
    const isNew = isNow && wasUsable.get(account) !== true;
    wasUsable.set(account, isNow);
    return isNew;
  };
}
