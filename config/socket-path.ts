import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { FailoverError } from './errors.ts';
import type { TmuxSocket } from './types.ts';
import type { Environment } from './xdg.ts';

/** `sun_path` has 108 bytes and a final NUL; some runtimes cut a longer path instead of refusing it. */
export const MAX_SOCKET_BYTES = 107;

export interface SocketWorld {
  readonly env: Environment;
  /** Real user id: tmux puts it in the path. */
  readonly uid: number;
}

/**
 * The absolute socket path that tmux itself would use: `-S` as given, `-L NAME` below
 * `$TMUX_TMPDIR` (or /tmp when that is unset or not there) in `tmux-UID/`. Throws `CONFIG_INVALID`
 * when the kernel could not bind it.
 */
export function resolveSocketPath(socket: TmuxSocket, world: SocketWorld): string {
  const path = socket.kind === 'path' ? socket.path : namedSocket(socket.name, world);
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_SOCKET_BYTES) throw tooLong(path, bytes);
  return path;
}

function namedSocket(name: string, { env, uid }: SocketWorld): string {
  return join(temporaryDirectory(env), `tmux-${uid}`, name);
}

// tmux takes the first of these that it can resolve, and uses the resolved form.
function temporaryDirectory(env: Environment): string {
  for (const directory of [env['TMUX_TMPDIR'], '/tmp']) {
    const real = directory ? realDirectory(directory) : null;
    if (real !== null) return real;
  }
  return '/tmp';
}

function realDirectory(directory: string): string | null {
  try {
    return realpathSync.native(directory);
  } catch {
    return null;
  }
}

function tooLong(path: string, bytes: number): FailoverError {
  return new FailoverError(
    'CONFIG_INVALID',
    `the tmux socket path has ${bytes} bytes and a socket may have ${MAX_SOCKET_BYTES}: choose a shorter tmux.socket_name, tmux.socket_path or $TMUX_TMPDIR`,
    { path, bytes, max: MAX_SOCKET_BYTES },
  );
}
