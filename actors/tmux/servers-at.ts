import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { identify } from '../process/identity.ts';
import { listenersAt } from './unix-listeners.ts';

/**
 * The tmux servers of our user that listen under this socket path, also those whose socket somebody has removed:
 * found by the kernel and not by asking, for a server that is stopped does not answer. Empty when that
 * cannot be told. A signal may be sent to what is found: nothing but a tmux server ever is.
 */
export function serversAt(socketPath: string): readonly ProcessIdentity[] {
  const sockets = new Set(listeners(socketPath).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return [];
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name) && isTmuxServerOfOurs(name) && holds(name, sockets))
    .flatMap((pid) => identify(Number(pid)) ?? []);
}

function listeners(socketPath: string): readonly string[] {
  try {
    return listenersAt(socketPath);
  } catch {
    return [];
  }
}

/** The same path in another container is another place. */
function isTmuxServerOfOurs(pid: string): boolean {
  try {
    const isServer = readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('tmux: server');
    return (
      isServer &&
      statSync(`/proc/${pid}`).uid === process.getuid?.() &&
      mountsOf(pid) === mountsOf('self')
    );
  } catch {
    // Gone meanwhile, or another user's.
    return false;
  }
}

function mountsOf(pid: string): string {
  return readlinkSync(`/proc/${pid}/ns/mnt`);
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  return entries(`/proc/${pid}/fd`).some((fd) => {
    try {
      return sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      return false;
    }
  });
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
