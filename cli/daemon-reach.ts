import { type DaemonPlace, daemonPlaceIn } from '../config/daemon-place.ts';
import { printable } from '../config/printable.ts';
import type { Config } from '../config/types.ts';
import { askDaemon } from './control-client.ts';
import { configRefused, lookForConfig } from './find-config.ts';
import type { CliWorld, CommonOptions } from './world.ts';

/** A daemon to be asked, and what is known without it. */
export interface Reach {
  readonly place: DaemonPlace;
  /** null when the file has mistakes: then a daemon runs, and only it can be asked. */
  readonly config: Config | null;
}

/**
 * The config and its daemon. With a config that has mistakes (an edit that went wrong) a daemon that
 * runs can still be reached, and the mistakes are told on stderr in a line; when none answers,
 * throws `CONFIG_INVALID` with all of them.
 */
export async function reachDaemon(world: CliWorld, options: CommonOptions): Promise<Reach> {
  const outcome = lookForConfig(world, options);
  if (outcome.ok) return { place: outcome.config, config: outcome.config };
  const place = outcome.file === null ? null : daemonPlaceIn(outcome.file, world);
  if (place === null || !(await isThere(place))) throw configRefused(outcome);
  world.terminal.say(
    `claude-failover: ${printable(place.file)} has mistakes (see: claude-failover check); the daemon that runs is asked`,
  );
  return { place, config: null };
}

/** One that hangs is there, too: its silence is told when it is asked. */
async function isThere(place: DaemonPlace): Promise<boolean> {
  return (await askDaemon(place, { method: 'GET', path: '/v1/status' })) !== null;
}
