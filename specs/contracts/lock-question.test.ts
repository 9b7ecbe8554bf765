import { closeSync, existsSync, openSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tryLock } from 'fs-native-extensions';
import { acquireLocks } from '../../actors/lock/acquire-locks.ts';
import { isHeldByAnother } from '../../actors/lock/slot-question.ts';
import { identityOfThisProcess, lockRequest } from '../harness/lock-request.ts';
import { isAlive } from '../harness/process-tree.ts';
import { type Program, startProgram } from '../harness/program.ts';
import { atEnd } from '../harness/scope.ts';
import { tempDir } from '../harness/temp-dir.ts';

test('the sessions of a daemon that runs are held: by index, whatever the prefix, and by name', async () => {
  const socketPath = socket();
  await startHolder(socketPath, 11, 10, ['mine']);
  for (const session of ['pool-11', 'pool-20', 'other20', '15', 'pool-011', 'mine']) {
    expect([session, isHeld(socketPath, session)]).toEqual([session, true]);
  }
  for (const session of ['pool-10', 'pool-21', 'pool', 'my', 'mine-']) {
    expect([session, isHeld(socketPath, session)]).toEqual([session, false]);
  }
  expect(isHeld(socket(), 'pool-11')).toBe(false);
});

test('a name whose prefix may end in a digit is held when any index that it may mean is', async () => {
  const socketPath = socket();
  await startHolder(socketPath, 2, 1);
  expect(isHeld(socketPath, 'pool12')).toBe(true);
  expect(isHeld(socketPath, 'pool21')).toBe(false);
});

test('a daemon that stands still holds its sessions on; one that was killed holds none', async () => {
  const socketPath = socket();
  const holder = await startHolder(socketPath, 0, 10);
  holder.child.kill('SIGSTOP');
  expect(isHeld(socketPath, 'pool-3')).toBe(true);
  await holder.end('SIGKILL');
  expect(isHeld(socketPath, 'pool-3')).toBe(false);
});

test.each([
  ['that has not written yet who it is', (file: string) => truncateSync(file)],
  ['whose process cannot be seen from here', () => {}],
])('the kernel tells of a holder %s', async (what, change) => {
  const socketPath = socket();
  await startHolder(socketPath, 3, 1, ['mine']);
  change(lockFile(socketPath));
  const seesNobody = what.startsWith('whose') ? { isAlive: () => false } : {};
  expect(isHeld(socketPath, 'pool-3', seesNobody)).toBe(true);
  expect(isHeld(socketPath, 'mine', seesNobody)).toBe(true);
  expect(isHeld(socketPath, 'pool-4', seesNobody)).toBe(false);
});

test('what this daemon holds itself is no other one’s: a session of its earlier prefix can be given up', async () => {
  const socketPath = socket();
  const locks = await acquireLocks(lockRequest({ socketPath, startIndex: 0, max: 10 }));
  atEnd(() => locks.ok && locks.release());
  expect(isHeld(socketPath, 'old-3')).toBe(false);
});

test('asking takes nothing, and makes no file', async () => {
  const socketPath = socket();
  expect(isHeld(socketPath, 'pool-3')).toBe(false);
  expect(existsSync(lockFile(socketPath))).toBe(false);
  await (await startHolder(socketPath, 0, 10)).end('SIGKILL');
  expect(isHeld(socketPath, 'pool-3')).toBe(false);
  await startHolder(socketPath, 0, 10);
});

test('a daemon that starts at the very moment at which another one asks is not refused', async () => {
  const socketPath = socket();
  await (await startHolder(socketPath, 0, 10)).end('SIGKILL');
  const fd = openSync(lockFile(socketPath), 'r');
  let isAsking = tryLock(fd, 3 * 64, 64, { shared: true });
  const outcome = await acquireLocks(
    lockRequest({
      socketPath,
      startIndex: 0,
      max: 10,
      sleep: async () => {
        if (isAsking) closeSync(fd);
        isAsking = false;
      },
    }),
  );
  expect(outcome.ok).toBe(true);
  if (outcome.ok) outcome.release();
});

test('where nothing can be told a session counts as held', () => {
  const socketPath = socket();
  symlinkSync('/dev/null', lockFile(socketPath));
  expect(isHeld(socketPath, 'pool-3')).toBe(true);
});

function isHeld(socketPath: string, session: string, sight: { isAlive?: () => boolean } = {}) {
  const uid = process.getuid?.() ?? -1;
  const self = identityOfThisProcess();
  return isHeldByAnother({ socketPath, uid, session, self, isAlive, ...sight });
}

function socket(): string {
  return join(tempDir(), 'server');
}

function lockFile(socketPath: string): string {
  return `${socketPath}.claude-failover-${process.getuid?.()}.lock`;
}

async function startHolder(
  socketPath: string,
  startIndex: number,
  max: number,
  dedicated: readonly string[] = [],
): Promise<Program> {
  const args = [socketPath, String(startIndex), String(max), ...dedicated];
  const holder = startProgram('lock-holder', args);
  atEnd(() => endWithChild(holder));
  await holder.says((line) => line.includes('child'), 'start its child');
  return holder;
}

async function endWithChild(holder: Program): Promise<void> {
  await holder.end('SIGKILL');
  const line = holder.lines.find((text) => text.includes('child'));
  if (line !== undefined) process.kill(Number(JSON.parse(line).child), 'SIGKILL');
}
