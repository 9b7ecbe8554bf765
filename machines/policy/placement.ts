import type { Account, FailoverConfig } from '../../config/types.ts';

/**
 * The account a session that has none yet begins on. `priority`: everybody on the preferred one;
 * `spread`: in turn, so that the load is even and the same session always begins on the same one.
 *
 * @param position the session's place in the pool, counted from 0
 * @throws never for a loaded config: it has at least one account
 */
export function placeAccount(
  accounts: readonly Account[],
  strategy: FailoverConfig['strategy'],
  position: number,
): string {
  const preferred = accounts.toSorted((a, b) => a.priority - b.priority);
  const place = strategy === 'spread' ? position % preferred.length : 0;
  const account = preferred[place];
  if (account === undefined) throw new Error('a pool needs at least one account');
  return account.name;
}
