import { createHash } from 'node:crypto';
import { join } from 'node:path';

/**
 * Where files that bear a session's name are written, absolute: a directory of its own in `state_dir`
 * for each tmux server, for sessions of two servers may have one name. A launcher that another
 * daemon wrote over would start an agent on the other session's conversation.
 *
 * @param socketPath the resolved path of the server's socket
 */
export function serverFolder(stateDir: string, socketPath: string): string {
  const hash = createHash('sha256').update(socketPath).digest('hex').slice(0, 16);
  return join(stateDir, 'servers', hash);
}
