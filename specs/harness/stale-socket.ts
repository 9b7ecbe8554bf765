import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { spawned } from './spawned.ts';
import { until } from './until.ts';

/** Leaves a socket file at `path` on which nobody listens, as a daemon does that was killed. */
export async function leaveStaleSocket(path: string): Promise<void> {
  const listener = spawned(spawn('tmux', ['-D', '-S', path], { stdio: 'ignore' }), 'listener');
  await until(() => existsSync(path), { withinMs: 10_000, what: 'the socket file' });
  listener.kill('SIGKILL');
  await once(listener, 'exit');
}
