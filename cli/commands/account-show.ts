import { printable } from '../../config/printable.ts';
import type { Account } from '../../config/types.ts';
import type { StatusReport } from '../../supervisor/status-report.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { accountTable } from '../format/account-table.ts';
import { requireAccounts } from '../named-account.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type CommonOptions, paintOf } from '../world.ts';

export interface AccountShowOptions extends CommonOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** One account; nothing is remembered about accounts yet, so its history is empty. */
export async function accountShow(world: CliWorld, options: AccountShowOptions): Promise<number> {
  const config = requireConfig(world, options);
  const [account] = requireAccounts(config, [options.name]);
  const report = await poolStatus(world, config);
  const found = report.accounts.find(({ name }) => name === options.name);
  if (account === undefined || found === undefined) {
    throw new Error(`the daemon does not know ${options.name}: it runs with an older config`);
  }
  if (options.json) {
    world.terminal.print(JSON.stringify({ ...found, history: [] }));
    return EXIT.OK;
  }
  const paint = paintOf(world, options);
  world.terminal.print(accountTable([found], { paint, now: Date.now() }));
  world.terminal.print(`\n${details(account, report)}`);
  return EXIT.OK;
}

function details({ name, home, priority }: Account, { sessions }: StatusReport): string {
  const onIt = sessions.filter(({ account }) => account === name).map((session) => session.name);
  return [
    `  home      ${printable(home)}`,
    `  priority  ${priority}`,
    `  sessions  ${onIt.length === 0 ? 'none' : onIt.join(' ')}`,
  ].join('\n');
}
