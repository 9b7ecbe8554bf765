import { existsSync } from 'node:fs';
import { controlSocketPath } from '../config/control-path.ts';
import { type DaemonPlace, daemonPlaceIn } from '../config/daemon-place.ts';
import { printable } from '../config/printable.ts';
import type { Config } from '../config/types.ts';
import { askDaemon } from './control-client.ts';
import { configRefused, lookForConfig } from './find-config.ts';
import { movedDaemon, movedNote } from './moved-daemon.ts';
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
 * throws `CONFIG_INVALID` with all of them. One that was started before `start_index` was edited is
 * found, too, and told of on stderr.
 */
export async function reachDaemon(world: CliWorld, options: CommonOptions): Promise<Reach> {
  const outcome = lookForConfig(world, options);
  if (outcome.ok) return { place: await placeFor(world, outcome.config), config: outcome.config };
  const said = outcome.file === null ? null : daemonPlaceIn(outcome.file, world);
  const place = said === null || (await isThere(said)) ? said : await movedDaemon(said);
  if (place === null) throw configRefused(outcome);
  world.terminal.say(
    `claude-failover: ${printable(place.file)} has mistakes (see: claude-failover check); the daemon that runs is asked`,
  );
  return { place, config: null };
}

/** Where the daemon of this config listens, or would. */
export async function placeFor(world: CliWorld, said: DaemonPlace): Promise<DaemonPlace> {
  if (existsSync(controlSocketPath(said))) return said;
  const moved = await movedDaemon(said);
  if (moved !== null) world.terminal.say(`claude-failover: ${movedNote(moved, said)}`);
  return moved ?? said;
}

/** One that hangs is there, too: its silence is told when it is asked. */
async function isThere(place: DaemonPlace): Promise<boolean> {
  return (await askDaemon(place, { method: 'GET', path: '/v1/status' })) !== null;
}
