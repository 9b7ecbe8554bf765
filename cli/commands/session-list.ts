import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { sessionTable } from '../format/session-table.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type CommonOptions, paintOf } from '../world.ts';

export interface ListOptions extends CommonOptions {
  readonly json?: boolean;
}

/** The sessions of the pool, lowest index first. */
export async function sessionList(world: CliWorld, options: ListOptions): Promise<number> {
  const { sessions } = await poolStatus(world, requireConfig(world, options));
  const paint = paintOf(world, options);
  world.terminal.print(
    options.json ? JSON.stringify(sessions) : sessionTable(sessions, { paint, now: Date.now() }),
  );
  return EXIT.OK;
}
