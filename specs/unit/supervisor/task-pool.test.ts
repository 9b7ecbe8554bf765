import { expect, test } from '@jest/globals';
import { sessionNamed } from '../../../supervisor/pool.ts';
import { createTaskPool } from '../../../supervisor/task-pool.ts';
import { startTestRoot } from '../../harness/test-root.ts';
import { heldTask, settle, statusOf, TASK } from '../../harness/test-session.ts';

/** A pool of two whose agents are at their prompts; the news of `unsettled` are not stored yet. */
async function startPool() {
  const t = startTestRoot({ names: ['pool-0', 'pool-1'] });
  await t.settle();
  const unsettled = new Set<string>();
  const send = (
    name: string,
    event: Parameters<NonNullable<ReturnType<typeof named>>['send']>[0],
  ) => named(name)?.send(event);
  const named = (name: string) => sessionNamed(t.root, name);
  for (const name of ['pool-0', 'pool-1']) {
    const status = statusOf(t.contextOf(name), { status: 'idle' });
    send(name, { type: 'agent.status', status, hasTranscript: false });
  }
  await settle();
  const leaving = new Set<string>();
  const nearlyUsed: { name: string | null } = { name: null };
  const pool = createTaskPool(t.root, {
    isSettled: (session) => !unsettled.has(session),
    isStaying: (session, account) => !leaving.has(session) && !leaving.has(account),
    isNearlyUsed: (account) => account === nearlyUsed.name,
  });
  return { ...t, pool, unsettled, leaving, nearlyUsed, send };
}

test('a session at its prompt is free; the planner is told all that counts of it', async () => {
  const t = await startPool();
  const { conversation, hasTranscript, workdir, since } = t.contextOf('pool-1');
  expect(t.pool.candidates()[1]).toEqual({
    name: 'pool-1',
    kind: 'autonomous',
    isFree: true,
    isNearlyUsed: false,
    conversation,
    hasTranscript,
    workdir,
    since,
  });
});

test('a session on an account that is nearly used up is told to be so', async () => {
  const t = await startPool();
  const before = t.pool.candidates().map(({ isNearlyUsed }) => isNearlyUsed);
  expect(before).toEqual([false, false]);
  t.nearlyUsed.name = t.contextOf('pool-1').account;
  expect(t.pool.candidates().every(({ isNearlyUsed }) => isNearlyUsed)).toBe(true);
});

test('a session that is given a task is not free any more, and holds it', async () => {
  const t = await startPool();
  t.pool.give('pool-0', heldTask());
  expect(t.pool.candidates().map(({ isFree }) => isFree)).toEqual([false, true]);
  expect(t.pool.isFree('pool-0')).toBe(false);
  expect(t.pool.holders()).toEqual(['pool-0']);
  expect(t.contextOf('pool-0').task?.id).toBe(TASK);
});

test('a session whose news are not stored yet is not free: the store takes it for the holder still', async () => {
  const t = await startPool();
  t.unsettled.add('pool-0');
  expect(t.pool.isFree('pool-0')).toBe(false);
  expect(t.pool.holders()).toEqual(['pool-0']);
});

test.each(['operator.hold', 'operator.restart'] as const)(
  'after %s a session is not free',
  async (type) => {
    const t = await startPool();
    t.send('pool-0', { type });
    expect(t.pool.isFree('pool-0')).toBe(false);
  },
);

test('only the session that holds a task is told that it is to end', async () => {
  const t = await startPool();
  t.pool.give('pool-0', heldTask());
  await settle();
  t.pool.cancel({ id: 't_other', fence: 1 });
  expect(t.contextOf('pool-0').parting).toBeNull();
  t.pool.cancel({ id: TASK, fence: 1 });
  await settle();
  const told = t.of('task').map(({ report }) => [report.session, report.news.kind]);
  expect(told).toEqual([['pool-0', 'cancelled']]);
});

test('a name that no session has is nobody`s', async () => {
  const t = await startPool();
  expect(t.pool.isFree('pool-7')).toBe(false);
  expect(t.pool.placeOf('pool-7')).toBeNull();
  expect(() => t.pool.give('pool-7', heldTask())).not.toThrow();
  expect(t.pool.placeOf('pool-1')).toEqual({ index: 1, account: 'first' });
});

test('a session on an account that cannot be used, or about to leave, is not free', async () => {
  const t = await startPool();
  t.leaving.add('pool-0');
  expect(t.pool.candidates().map(({ isFree }) => isFree)).toEqual([false, true]);
  expect([t.pool.isFree('pool-0'), t.pool.isFree('pool-1')]).toEqual([false, true]);
  t.leaving.add('first');
  expect(t.pool.candidates().map(({ isFree }) => isFree)).toEqual([false, false]);
});
