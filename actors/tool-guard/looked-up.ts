import { readFileSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** As many links as the kernel follows. */
const MOST_LINKS = 40;

/**
 * The path with all links followed as far as it exists; what does not exist is kept as it is. A link
 * to nothing is followed too: whoever writes through it makes its target.
 */
export function realPath(file: string, links = 0): string {
  try {
    return realpathSync.native(file);
  } catch {
    const above = path.dirname(file);
    if (above === file || links > MOST_LINKS) return file;
    const target = linkTarget(file);
    const place = realPath(above, links);
    return target === null
      ? path.join(place, path.basename(file))
      : realPath(path.resolve(place, target), links + 1);
  }
}

function linkTarget(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch {
    return null;
  }
}

/** The branch that is checked out where a directory lies; null when none is, or nothing tells. */
export function branchOf(directory: string): string | null {
  const head = textOf(path.join(directory, '.git', 'HEAD')) ?? headOfWorktree(directory);
  if (head !== null) return /^ref: refs\/heads\/(.+)$/m.exec(head)?.[1] ?? null;
  const above = path.dirname(directory);
  return above === directory ? null : branchOf(above);
}

/** In a linked work tree `.git` is a file that says where the rest is. */
function headOfWorktree(directory: string): string | null {
  const gitDir = /^gitdir: (.+)$/m.exec(textOf(path.join(directory, '.git')) ?? '')?.[1];
  return gitDir === undefined ? null : textOf(path.resolve(directory, gitDir, 'HEAD'));
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
