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

/** What a state means where it does not say so itself, and what helps; null where nothing is to be done. */
export function accountAdvice({
  name,
  state,
}: Pick<AccountReport, 'name' | 'state'>): string | null {
  switch (state) {
    case 'quarantined':
      return 'no agent is started there, its links are not in order; see: claude-failover check';
    case 'unauthenticated':
      return `its login does not work; log in with its home, then: claude-failover account clear ${name}`;
    case 'disabled':
      return `taken out of use; to use it again: claude-failover account enable ${name}`;
    default:
      return null;
  }
}
