import { reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { accountTable } from '../format/account-table.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface ListOptions extends CommonOptions {
  readonly json?: boolean;
}

/** The accounts, as the config lists them. */
export async function accountList(world: CliWorld, options: ListOptions): Promise<number> {
  const report = await poolStatus(world, await reachDaemon(world, options));
  world.terminal.print(
    options.json
      ? JSON.stringify(report.accounts)
      : accountTable(report, pageStyleOf(world, options)),
  );
  return EXIT.OK;
}
