import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { startProgram } from '../harness/program.ts';
import { killIfThere } from '../harness/send-signal.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
import { until } from '../harness/until.ts';

const AS_USUAL = 1024;

/** From now on it gets no file descriptor whose number is not below this one. */
function limitFiles(pid: number, below: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${below}:`]);
}

/** The limit under which it gets so many more, and then none. */
function leaving(pid: number, more: number): number {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let free = 0;
  let number = 0;
  for (; free < more; number += 1) if (!open.has(number)) free += 1;
  return number;
}

function isChildless(pid: number): boolean {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() === '';
}

function clientPids(server: TmuxServer): readonly number[] {
  const pids = server.run('list-clients', '-F', '#{client_pid}').trim().split('\n');
  return pids.filter((pid) => pid !== '').map(Number);
}

async function startLooker() {
  const server = tmuxServer();
  const looker = startProgram('tmux-looker', [server.path, 'pool-1']);
  const alive = await looker.says((line) => line.startsWith('alive'), 'see its agent');
  const again = async (count: number) =>
    await until(() => looker.lines.filter((line) => line === alive).length === count, {
      withinMs: 10_000,
      what: 'the same agent to be seen again',
    });
  return { server, looker, alive, again };
}

test('a daemon without a file descriptor left takes nobody for dead, and goes on when it has some', async () => {
  const { looker, alive, again } = await startLooker();
  limitFiles(looker.pid, 3);
  expect(await looker.says((line) => line.startsWith('unknown'), 'be starved')).toContain('EMFILE');
  limitFiles(looker.pid, AS_USUAL);
  await again(2);
  expect(looker.lines.filter((line) => !line.startsWith('unknown'))).toEqual([alive, alive]);
  await looker.end();
});

test('a connection that breaks while no client can be spawned is made again when one can', async () => {
  const { server, looker, alive, again } = await startLooker();
  limitFiles(looker.pid, 3);
  // Without one of them the other is ended by the daemon itself.
  for (const pid of clientPids(server)) killIfThere(pid);
  await until(() => isChildless(looker.pid), { withinMs: 5000, what: 'the clients to be gone' });
  // Enough to read a file, not enough for a child's pipes.
  limitFiles(looker.pid, leaving(looker.pid, 2));
  await looker.says((line) => /spawn .*EMFILE/.test(line), 'fail to spawn a client');
  limitFiles(looker.pid, AS_USUAL);
  await again(2);
  expect(looker.lines.filter((line) => !line.startsWith('unknown'))).toEqual([alive, alive]);
  expect(server.servers()).toHaveLength(1);
  await looker.end();
});
