import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { controlSocketPath } from '../config/control-path.ts';
import type { DaemonPlace } from '../config/daemon-place.ts';
import type { PlaceReport } from '../web/daemon-api.ts';
import { askDaemon } from './control-client.ts';

/**
 * The daemon of this config file that was started before its `start_index` was edited: it listens in the
 * same state directory, under the name of its own range. null when there is none. Never rejects.
 */
export async function movedDaemon(place: DaemonPlace): Promise<DaemonPlace | null> {
  for (const startIndex of otherRanges(place)) {
    const other = { ...place, pool: { autonomous: { startIndex } } };
    const told = await askDaemon(other, { method: 'GET', path: '/v1/place' }).catch(() => null);
    const { config } = (told ?? { config: null }) as Pick<PlaceReport, 'config'> | { config: null };
    if (config !== null && realPath(config) === realPath(place.file)) return other;
  }
  return null;
}

/** What a person is told of it, since the config says something else. */
export function movedNote(found: DaemonPlace, place: DaemonPlace): string {
  const [runs, says] = [found, place].map(({ pool }) => pool.autonomous.startIndex);
  return `a daemon of this config runs with start_index ${runs}, and the config says ${says} now: that daemon is asked; to have it changed: claude-failover stop, then start it again`;
}

/** By the sockets that lie beside its own; of those in /tmp only what belongs to this state directory. */
function otherRanges(place: DaemonPlace): readonly number[] {
  const path = controlSocketPath(place);
  const own = String(place.pool.autonomous.startIndex);
  const name = basename(path);
  const before = name.slice(0, name.length - `${own}.sock`.length);
  return filesIn(dirname(path)).flatMap((file) => {
    const index = file.startsWith(before) ? /^(\d+)\.sock$/.exec(file.slice(before.length)) : null;
    return index?.[1] === undefined || index[1] === own ? [] : [Number(index[1])];
  });
}

/** A file that is gone by now is known by its name. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
