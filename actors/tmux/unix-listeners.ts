import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

// Num RefCount Protocol Flags Type St Inode Path; this flag is the kernel's mark of `listen()`.
const LISTENING = /^\S+ \S+ \S+ 00010000 \S+ \S+ +(\d+) (.+)$/gm;

/**
 * The sockets (inode numbers, as text) on which somebody listens who has bound this absolute path, whether or not
 * the file is still there. Throws when the kernel's table cannot be read.
 */
export function listenersAt(socketPath: string): readonly string[] {
  const wanted = realPlace(socketPath);
  const table = readFileSync('/proc/net/unix', 'utf8');
  return [...table.matchAll(LISTENING)]
    .filter(([, , bound = '']) => realPlace(bound) === wanted)
    .map(([, inode = '']) => inode);
}

/** The socket itself may not be there; its directory may be reached by a link, or be gone, too. */
function realPlace(socketPath: string): string {
  const directory = path.dirname(socketPath);
  try {
    return path.join(realpathSync(directory), path.basename(socketPath));
  } catch {
    return socketPath;
  }
}
