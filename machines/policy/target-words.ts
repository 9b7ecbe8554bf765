/** Why a session goes on on one account and not on another, in words for a person. */
import type { FailoverConfig } from '../../config/types.ts';
import type { TargetAccount } from '../failovers.ts';
import { isNearlyUsedUp, percent, type WindowUsed } from './nearly-used.ts';

/** An account, and when it is used again. */
export interface ToldAccount extends TargetAccount {
  /** Epoch milliseconds when time alone makes it available; null = it is, or time alone does not. */
  readonly availableAt: number | null;
}

export interface ToldChoice {
  /** In the order of the config. */
  readonly accounts: readonly ToldAccount[];
  readonly threshold: FailoverConfig['proactiveThreshold'];
  /** Names of accounts that have just refused. */
  readonly tried: readonly string[];
  readonly to: string;
  /** The rule by which `to` was chosen. */
  readonly rule: string;
}

const WINDOW_WORDS: Readonly<Record<WindowUsed['window'], string>> = {
  fiveHour: '5 hours',
  sevenDay: '7 days',
};

/** `compte2 is the preferred account that can be used; compte3 is limited until 2026-11-24T18:13:50.000Z`. */
export function whyChosen({ accounts, threshold, tried, to, rule }: ToldChoice): string {
  const others = accounts.flatMap((account) => {
    const why = account.name === to ? null : whyNot(account, threshold, tried);
    return why === null ? [] : [`${account.name} ${why}`];
  });
  return [rule, ...others].join('; ');
}

/** The rule by which a strategy has chosen this account. */
export function strategyRule(to: string, strategy: FailoverConfig['strategy']): string {
  return strategy === 'priority'
    ? `${to} is the preferred account that can be used`
    : `${to} is the account with the fewest sessions that can be used`;
}

/** What speaks against an account as a target: `is disabled`; null when nothing does. */
export function whyNot(
  account: ToldAccount,
  threshold: number,
  tried: readonly string[],
): string | null {
  const { name, state, availableAt } = account;
  if (state !== 'available') return stateWords(state, availableAt);
  if (tried.includes(name)) return 'has just refused';
  return isNearlyUsedUp(account, threshold) ? usedWords(account, threshold) : null;
}

function stateWords(state: TargetAccount['state'], availableAt: number | null): string {
  return availableAt === null
    ? `is ${state}`
    : `is ${state} until ${new Date(availableAt).toISOString()}`;
}

/** `has used 87 % of its 5 hours, and failover.proactive_threshold is 85 %`. */
function usedWords({ used }: TargetAccount, threshold: number): string {
  if (used === null) return 'is nearly used up';
  const { usedPercent, window } = used;
  const part = `${Math.floor(usedPercent)} % of its ${WINDOW_WORDS[window]}`;
  return `has used ${part}, and failover.proactive_threshold is ${percent(threshold)} %`;
}
