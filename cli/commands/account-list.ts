import type { StatusReport } from '../../supervisor/status-report.ts';
import { type AccountHomes, homesOf } from '../account-homes.ts';
import { reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { accountTable } from '../format/account-table.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type JsonOptions, pageStyleOf } from '../world.ts';

/** The accounts, as the config lists them. */
export async function accountList(world: CliWorld, options: JsonOptions): Promise<number> {
  const reach = await reachDaemon(world, options);
  const report = await poolStatus(world, reach);
  if (options.json) world.terminal.print(JSON.stringify(report.accounts));
  else show(world, { report, options, homes: homesOf(reach.config) });
  return EXIT.OK;
}

interface Shown {
  readonly report: StatusReport;
  readonly options: JsonOptions;
  readonly homes: AccountHomes;
}

function show(world: CliWorld, { report, options, homes }: Shown): void {
  const { terminal } = world;
  const isUnknown = report.accounts.some(({ state }) => state === 'available');
  if (report.daemon.state === 'down' && isUnknown) {
    terminal.say(
      'no daemon runs: of those with - nothing is known that keeps them from being used',
    );
  }
  terminal.print(accountTable(report, pageStyleOf(world, options), homes));
}
