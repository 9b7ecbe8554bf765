import { expect, test } from '@jest/globals';
import { createLimitedPool } from '../../harness/limited-pool.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('a limit in the middle of a task moves its session, and the task goes on in the same conversation and ends once', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  const before = w.clientOf('pool-9');
  w.limit('first', HOUR);
  await w.settle();
  const after = w.clientOf('pool-9');
  expect(after).toMatchObject({
    account: 'second',
    conversation: before.conversation,
    task: expect.any(String),
    taken: true,
  });
  expect(w.living()).toEqual([after]);
  expect(w.report('pool-9')).toBe('working.running on second');
  expect(w.stateOf('first')).toBe('limited');
  await w.endTurns();
  const kinds = w.tasks.told.map(({ news }) => news.kind);
  expect(kinds).toEqual(['confirmed', 'confirmed', 'completed']);
  expect(w.of('failover.started')).toHaveLength(1);
  expect(w.of('failover.completed')).toMatchObject([
    { session: 'pool-9', from: 'first', to: 'second', reason: 'limit' },
  ]);
  expect(w.stepOf('pool-9')).toBeUndefined();
  expect(w.errors).toEqual([]);
});

test('a limit is no attempt of its task', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  w.limit('first', HOUR);
  await w.settle();
  const counted = w.tasks.told.map(({ news }) => news.kind === 'confirmed' && news.counts);
  expect(counted).toEqual([true, false]);
});

test('the same trouble, told once more, moves nothing and is logged once', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  w.limit('first', HOUR);
  await w.settle();
  const client = w.clientOf('pool-9');
  const again = w.failureOf('pool-9');
  w.failTurn(client, again);
  await w.settle();
  expect(w.clientOf('pool-9')).toBe(client);
  expect(w.of('account.limited')).toHaveLength(1);
  expect(w.of('failover.started')).toHaveLength(1);
  expect(w.stateOf('second')).toBe('available');
});

test('a target whose links went wrong meanwhile is in quarantine, nothing is started on it, and the next one is taken', async () => {
  const accounts = ['first', 'second', 'third'].map((name, i) => ({
    name,
    home: `/${name}`,
    priority: i + 1,
  }));
  const w = await createLimitedPool({ sessions: 1, accounts });
  await w.giveTasks();
  w.brokenLinks.add('second');
  w.limit('first', HOUR);
  await w.settle();
  expect(w.report('pool-9')).toBe('working.running on third');
  expect([...w.clients.values()].map(({ account }) => account)).toEqual(['first', 'third']);
  expect(w.stateOf('second')).toBe('quarantined');
  expect(w.of('account.quarantined')).toHaveLength(1);
  expect(w.of('failover.completed')).toMatchObject([{ from: 'first', to: 'third' }]);
  w.brokenLinks.clear();
  await w.wait(20_000);
  expect(w.stateOf('second')).toBe('available');
});

test('with no account left the agent is ended and its conversation parked; after the reset it goes on', async () => {
  const w = await createLimitedPool({ sessions: 1, failover: { cooldownMs: 0 } });
  await w.giveTasks();
  const { conversation } = w.clientOf('pool-9');
  w.limits.set('second', w.chance.clock.now() + 2 * HOUR);
  w.limit('first', HOUR);
  await w.settle();
  expect(w.report('pool-9')).toBe('working.parked on second');
  expect(w.living()).toEqual([]);
  expect(w.of('failover.parked')).toMatchObject([
    { session: 'pool-9', until: expect.stringMatching(/^2023-11-14T23:14/) },
  ]);
  await w.wait(HOUR - MINUTE);
  expect(w.living()).toEqual([]);
  await w.wait(3 * MINUTE);
  expect(w.report('pool-9')).toBe('working.running on first');
  expect(w.living()).toMatchObject([{ account: 'first', conversation, taken: true }]);
  await w.endTurns();
  expect(w.tasks.told.at(-1)?.news.kind).toBe('completed');
  expect(w.of('failover.completed')).toHaveLength(1);
  expect(w.of('failover.failed')).toEqual([]);
});

test('an operator’s word that the account is clear takes a parked session up at once', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  w.limits.set('second', w.chance.clock.now() + 2 * HOUR);
  w.limit('first', HOUR);
  await w.settle();
  w.limits.clear();
  w.accountVerb('first', 'clear');
  await w.settle();
  expect(w.report('pool-9')).toBe('working.running on first');
});

test('an idle session leaves an account that is out of use, and no task is lost for it', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  w.accountVerb('first', 'disable');
  await w.settle();
  expect(w.report('pool-9')).toBe('idle.ready on second');
  expect(w.of('failover.completed')).toMatchObject([{ reason: 'unavailable', to: 'second' }]);
  w.accountVerb('first', 'enable');
  await w.settle();
  expect(w.report('pool-9')).toBe('idle.ready on second');
});

test('a healthy turn is left to finish, and only then its session leaves', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  const client = w.clientOf('pool-9');
  w.accountVerb('first', 'disable');
  await w.settle();
  expect(w.clientOf('pool-9')).toBe(client);
  await w.endTurns();
  await w.settle();
  expect(w.tasks.told.map(({ news }) => news.kind)).toEqual(['confirmed', 'completed']);
  expect(w.report('pool-9')).toBe('idle.ready on second');
});

test('a login that does not work moves its sessions, once', async () => {
  const w = await createLimitedPool({ sessions: 2 });
  await w.giveTasks();
  for (const session of w.names) {
    const failure = w.failureOf(session);
    w.fail(session, { ...failure, error: 'authentication_failed', message: 'Please run /login' });
  }
  await w.settle();
  expect(w.names.map(w.report)).toEqual(Array(2).fill('working.running on second'));
  expect(w.stateOf('first')).toBe('unauthenticated');
  expect(w.of('account.unauthenticated')).toHaveLength(1);
  expect(w.of('failover.completed')).toMatchObject(Array(2).fill({ reason: 'login' }));
});

test('a held session is left alone, and leaves when it is released', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  w.verb('pool-9', 'hold');
  await w.settle();
  w.accountVerb('first', 'disable');
  await w.settle();
  expect(w.report('pool-9')).toBe('idle.held on first');
  w.verb('pool-9', 'release');
  await w.settle();
  expect(w.report('pool-9')).toBe('idle.ready on second');
});
