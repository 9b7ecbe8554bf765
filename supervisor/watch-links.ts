import type { Account } from '../config/types.ts';
import type { DaemonParts } from './daemon-parts.ts';
import type { RootRef } from './pool.ts';

/**
 * Looks at the links of accounts that are in quarantine at each interval: nothing is started on them, so
 * no launch would ever find them mended.
 */
export function watchLinks(
  root: RootRef,
  { config, accounts, checkLinks }: Pick<DaemonParts, 'config' | 'accounts' | 'checkLinks'>,
): void {
  const look = (account: Account) => {
    if (!accounts.isQuarantined(account.name)) return;
    const errors = checkLinks(account);
    // Told when they are broken as well: in another way, perhaps, and that is what people are shown.
    const isMended = errors.length === 0;
    accounts.tell(
      account.name,
      isMended ? { type: 'links.mended' } : { type: 'links.broken', errors },
    );
  };
  root.on('reconciled', ({ because }) => {
    if (because === 'interval') config.accounts.forEach(look);
  });
}
