import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  acquireLocks,
  type HeldLocks,
  type LockRequest,
  type RefusedLocks,
} from '../../actors/lock/acquire-locks.ts';
import { identityOfThisProcess, lockRequest } from '../harness/lock-request.ts';
import { type Program, startProgram } from '../harness/program.ts';
import { atEnd } from '../harness/scope.ts';
import { tempDir } from '../harness/temp-dir.ts';

test('the same slots are refused to a second daemon, which learns who holds them', async () => {
  const socketPath = socket();
  const holder = await startHolder(socketPath, 11, 10);
  expect(await ask({ socketPath, startIndex: 11, max: 10 })).toEqual({
    ok: false,
    index: 11,
    session: null,
    holder: { pid: holder.pid, startIndex: 11, max: 10 },
  });
});

test('one common index is enough to be refused, and it is the one that is named', async () => {
  const socketPath = socket();
  await startHolder(socketPath, 11, 10);
  expect(await ask({ socketPath, startIndex: 20, max: 5 })).toMatchObject({ ok: false, index: 20 });
  expect(await ask({ socketPath, startIndex: 5, max: 10 })).toMatchObject({ ok: false, index: 11 });
});

test('a slot that is let go is free for others, and the rest is not', async () => {
  const socketPath = socket();
  const locks = await ask({ socketPath, startIndex: 11, max: 3, dedicated: ['mine'] });
  if (!locks.ok) throw new Error('refused');
  locks.letGo({ startIndex: 13, max: 1, dedicated: ['mine'] });
  // Those that were never held are nobody's business of ours.
  locks.letGo({ startIndex: 90, max: 1, dedicated: ['other'] });

  expect(await ask({ socketPath, startIndex: 13, max: 1, dedicated: ['mine'] })).toMatchObject({
    ok: true,
  });
  expect(await ask({ socketPath, startIndex: 12, max: 1 })).toMatchObject({ ok: false, index: 12 });
});

test('who is refused is told the whole range of the holder, as it is by now', async () => {
  const socketPath = socket();
  const whole = { startIndex: 11, max: 4 };
  const locks = await ask({ socketPath, startIndex: 13, max: 2, range: whole });
  if (!locks.ok) throw new Error('refused');
  expect(await ask({ socketPath, startIndex: 14, max: 1 })).toMatchObject({ holder: whole });
  locks.tell({ startIndex: 14, max: 1, dedicated: [] }, { startIndex: 11, max: 9 });
  expect(await ask({ socketPath, startIndex: 14, max: 1 })).toMatchObject({
    holder: { startIndex: 11, max: 9 },
  });
});

test('who is refused keeps nothing: the slots it could have had are free', async () => {
  const socketPath = socket();
  await startHolder(socketPath, 5, 5);
  expect(await ask({ socketPath, startIndex: 0, max: 6 })).toMatchObject({ ok: false, index: 5 });
  await startHolder(socketPath, 0, 5);
});

test('who is refused refuses nobody else while it finds out by whom', async () => {
  const socketPath = socket();
  // Its record is of nobody who lives, so that the refused one has to look for a while.
  await ask({ socketPath, startIndex: 5, max: 5, self: { pid: 1, startTime: '1' } });
  const meanwhile: boolean[] = [];
  const sleep = async () => {
    const third = await ask({ socketPath, startIndex: 0, max: 5 });
    meanwhile.push(third.ok);
    if (third.ok) third.release();
  };
  expect(await ask({ socketPath, startIndex: 0, max: 10, sleep })).toMatchObject({ index: 5 });
  expect(meanwhile).toEqual([true, true, true]);
});

test('disjoint ranges hold beside each other, also with neighbouring indexes', async () => {
  const socketPath = socket();
  await startHolder(socketPath, 0, 10);
  expect(await ask({ socketPath, startIndex: 10, max: 10 })).toMatchObject({ ok: true });
});

test('another tmux server has locks of its own', async () => {
  await startHolder(socket(), 0, 10);
  expect(await ask({ socketPath: socket() })).toMatchObject({ ok: true });
});

test('a dedicated session has one daemon too, whatever the indexes', async () => {
  const socketPath = socket();
  const holder = await startHolder(socketPath, 0, 2, ['mine', 'shared']);
  expect(await ask({ socketPath, startIndex: 5, max: 2, dedicated: ['shared'] })).toEqual({
    ok: false,
    index: null,
    session: 'shared',
    holder: { pid: holder.pid, startIndex: 0, max: 2 },
  });
  expect(await ask({ socketPath, startIndex: 5, max: 2, dedicated: ['another'] })).toMatchObject({
    ok: true,
  });
});

test('the locks of a killed daemon are free at once, though what it started lives on', async () => {
  const socketPath = socket();
  const holder = await startHolder(socketPath, 0, 10, ['mine']);
  await holder.end('SIGKILL');
  expect(isRunning(childOf(holder))).toBe(true);
  expect(await ask({ socketPath, dedicated: ['mine'] })).toMatchObject({ ok: true });
});

test('of ten daemons that start at the same time exactly one gets the slots', async () => {
  const socketPath = socket();
  const racers = Array.from({ length: 10 }, () => startRacer(socketPath, 0, 10));
  const outcomes = await Promise.all(racers.map(outcomeOf));
  const winners = outcomes.filter(({ ok }) => ok);
  expect(winners).toHaveLength(1);
  const winner = racers[outcomes.findIndex(({ ok }) => ok)];
  // It starts its child after that; one that nobody knows of would be left behind.
  await winner?.says((line) => line.includes('child'), 'start its child');
  for (const outcome of outcomes) {
    if (!outcome.ok) expect([null, winner?.pid]).toContain(outcome.holder?.pid ?? null);
  }
}, 300_000);

test('who waits gets the slots when the holder goes', async () => {
  const socketPath = socket();
  const holder = await startHolder(socketPath, 0, 10);
  const waits: number[] = [];
  const outcome = await ask({
    socketPath,
    waitMs: 60_000,
    sleep: async (ms) => {
      waits.push(ms);
      if (waits.length === 3) await holder.end('SIGKILL');
    },
  });
  expect(outcome).toMatchObject({ ok: true });
  expect(waits).toEqual([250, 250, 250]);
});

test('who waits in vain is told so when the time is over, and not later', async () => {
  const socketPath = socket();
  const holder = await startHolder(socketPath, 0, 10);
  let now = 0;
  const outcome = await ask({
    socketPath,
    waitMs: 600,
    monotonicMs: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  });
  expect(outcome).toMatchObject({ ok: false, holder: { pid: holder.pid } });
  expect(now).toBe(600);
});

test('a released lock is free, and no longer held', async () => {
  const socketPath = socket();
  const first = await ask({ socketPath });
  if (!first.ok) throw new Error('the first was refused');
  first.release();
  first.release();
  expect(first.stillHeld()).toBe(false);
  expect(await ask({ socketPath })).toMatchObject({ ok: true });
});

test('the record of a process that is gone is not taken for the holder', async () => {
  const socketPath = socket();
  await ask({ socketPath, self: { pid: identityOfThisProcess().pid, startTime: '1' } });
  expect(await ask({ socketPath })).toMatchObject({ ok: false, index: 0, holder: null });
});

test.each(['removed', 'replaced'])('a lock file that is %s while held is noticed', async (fate) => {
  const socketPath = socket();
  const locks = await ask({ socketPath });
  if (!locks.ok) throw new Error('refused');
  expect(locks.stillHeld()).toBe(true);
  rmSync(lockFile(socketPath));
  if (fate === 'replaced') writeFileSync(lockFile(socketPath), '');
  expect(locks.stillHeld()).toBe(false);

  const again = await ask({ socketPath });
  expect(again.ok && again.stillHeld()).toBe(true);
});

test('looking whether the lock is still held keeps its file young for cleaners of /tmp', async () => {
  const socketPath = socket();
  const locks = await ask({ socketPath });
  utimesSync(lockFile(socketPath), 1, 1);
  expect(locks.ok && locks.stillHeld()).toBe(true);
  expect(statSync(lockFile(socketPath)).mtimeMs).toBeGreaterThan(1_000_000);
});

test('the lock file is 0600, and the directory of the socket is made as tmux would, 0700', async () => {
  const umask = process.umask(0);
  atEnd(() => process.umask(umask));
  const directory = join(tempDir(), 'tmux-0');
  const socketPath = join(directory, 'default');
  expect(await ask({ socketPath })).toMatchObject({ ok: true });
  expect(modeOf(directory)).toBe('700');
  expect(modeOf(lockFile(socketPath))).toBe('600');
  expect(existsSync(socketPath)).toBe(false);
});

test('a lock file that others could read is closed to them', async () => {
  const socketPath = socket();
  writeFileSync(lockFile(socketPath), '');
  chmodSync(lockFile(socketPath), 0o666);
  await ask({ socketPath });
  expect(modeOf(lockFile(socketPath))).toBe('600');
});

test('every way to write the path of the socket leads to the same lock', async () => {
  const socketPath = socket();
  await startHolder(socketPath, 0, 10);
  const alias = join(tempDir(), 'alias');
  symlinkSync(join(socketPath, '..'), alias);
  expect(await ask({ socketPath: join(alias, 'server') })).toMatchObject({ ok: false });

  // The same once the server has made its socket, which then may have a link of its own.
  writeFileSync(socketPath, '');
  const link = join(tempDir(), 'link');
  symlinkSync(socketPath, link);
  expect(await ask({ socketPath: join(alias, 'server') })).toMatchObject({ ok: false });
  expect(await ask({ socketPath: link })).toMatchObject({ ok: false });
});

test.each([
  ['a symbolic link', (path: string) => symlinkSync(bystander(), path), 'is a symbolic link'],
  ['a hard link', (path: string) => linkSync(bystander(path), path), 'hard link'],
  ['a directory', (path: string) => mkdirSync(path), 'EISDIR'],
])('%s in place of the lock file is refused', async (_what, put, reason) => {
  const socketPath = socket();
  put(lockFile(socketPath));
  await expect(ask({ socketPath })).rejects.toMatchObject({
    code: expect.stringMatching(/^(TMUX_SOCKET_UNSAFE|LOCK_FAILED)$/),
    message: expect.stringContaining(reason),
  });
});

test('a lock file of another user is refused', async () => {
  const socketPath = socket();
  const uid = (process.getuid?.() ?? 0) + 1;
  await expect(ask({ socketPath, uid })).rejects.toMatchObject({ code: 'TMUX_SOCKET_UNSAFE' });
});

test('a socket in a directory whose parent does not exist cannot be locked', async () => {
  const socketPath = join(tempDir(), 'no', 'such', 'server');
  await expect(ask({ socketPath })).rejects.toMatchObject({ code: 'LOCK_FAILED' });
});

test('the largest pool can be locked, and its records are readable text', async () => {
  const socketPath = socket();
  const dedicated = ['one', 'two'];
  expect(await ask({ socketPath, startIndex: 9_999, max: 1_000, dedicated })).toMatchObject({
    ok: true,
  });
  const { pid, startTime } = identityOfThisProcess();
  const last = readFileSync(lockFile(socketPath))
    .subarray(10_998 * 64, 10_999 * 64)
    .toString();
  expect(last).toBe(`${`${pid} ${startTime} 9999 1000 10998`.padEnd(63)}\n`);
  expect(await ask({ socketPath, startIndex: 0, max: 1, dedicated })).toMatchObject({
    ok: false,
    session: 'one',
  });
});

function socket(): string {
  return join(tempDir(), 'server');
}

function lockFile(socketPath: string): string {
  return `${socketPath}.claude-failover-${process.getuid?.()}.lock`;
}

async function ask(
  overrides: Partial<LockRequest> & Pick<LockRequest, 'socketPath'>,
): Promise<HeldLocks | RefusedLocks> {
  const outcome = await acquireLocks(lockRequest(overrides));
  if (outcome.ok) atEnd(() => outcome.release());
  return outcome;
}

function startRacer(
  socketPath: string,
  startIndex: number,
  max: number,
  dedicated: readonly string[] = [],
): Program {
  const program = startProgram('lock-holder', [
    socketPath,
    String(startIndex),
    String(max),
    ...dedicated,
  ]);
  atEnd(() => endWithChild(program));
  return program;
}

async function startHolder(...args: Parameters<typeof startRacer>): Promise<Program> {
  const holder = startRacer(...args);
  const outcome = await outcomeOf(holder);
  expect(outcome).toMatchObject({ ok: true });
  await holder.says((line) => line.includes('child'), 'start its child');
  return holder;
}

async function outcomeOf(program: Program): Promise<HeldLocks | RefusedLocks> {
  return JSON.parse(await program.says((line) => line.includes('"ok"'), 'tell the outcome'));
}

async function endWithChild(holder: Program): Promise<void> {
  await holder.end('SIGKILL');
  if (holder.lines.some((line) => line.includes('child'))) process.kill(childOf(holder), 'SIGKILL');
}

function childOf(holder: Program): number {
  const line = holder.lines.find((text) => text.includes('child')) ?? '{}';
  return Number(JSON.parse(line).child);
}

function isRunning(pid: number): boolean {
  return process.kill(pid, 0);
}

/** A file of ours that must not be written to by way of a link. */
function bystander(beside?: string): string {
  const path = beside === undefined ? join(tempDir(), 'bystander') : `${beside}.bystander`;
  writeFileSync(path, 'precious');
  return path;
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
