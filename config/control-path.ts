import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DaemonPlace } from './daemon-place.ts';
import { MAX_SOCKET_BYTES } from './socket-path.ts';

/**
 * Where the daemon listens for the command line, absolute: in `state_dir`, or, when that is too deep
 * for a socket, under a short name of its own in /tmp. One per range, so that daemons with disjoint
 * ranges may share a state directory.
 *
 * It depends on nothing else: a daemon that was started at boot has not the environment of the
 * shell that asks it later (`$XDG_RUNTIME_DIR`, `$TMPDIR`), and both must mean the same place.
 */
export function controlSocketPath(
  { stateDir, pool }: Omit<DaemonPlace, 'file'>,
  uid = process.getuid?.() ?? 0,
): string {
  const name = `control-${pool.autonomous.startIndex}.sock`;
  const path = join(stateDir, name);
  return Buffer.byteLength(path) <= MAX_SOCKET_BYTES ? path : shortPath(stateDir, name, uid);
}

function shortPath(stateDir: string, name: string, uid: number): string {
  const hash = createHash('sha256').update(stateDir).digest('hex').slice(0, 16);
  return `/tmp/claude-failover-${uid}/${hash}-${name}`;
}
