import { homesOf } from '../account-homes.ts';
import { type Reach, reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import { statusText } from '../format/status-text.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface StatusOptions extends CommonOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** The pool now, or again and again with `--watch`. Exit 0 also when no daemon runs. */
export async function status(world: CliWorld, options: StatusOptions): Promise<number> {
  const reach = await reachDaemon(world, options);
  if (options.watch) return await watched(world, options, reach);
  const report = await poolStatus(world, reach);
  const text = options.json
    ? JSON.stringify(report)
    : statusText(report, pageStyleOf(world, options), homesOf(reach.config));
  world.terminal.print(text);
  return EXIT.OK;
}

async function watched(world: CliWorld, options: StatusOptions, reach: Reach): Promise<number> {
  const { watchStatus } = await import('../watch/watch-status.ts');
  await watchStatus(world, {
    reach,
    asJson: options.json === true,
    style: () => pageStyleOf(world, options),
  });
  return EXIT.OK;
}
