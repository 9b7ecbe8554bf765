import type { FailoverConfig } from '../../config/types.ts';
import type { TargetAccount } from '../failovers.ts';
import { isNearlyUsedUp } from './nearly-used.ts';

export interface TargetQuestion {
  /** In the order of the config. */
  readonly accounts: readonly TargetAccount[];
  readonly strategy: FailoverConfig['strategy'];
  /** Part of a window, 0 to 1, from which an account is nearly used up; 1 = none ever is. */
  readonly threshold: FailoverConfig['proactiveThreshold'];
  /** Names of accounts that are not to be chosen: each has just refused. */
  readonly tried: readonly string[];
  /** The account that an operator asked for; null = whichever suits. */
  readonly wanted: string | null;
}

type Order = (a: TargetAccount, b: TargetAccount) => number;

const byPriority: Order = (a, b) => a.priority - b.priority;
const byLoad: Order = (a, b) => a.load - b.load;

/** What counts first, then what decides between equals; last is the order of the config. */
const ORDERS: Readonly<Record<FailoverConfig['strategy'], readonly [Order, Order]>> = {
  priority: [byPriority, byLoad],
  spread: [byLoad, byPriority],
};

/**
 * The account on which a session is to go on. `priority`: the preferred one that can be used; `spread`: the
 * one with the fewest sessions. One that is nearly used up comes after all others, whatever the strategy: it
 * can still be used. One that an operator asked for comes before all, if it can be used.
 *
 * @returns its name; null when no account can be used
 */
export function chooseTarget({
  accounts,
  strategy,
  threshold,
  tried,
  wanted,
}: TargetQuestion): TargetAccount['name'] | null {
  const usable = accounts.filter(
    ({ name, state }) => state === 'available' && !tried.includes(name),
  );
  const [first, second] = ORDERS[strategy];
  const nearly = (account: TargetAccount) => Number(isNearlyUsedUp(account, threshold));
  const best = usable.toSorted((a, b) => nearly(a) - nearly(b) || first(a, b) || second(a, b));
  return (usable.find(({ name }) => name === wanted) ?? best[0])?.name ?? null;
}
