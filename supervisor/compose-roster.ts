/** Which sessions the daemon of a config supervises, as it is known to the next one. */
import { readRoster, writeRoster } from '../actors/roster/roster-file.ts';
import { serverFolder } from '../config/server-folder.ts';
import { resolveSocketPath, type SocketWorld } from '../config/socket-path.ts';
import type { Config } from '../config/types.ts';
import type { Roster } from './retire-plan.ts';

export interface RosterBook {
  /** Of the last daemon of this config; null when nobody knows. */
  read(): Roster | null;
  /** Rejects with what the disk says. */
  write(roster: Roster): Promise<void>;
}

export function rosterOf(
  { file, stateDir, tmux }: Pick<Config, 'file' | 'stateDir' | 'tmux'>,
  world: SocketWorld,
): RosterBook {
  const folder = serverFolder(stateDir, resolveSocketPath(tmux.socket, world));
  const place = { folder, config: file };
  return { read: () => readRoster(place), write: (roster) => writeRoster(place, roster) };
}
