import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { spawned } from '../../harness/spawned.ts';
import { tempDir } from '../../harness/temp-dir.ts';

interface StaleSandboxes {
  readonly sweepStaleSandboxes: (base: string) => void;
}

const { sweepStaleSandboxes }: StaleSandboxes = await import(
  new URL('../../harness/stale-sandboxes.mjs', import.meta.url).href
);

test('what a dead worker has left is ended and removed, and what a living one uses is not', async () => {
  const base = tempDir();
  const stale = sandboxOf(base, spawnSync('true').pid);
  const used = sandboxOf(base, process.pid);
  const forgotten = sleepIn(stale);
  const busy = sleepIn(used);
  const [forgottenEnds, busyEnds] = [forgotten, busy].map((child) => once(child, 'close'));

  sweepStaleSandboxes(base);

  expect(await forgottenEnds).toEqual([null, 'SIGKILL']);
  expect(readdirSync(base)).toEqual([used.slice(base.length + 1)]);
  busy.kill('SIGTERM');
  expect(await busyEnds).toEqual([null, 'SIGTERM']);
});

test('a directory of another name is nobody’s sandbox', () => {
  const base = tempDir();
  const names = ['cf-99999999-long-name', 'cf-cache', 'of-99999999-abcdef'];
  for (const name of names) mkdirSync(join(base, name));
  sweepStaleSandboxes(base);
  expect(readdirSync(base).sort()).toEqual(names);
});

function sandboxOf(base: string, pid: number): string {
  const sandbox = join(base, `cf-${pid}-AbC123`);
  mkdirSync(join(sandbox, 'home'), { recursive: true });
  return sandbox;
}

function sleepIn(sandbox: string) {
  const env = { PATH: process.env['PATH'], HOME: join(sandbox, 'home') };
  return spawned(spawn('sleep', ['609'], { env, stdio: 'ignore' }), 'sleep');
}
