import type { FailoverConfig } from '../../config/types.ts';
import type { TargetAccount } from '../failovers.ts';

export interface TargetQuestion {
  /** In the order of the config. */
  readonly accounts: readonly TargetAccount[];
  readonly strategy: FailoverConfig['strategy'];
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
 * one with the fewest sessions. One that an operator asked for comes before both, if it can be used.
 *
 * @returns its name; null when no account can be used
 */
export function chooseTarget({
  accounts,
  strategy,
  tried,
  wanted,
}: TargetQuestion): TargetAccount['name'] | null {
  const usable = accounts.filter(
    ({ name, state }) => state === 'available' && !tried.includes(name),
  );
  const [first, second] = ORDERS[strategy];
  const best = usable.toSorted((a, b) => first(a, b) || second(a, b));
  return (usable.find(({ name }) => name === wanted) ?? best[0])?.name ?? null;
}
