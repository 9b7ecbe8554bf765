import { whatHelps } from '../../supervisor/account-advice.ts';
import type { AccountReport } from '../../supervisor/status-report.ts';
import type { Style } from '../terminal/colours.ts';
import type { Cell } from './table.ts';

type AccountState = AccountReport['state'];

/** The state of an account. That it is usable only a daemon finds out, so it is not told of a stored one. */
export function accountStateCell({ state }: Pick<AccountReport, 'state'>, isStored: boolean): Cell {
  if (isStored && state === 'available') return { text: '-', style: 'dim' };
  return { text: state, style: STYLES[state] };
}

const STYLES: Readonly<Record<AccountState, Style>> = {
  available: 'green',
  limited: 'yellow',
  unauthenticated: 'red',
  quarantined: 'red',
  disabled: 'dim',
};

/**
 * What a state means where it does not say so itself, and what helps; null where nothing is to be done:
 * a limit ends by itself.
 *
 * @param home its home directory; null = not known here
 */
export function accountAdvice(
  account: Pick<AccountReport, 'name' | 'state'>,
  home: string | null,
): string | null {
  return account.state === 'limited' ? null : whatHelps(account, home);
}
