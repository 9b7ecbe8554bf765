import type { Config } from '../../config/types.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { statusText } from '../format/status-text.ts';
import { poolStatus } from '../pool-status.ts';
import { type CliWorld, type CommonOptions, paintOf } from '../world.ts';

export interface StatusOptions extends CommonOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** The pool now, or again and again with `--watch`. Exit 0 also when no daemon runs. */
export async function status(world: CliWorld, options: StatusOptions): Promise<number> {
  const config = requireConfig(world, options);
  if (options.watch) return await watched(world, options, config);
  const report = await poolStatus(world, config);
  const text = options.json
    ? JSON.stringify(report)
    : statusText(report, { paint: paintOf(world, options), now: Date.now() });
  world.terminal.print(text);
  return EXIT.OK;
}

async function watched(world: CliWorld, options: StatusOptions, config: Config): Promise<number> {
  const { watchStatus } = await import('../watch/watch-status.ts');
  await watchStatus(world, {
    config,
    asJson: options.json === true,
    paint: paintOf(world, options),
  });
  return EXIT.OK;
}
