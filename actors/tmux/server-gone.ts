import { connect } from 'node:net';
import { listenersAt } from './unix-listeners.ts';

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

function isListenedOn(socketPath: string): boolean {
  try {
    return listenersAt(socketPath).length > 0;
  } catch {
    return true;
  }
}
