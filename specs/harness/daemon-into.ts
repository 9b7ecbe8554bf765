import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { compiledProgram } from './compiled.ts';
import { atEnd } from './scope.ts';
import { spawned } from './spawned.ts';
import { tempDir } from './temp-dir.ts';
import type { TestPool } from './test-pool.ts';

/** A pipe that nobody reads, and that is full. */
export interface StuckPipe {
  readonly fd: number;
  /** All that has arrived since it was full, as far as it has. */
  read(): string;
}

const FILLER = '.';

export function stuckPipe(): StuckPipe {
  const path = join(tempDir(), 'pipe');
  spawnSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  for (const size of [4_096, 1]) untilRefused(() => writeSync(fd, FILLER.repeat(size)));
  let text = '';
  const chunk = Buffer.alloc(65_536);
  return {
    fd,
    read: () => {
      untilRefused(() => {
        text += chunk.toString('utf8', 0, readSync(fd, chunk));
      });
      return text.replace(/^\.+/, '');
    },
  };
}

/** A daemon of this pool whose stdout is this file descriptor. */
export function startDaemonInto(
  pool: TestPool,
  fd: number,
): { readonly child: ChildProcess; readonly exited: Promise<readonly unknown[]> } {
  const args = [compiledProgram('cli/main'), 'start', '--config', pool.file];
  const stdio = ['ignore', fd, 'ignore'] as const;
  const child = spawned(
    spawn(process.execPath, args, { env: pool.env, stdio: [...stdio] }),
    'daemon',
  );
  const exited = once(child, 'exit');
  atEnd(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, exited };
}

function untilRefused(call: () => void): void {
  try {
    for (;;) call();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
}
