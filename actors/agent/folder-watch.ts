import { type FSWatcher, readdirSync, statSync, type WatchListener, watch } from 'node:fs';
import path from 'node:path';
import { FailoverError } from '../../config/errors.ts';

export interface FolderWatch {
  /**
   * Tries again when what there is of the folder is not watched yet, or is another one by now: that a
   * folder above it was moved away, the kernel does not tell.
   */
  ensure(): void;
  close(): void;
}

/**
 * Watches the files of a folder that may not exist yet, may vanish and may come back, without a
 * timer: while it is missing, its nearest existing ancestor is watched for the next part of the
 * path. `onFile` is told the name of each file found when the folder appears and of each that
 * changes later, not whether it was written or removed. Throws `WATCH_FAILED` when the kernel
 * grants no watch at the start; a later failure leaves it to `ensure`.
 */
export function watchFolder(folder: string, onFile: (name: string) => void): FolderWatch {
  let watcher: FSWatcher | null = null;
  let watched: string | null = null;
  let inode: number | null = null;
  let closed = false;

  const attach = () => {
    if (closed) return;
    do {
      watcher?.close();
      watched = nearestExisting(folder);
      watcher = watchIfThere(watched, listenerFor(watched));
      // Created or removed while we were attaching: look again.
    } while (watcher === null || watched !== nearestExisting(folder));
    watcher.on('error', () => {
      watched = null;
    });
    inode = inodeOf(watched);
    if (watched === folder) for (const name of namesIn(folder)) onFile(name);
  };
  const reattach = () => {
    try {
      attach();
    } catch {
      watched = null;
    }
  };
  const listenerFor = (directory: string): WatchListener<string> => {
    const own = path.basename(directory);
    const [next] = path.relative(directory, folder).split(path.sep);
    return (_event, name) => {
      // A directory that is removed or moved away reports its own name.
      if (name === null || name === own || name === next) reattach();
      else if (directory === folder) onFile(name);
    };
  };

  attach();
  return {
    ensure: () => {
      const nearest = nearestExisting(folder);
      if (watched !== nearest || inode !== inodeOf(nearest)) reattach();
    },
    close: () => {
      closed = true;
      watcher?.close();
    },
  };
}

function inodeOf(folder: string): number | null {
  return statSync(folder, { throwIfNoEntry: false })?.ino ?? null;
}

function nearestExisting(folder: string): string {
  const isDirectory = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const parent = path.dirname(folder);
  return isDirectory || parent === folder ? folder : nearestExisting(parent);
}

/** null when the directory vanished in between. */
function watchIfThere(directory: string, listener: WatchListener<string>): FSWatcher | null {
  try {
    return watch(directory, { persistent: false }, listener);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FailoverError('WATCH_FAILED', `cannot watch ${directory}`, { directory }, cause);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
