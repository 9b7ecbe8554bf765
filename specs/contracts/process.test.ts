import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createClock } from '../../actors/process/clock.ts';
import { createProcesses } from '../../actors/process/processes.ts';
import { parseStat } from '../../actors/process/stat.ts';
import { plainFixture } from '../harness/compiled.ts';
import { readProcess } from '../harness/process-tree.ts';
import { atEnd } from '../harness/scope.ts';
import { spawned } from '../harness/spawned.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

const processes = createProcesses();
const SOON = { withinMs: 5000, what: 'the processes to be there', everyMs: 5 };

/** A shell that runs `lines` and prints pids, which are given, one for each line printed. */
async function shell(expectedPids: number, ...lines: readonly string[]) {
  const child = spawn('/bin/sh', ['-c', lines.join('\n')], { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const pids = () => printed.split('\n').slice(0, -1).map(Number);
  spawned(child, lines.join('; '));
  atEnd(() => {
    for (const pid of [child.pid, ...pids()]) killQuietly(pid);
  });
  await until(() => pids().length === expectedPids, SOON);
  return { child, identity: identityOf(child), pids: pids(), printed: pids };
}

function identityOf({ pid }: ChildProcess) {
  const identity = processes.identify(pid ?? 0);
  if (!identity) throw new Error(`no process ${pid}`);
  return identity;
}

function killQuietly(pid: number | undefined): void {
  // 0 and negative numbers would mean process groups, our own first.
  if (pid === undefined || pid <= 1) throw new Error(`no pid of a child: ${pid}`);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended as it should have.
  }
}

const isRunning = (pid: number) => processes.identify(pid) !== null;

test('a process is itself, and not another one with its pid', () => {
  const self = processes.identify(process.pid);
  expect(self).toEqual({ pid: process.pid, startTime: expect.stringMatching(/^\d+$/) });
  expect(processes.isAlive({ pid: process.pid, startTime: self?.startTime ?? '' })).toBe(true);
  expect(processes.isAlive({ pid: process.pid, startTime: '1' })).toBe(false);
  expect(processes.isAlive({ pid: process.pid, startTime: '' })).toBe(false);
});

test('a program may be called what it likes', () => {
  const rest = Array.from({ length: 20 }, (_, index) => `${index + 5}`).join(' ');
  expect(parseStat(`77 (a) S 1 (b) R 42 ${rest}`)).toEqual({
    pid: 77,
    name: 'a) S 1 (b',
    state: 'R',
    parent: 42,
    startTime: '22',
    threads: 20,
  });
  expect(parseStat('77 (cut')).toBeNull();
});

test('a zombie does not live', async () => {
  const { identity, pids } = await shell(1, 'sleep 1000 & echo $!', 'exec sleep 1001');
  const [zombie = 0] = pids;
  // The shell would reap its child; what it has become does not.
  await until(() => readProcess(identity.pid)?.argv.includes('1001'), SOON);
  process.kill(zombie, 'SIGKILL');
  await until(() => !isRunning(zombie), SOON);
  expect(() => process.kill(zombie, 0)).not.toThrow();
  expect(processes.isAlive(identity)).toBe(true);
  await processes.end(identity, 1000);
});

test('a zombie that still has a thread lives until that has ended: its parent is told no sooner', async () => {
  const program = join(tempDir(), 'last-thread');
  execFileSync('cc', ['-pthread', '-o', program, plainFixture('last-thread.c')]);
  const child = spawned(spawn(program, { stdio: ['pipe', 'ignore', 'ignore'] }), 'last-thread');
  atEnd(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const stat = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  await until(() => parseStat(stat())?.state === 'Z', SOON);
  const identity = identityOf(child);
  expect(processes.isAlive(identity)).toBe(true);
  expect(child.exitCode).toBeNull();
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
  expect(processes.isAlive(identity)).toBe(false);
});

test('a process that is stopped lives', async () => {
  const { identity } = await shell(1, 'echo $$', 'exec sleep 1000');
  process.kill(identity.pid, 'SIGSTOP');
  const stat = () => readFileSync(`/proc/${identity.pid}/stat`, 'utf8');
  await until(() => parseStat(stat())?.state === 'T', SOON);
  expect(processes.isAlive(identity)).toBe(true);
  expect(processes.identify(identity.pid)).toEqual(identity);
  await processes.end(identity, 0);
});

test('a process that heeds SIGTERM is let end by itself', async () => {
  const { child, identity } = await shell(
    1,
    "trap 'exit 42' TERM",
    'echo $$',
    'while :; do sleep 0.01; done',
  );
  const exited = once(child, 'exit');
  await processes.end(identity, 5000);
  expect(processes.isAlive(identity)).toBe(false);
  expect(await exited).toEqual([42, null]);
});

test('a process that ignores SIGTERM is killed when the grace is over', async () => {
  const { child, identity } = await shell(
    1,
    "trap '' TERM",
    'echo $$',
    'while :; do sleep 0.01; done',
  );
  const exited = once(child, 'exit');
  await processes.end(identity, 100);
  expect(processes.isAlive(identity)).toBe(false);
  expect(await exited).toEqual([null, 'SIGKILL']);
});

test('children in sessions of their own are ended too, also those that ignore SIGTERM', async () => {
  const { identity, pids } = await shell(
    3,
    'setsid sleep 1000 & echo $!',
    `setsid sh -c 'trap "" TERM; echo $$; sleep 1000 & echo $!; wait; sleep 1000' &`,
    'wait',
  );
  await processes.end(identity, 200);
  expect(pids.filter(isRunning)).toEqual([]);
});

test('a child that was started after SIGTERM is ended too', async () => {
  const { identity, printed } = await shell(
    1,
    "trap 'setsid sleep 1000 & echo $!' TERM",
    'echo $$',
    'while :; do sleep 0.01; done',
  );
  await processes.end(identity, 1000);
  const [, late] = printed();
  expect(late).toEqual(expect.any(Number));
  expect(isRunning(late ?? 0)).toBe(false);
});

test('another process that has the pid by now is left alone, and so are its children', async () => {
  const { identity, pids } = await shell(1, 'sleep 1000 & echo $!', 'wait');
  await processes.end({ ...identity, startTime: '1' }, 0);
  expect(processes.isAlive(identity)).toBe(true);
  expect(pids.filter(isRunning)).toEqual(pids);
});

test('a process that is gone has ended', async () => {
  const { child, identity } = await shell(1, 'echo $$', 'exec sleep 1000');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await processes.end(identity, 0);
  expect(processes.isAlive(identity)).toBe(false);
});

test('the monotonic clock counts from the boot that its id names', () => {
  const one = createClock();
  const other = createClock();
  expect(one.bootId).toMatch(/^[0-9a-f-]{36}$/);
  expect(other.bootId).toBe(one.bootId);
  const first = one.monotonicMs();
  const second = other.monotonicMs();
  expect(second).toBeGreaterThanOrEqual(first);
  expect(Math.abs(one.now() - Date.now())).toBeLessThan(60_000);
});
