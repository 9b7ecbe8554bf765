import { expect, test } from '@jest/globals';
import { createLimitedPool } from '../../harness/limited-pool.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const HOUR = 3_600_000;
const MINE = 'mine';
const people = () => ({
  sessions: 1,
  dedicated: [{ name: MINE, project: tempDir(), account: 'first' }],
});

test('a dedicated session whose own turn meets the limit moves with its conversation, and nothing is said in it', async () => {
  const w = await createLimitedPool(people());
  const before = w.clientOf(MINE);
  w.says(before, 'busy');
  await w.settle();
  w.limits.set('first', w.chance.clock.now() + HOUR);
  w.fail(MINE);
  await w.settle();
  expect(w.report(MINE)).toBe('idle.ready on second');
  expect(w.clientOf(MINE)).toMatchObject({
    account: 'second',
    conversation: before.conversation,
    task: null,
  });
  expect(w.report('pool-9')).toBe('idle.ready on second');
});

test('after its limit a dedicated session is not ended while its person types in it, and goes on once they have been away', async () => {
  const w = await createLimitedPool(people());
  const before = w.clientOf(MINE);
  w.says(before, 'busy');
  await w.settle();
  const person = w.attach(MINE);
  person.type('the next line');
  w.limits.set('first', w.chance.clock.now() + HOUR);
  w.fail(MINE);
  w.says(before, 'idle');
  await w.settle();
  await w.wait(5 * 60_000);
  expect(w.clientOf(MINE)).toBe(before);
  person.type('\x15');
  await w.wait(30_000);
  expect(w.clientOf(MINE)).toBe(before);
  await w.wait(60_000);
  expect(w.report(MINE)).toBe('idle.ready on second');
  expect(w.clientOf(MINE).conversation).toBe(before.conversation);
});

test('whoever looks on without a key since the limit sees it go on elsewhere at once', async () => {
  const w = await createLimitedPool(people());
  const before = w.clientOf(MINE);
  w.attach(MINE).type('x\x15');
  w.says(before, 'busy');
  await w.settle();
  await w.wait(10_000);
  w.limits.set('first', w.chance.clock.now() + HOUR);
  w.fail(MINE);
  w.says(before, 'idle');
  await w.settle();
  expect(w.report(MINE)).toBe('idle.ready on second');
});

test('with no account left a person’s session is not ended: it stays where it is, and goes on by itself', async () => {
  const w = await createLimitedPool(people());
  const before = w.clientOf(MINE);
  w.limits.set('first', w.chance.clock.now() + HOUR);
  w.accountVerb('second', 'disable');
  w.fail(MINE);
  await w.settle();
  await w.wait(60_000);
  expect(w.clientOf(MINE)).toBe(before);
  expect(w.report(MINE)).toContain('on first');
});

test('a healthy agent is not taken from a person at work: it moves when they have been away for a minute', async () => {
  const w = await createLimitedPool(people());
  const before = w.clientOf(MINE);
  const person = w.attach(MINE);
  person.type('half a line');
  w.accountVerb('first', 'disable');
  await w.settle();
  expect(w.clientOf(MINE)).toBe(before);
  expect(w.report('pool-9')).toBe('idle.ready on second');
  person.type('\x15');
  await w.wait(30_000);
  expect(w.clientOf(MINE)).toBe(before);
  await w.wait(60_000);
  expect(w.report(MINE)).toBe('idle.ready on second');
});

test('a dry run says what the wish comes to, and begins nothing', async () => {
  const w = await createLimitedPool({ sessions: 2 });
  await w.giveTasks(['pool-9']);
  expect(await w.wish({ from: 'first', dryRun: true })).toMatchObject({
    ok: true,
    moves: [
      { session: 'pool-9', from: 'first', to: 'second', action: 'wait' },
      { session: 'pool-10', from: 'first', to: 'second', action: 'move' },
    ],
  });
  await w.settle();
  expect(w.names.map(w.stepOf)).toEqual([undefined, undefined]);
  expect(w.logged.filter(({ event }) => event.startsWith('failover.'))).toEqual([]);
});

test('a wish moves what stands still at once, and the rest when its turn has ended', async () => {
  const w = await createLimitedPool({ sessions: 2 });
  await w.giveTasks(['pool-9']);
  const busy = w.clientOf('pool-9');
  await w.wish({ to: 'second' });
  await w.settle();
  expect(w.names.map(w.report)).toEqual(['working.running on first', 'idle.ready on second']);
  expect(w.clientOf('pool-9')).toBe(busy);
  await w.endTurns();
  expect(w.report('pool-9')).toBe('idle.ready on second');
  expect(w.of('failover.completed')).toMatchObject(Array(2).fill({ reason: 'operator' }));
  expect(await w.wish({ to: 'second' })).toMatchObject({
    ok: true,
    moves: [{ action: 'none' }, { action: 'none' }],
  });
});

test.each([
  [{ sessions: ['pool-99'] }, 'NOT_FOUND', 'no session of the pool is named pool-99'],
  [{ from: 'third' }, 'NOT_FOUND', 'no account is named third'],
  [{ to: 'third' }, 'NOT_FOUND', 'no account is named third'],
  [
    { to: 'second' },
    'ACCOUNT_UNAVAILABLE',
    'second cannot be used now: it is disabled; taken out of use; to use it again: claude-failover account enable second',
  ],
] as const)('a wish for %j is refused, and nothing begins', async (wish, code, message) => {
  const w = await createLimitedPool({ sessions: 1 });
  w.accountVerb('second', 'disable');
  expect(await w.wish(wish)).toEqual({ ok: false, code, message });
  await w.settle();
  expect(w.stepOf('pool-9')).toBeUndefined();
});

test('a wish is answered within a second also while tmux hangs', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  w.fake.hang();
  expect(await w.wish({ to: 'second' })).toMatchObject({ ok: true, moves: [{ action: 'move' }] });
});

test('a target that is limited is refused until when it is, and what helps is said', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  const until = Date.parse('2100-01-02T03:04:05Z');
  w.accounts().tell('second', { type: 'operator.limit', until });
  expect(await w.wish({ to: 'second' })).toMatchObject({
    code: 'ACCOUNT_UNAVAILABLE',
    message:
      'second cannot be used now: it is limited until 2100-01-02T03:04:05.000Z; to use it at once: claude-failover account clear second',
  });
});
