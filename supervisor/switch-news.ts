import type { AccountBoard } from './account-board.ts';
import { failoverOf, failoversOf } from './children.ts';
import { type RootRef, sessionNamed, sessionsOf } from './pool.ts';
import type { RootEmitted } from './root-types.ts';
import { switchSessionOf } from './switch-view.ts';

/**
 * Whether what the root tells may change the plan of who leaves which account. Sessions tell something
 * all the time: of one on an account that can be used, and that waits for nothing, nothing follows, and
 * to say so takes one look however large the pool is.
 *
 * @param mayBeLeft whether sessions leave that account also while it can be used
 */
export function createSwitchNews(
  root: RootRef,
  { isUsable, stateOf }: Pick<AccountBoard, 'isUsable' | 'stateOf'>,
  mayBeLeft: (account: string) => boolean,
): (told: RootEmitted) => boolean {
  const { accounts } = root.getSnapshot().context;
  const wordOf = (account: string) => `${stateOf(account)}${mayBeLeft(account) ? ', left' : ''}`;
  const words = new Map(accounts.map(({ account: { name } }) => [name, wordOf(name)]));
  const isNewState = (account: string): boolean => {
    const word = wordOf(account);
    const isNew = words.get(account) !== word;
    words.set(account, word);
    return isNew;
  };
  const mayLeave = (session: string): boolean => {
    const snapshot = sessionNamed(root, session)?.getSnapshot();
    if (snapshot === undefined) return false;
    if (failoverOf(root, session) !== null) return true;
    const { account, phase } = switchSessionOf(snapshot);
    if (!isUsable(account) || mayBeLeft(account)) return true;
    return phase === 'awaiting' || phase === 'parked';
  };
  return (told) => {
    switch (told.type) {
      case 'changed':
        return mayLeave(told.facts.name);
      case 'accountChanged':
        return isNewState(told.facts.account);
      case 'failoverChanged':
      case 'failoverOrdered':
      case 'resumed':
        return true;
      case 'reconciled':
        return told.because === 'interval' && isAnyLeaving(root, mayLeave);
      default:
        return false;
    }
  };
}

function isAnyLeaving(root: RootRef, mayLeave: (session: string) => boolean): boolean {
  if (failoversOf(root).length > 0) return true;
  return sessionsOf(root).some(({ id }) => mayLeave(id));
}
