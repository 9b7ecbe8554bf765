import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { accountTable } from '../format/account-table.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type CommonOptions, paintOf } from '../world.ts';

export interface ListOptions extends CommonOptions {
  readonly json?: boolean;
}

/** The accounts, as the config lists them. */
export async function accountList(world: CliWorld, options: ListOptions): Promise<number> {
  const { accounts } = await poolStatus(world, requireConfig(world, options));
  const paint = paintOf(world, options);
  world.terminal.print(
    options.json ? JSON.stringify(accounts) : accountTable(accounts, { paint, now: Date.now() }),
  );
  return EXIT.OK;
}
