import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../config/types.ts';

/** Lets the clients of these accounts trust a directory, as `account prepare --trust` does, and no more. */
export function trustIn(accounts: readonly Pick<Account, 'home'>[], directory: string): void {
  for (const { home } of accounts) {
    const file = join(home, '.claude.json');
    const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    const name = realpathSync(directory);
    // A client that runs on the home is left in peace where nothing is to be done.
    if (before.projects?.[name]?.hasTrustDialogAccepted === true) continue;
    const trusted = { [name]: { hasTrustDialogAccepted: true } };
    const after = { ...before, projects: { ...before.projects, ...trusted } };
    writeFileSync(file, JSON.stringify(after), { mode: 0o600 });
  }
}
