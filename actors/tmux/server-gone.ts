import { readFileSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';

/**
 * Whether it is proven that no tmux server serves this socket (absolute path) any more: nobody answers
 * there, and nobody listens under that path, as a server does whose socket was swept away by a cleaner
 * of /tmp. Anything else, a refused look included, proves nothing. Never rejects.
 */
export async function isServerGone(socketPath: string): Promise<boolean> {
  return (await isUnanswered(socketPath)) && !isListenedOn(socketPath);
}

function isUnanswered(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath);
    const settle = (isSilent: boolean) => {
      probe.destroy();
      resolve(isSilent);
    };
    probe.once('connect', () => settle(false));
    probe.once('error', ({ code }: NodeJS.ErrnoException) =>
      settle(code === 'ECONNREFUSED' || code === 'ENOENT'),
    );
  });
}

// Num RefCount Protocol Flags Type St Inode Path; this flag is the kernel's mark of `listen()`.
const LISTENING = /^\S+ \S+ \S+ 00010000 \S+ \S+ +\d+ (.+)$/gm;

function isListenedOn(socketPath: string): boolean {
  try {
    const wanted = realPlace(socketPath);
    const table = readFileSync('/proc/net/unix', 'utf8');
    return [...table.matchAll(LISTENING)].some(([, bound = '']) => realPlace(bound) === wanted);
  } catch {
    return true;
  }
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
