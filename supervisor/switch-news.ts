import type { AccountState } from '../machines/accounts.ts';
import type { AccountBoard } from './account-board.ts';
import { failoverOf, failoversOf } from './children.ts';
import { type RootRef, sessionNamed, sessionsOf } from './pool.ts';
import type { RootEmitted } from './root-types.ts';
import { switchSessionOf } from './switch-view.ts';

/**
 * Whether what the root tells may change the plan of who leaves which account. Sessions tell something
 * all the time: of one on an account that can be used, and that waits for nothing, nothing follows, and
 * to say so takes one look however large the pool is.
 */
export function createSwitchNews(
  root: RootRef,
  { isUsable, stateOf }: Pick<AccountBoard, 'isUsable' | 'stateOf'>,
): (told: RootEmitted) => boolean {
  const { accounts } = root.getSnapshot().context;
  const states = new Map<string, AccountState>(
    accounts.map(({ account: { name } }) => [name, stateOf(name)]),
  );
  const isNewState = (account: string): boolean => {
    const state = stateOf(account);
    const isNew = states.get(account) !== state;
    states.set(account, state);
    return isNew;
  };
  const mayLeave = (session: string): boolean => {
    const snapshot = sessionNamed(root, session)?.getSnapshot();
    if (snapshot === undefined) return false;
    if (failoverOf(root, session) !== null) return true;
    const { account, phase } = switchSessionOf(snapshot);
    return !isUsable(account) || phase === 'awaiting' || phase === 'parked';
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
