import { printable } from '../../config/printable.ts';
import type { Account } from '../../config/types.ts';
import type { AccountReport, StatusReport } from '../../supervisor/status-report.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { accountTable } from '../format/account-table.ts';
import { requireAccounts } from '../named-account.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface AccountShowOptions extends CommonOptions {
  readonly name: string;
  readonly json?: boolean;
}

/** One account; nothing is remembered about accounts yet, so its history is empty. */
export async function accountShow(world: CliWorld, options: AccountShowOptions): Promise<number> {
  const config = requireConfig(world, options);
  const [account] = requireAccounts(config, [options.name]);
  const report = await poolStatus(world, { place: config, config });
  const found = report.accounts.find(({ name }) => name === options.name);
  if (account === undefined || found === undefined) {
    throw new Error(`the daemon does not know ${options.name}: it runs with an older config`);
  }
  const detail = detailOf(account, found, report);
  if (options.json) world.terminal.print(JSON.stringify(detail));
  else {
    const accounts = { daemon: report.daemon, accounts: [found] };
    world.terminal.print(accountTable(accounts, pageStyleOf(world, options)));
    world.terminal.print(`\n${detailText(detail)}`);
  }
  return EXIT.OK;
}

/** `account show --json`: the account, what the config says of it, and who runs on it. */
interface AccountDetail extends AccountReport {
  readonly home: string;
  readonly priority: number;
  /** Names of the sessions whose agent is, or was last, on it. */
  readonly sessions: readonly string[];
  readonly history: readonly never[];
}

function detailOf(
  { name, home, priority }: Account,
  found: AccountReport,
  { sessions }: StatusReport,
): AccountDetail {
  const onIt = sessions.filter(({ account }) => account === name).map((session) => session.name);
  return { ...found, home, priority, sessions: onIt, history: [] };
}

function detailText({ home, priority, sessions }: AccountDetail): string {
  return [
    `  home      ${printable(home)}`,
    `  priority  ${priority}`,
    `  sessions  ${sessions.length === 0 ? 'none' : sessions.join(' ')}`,
  ].join('\n');
}
