import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { watchDeath } from '../../bench/failovers/deaths.ts';
import { readProcess } from '../../harness/process-tree.ts';
import { spawned } from '../../harness/spawned.ts';
import { until } from '../../harness/until.ts';

const PATIENCE = { withinMs: 5000, what: 'the death to be told' };

async function child() {
  const cat = spawned(spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] }), 'cat');
  cat.stdin.write('up');
  await once(cat.stdout, 'data');
  return { pid: cat.pid ?? -1, kill: () => cat.kill('SIGKILL') };
}

test('the death of a process is told, once, and not before', async () => {
  const deaths: string[] = [];
  const [watched, other] = [await child(), await child()];
  watchDeath(watched.pid, () => deaths.push('watched'));
  watchDeath(other.pid, () => deaths.push('other'));
  other.kill();
  await until(() => deaths.length === 1, PATIENCE);
  watched.kill();
  await until(() => deaths.length === 2, PATIENCE);
  expect(deaths).toEqual(['other', 'watched']);
});

test('of a process that is no more, its death is told as well', async () => {
  const { pid, kill } = await child();
  kill();
  await until(() => readProcess(pid) === null, PATIENCE);
  let isTold = false;
  watchDeath(pid, () => {
    isTold = true;
  });
  expect(await until(() => isTold, PATIENCE)).toBe(true);
});

test('nothing is told to whom does not watch any more', async () => {
  const { pid, kill } = await child();
  let isTold = false;
  const unwatch = watchDeath(pid, () => {
    isTold = true;
  });
  unwatch();
  kill();
  // Another one who watches has been told meanwhile.
  await new Promise<void>((resolve) => watchDeath(pid, resolve));
  expect(isTold).toBe(false);
});
