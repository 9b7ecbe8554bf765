import { expect, test } from '@jest/globals';
import { createLimitedPool, type LimitedPool, limitFailure } from '../../harness/limited-pool.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Where sessions were told to go, and because of what. */
const movesOf = (w: LimitedPool) =>
  w.logged.flatMap((entry) =>
    entry.event === 'failover.decided' ? [`${entry.session} to ${entry.to}: ${entry.reason}`] : [],
  );

/** A client on this account says how much of its 5 hours is used. */
function tellUsage(w: LimitedPool, account: string, usedPercent: number, resetsIn = HOUR) {
  const now = w.chance.clock.now();
  const fiveHour = { usedPercent, resetsAt: now + resetsIn, toldAt: now };
  const event = { type: 'usage.told', usage: { fiveHour, sevenDay: null } } as const;
  w.root().send({ type: 'account.tell', account, event });
}

test('sessions leave an account that is nearly used up as they come to rest, each once, and in no turn', async () => {
  const w = await createLimitedPool({ sessions: 2, failover: { proactiveThreshold: 0.85 } });
  await w.giveTasks(['pool-9']);
  tellUsage(w, 'first', 84);
  await w.settle();
  expect(movesOf(w)).toEqual([]);
  tellUsage(w, 'first', 86);
  await w.settle();
  expect(movesOf(w)).toEqual(['pool-10 to second: proactive']);
  expect(w.report('pool-9')).toBe('working.running on first');
  await w.endTurns();
  expect(movesOf(w).slice(1)).toEqual(['pool-9 to second: proactive']);
  await w.wait(HOUR);
  expect(w.names.map(w.report)).toEqual(w.names.map(() => 'idle.ready on second'));
  expect(movesOf(w)).toHaveLength(2);
  expect(w.errors).toEqual([]);
});

test('while both are nearly used up all stay; once the window of one is given back they go there', async () => {
  const w = await createLimitedPool({ sessions: 2, failover: { proactiveThreshold: 0.5 } });
  tellUsage(w, 'second', 60, 2 * MINUTE);
  tellUsage(w, 'first', 70);
  await w.wait(MINUTE);
  expect(movesOf(w)).toEqual([]);
  await w.wait(2 * MINUTE);
  expect(movesOf(w)).toEqual(['pool-9 to second: proactive', 'pool-10 to second: proactive']);
  await w.giveTasks();
  expect(w.names.map(w.report)).toEqual(w.names.map(() => 'working.running on second'));
});

test('at 1 nobody leaves before the account refuses', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  tellUsage(w, 'first', 100);
  await w.wait(HOUR / 2);
  expect(w.logged.filter(({ event }) => event.startsWith('failover.'))).toEqual([]);
});

test('a session that was moved by a limit goes back once the preferred account has been free for the cooldown', async () => {
  const failover = { returnToPreferred: true, cooldownMs: 5 * MINUTE, resetMarginMs: 0 };
  const w = await createLimitedPool({ sessions: 1, failover });
  await w.giveTasks();
  w.limit('first', 30 * MINUTE);
  await w.settle();
  await w.endTurns();
  expect(w.report('pool-9')).toBe('idle.ready on second');
  await w.wait(30 * MINUTE);
  await w.wait(4 * MINUTE);
  expect(w.stateOf('first')).toBe('available');
  expect(w.report('pool-9')).toBe('idle.ready on second');
  await w.wait(4 * MINUTE);
  expect(w.report('pool-9')).toBe('idle.ready on first');
  expect(movesOf(w)).toEqual(['pool-9 to second: limit', 'pool-9 to first: return']);
  const before = w.logged.length;
  await w.wait(HOUR);
  const since = w.logged.slice(before).filter(({ event }) => event.startsWith('failover.'));
  expect(since).toEqual([]);
});

test('nobody goes back to try whether a limit is over of which nobody knew the end, until an operator clears it', async () => {
  const failover = { returnToPreferred: true, cooldownMs: 5 * MINUTE, resetMarginMs: 0 };
  const w = await createLimitedPool({ sessions: 1, failover });
  await w.giveTasks();
  w.fail('pool-9', limitFailure(null, w.chance.clock.now(), 'p-1'));
  await w.settle();
  await w.endTurns();
  expect(w.report('pool-9')).toBe('idle.ready on second');
  await w.wait(2 * HOUR);
  expect(w.stateOf('first')).toBe('available');
  expect(movesOf(w)).toEqual(['pool-9 to second: limit']);
  expect(w.accountVerb('first', 'clear')).toEqual({ ok: true, changed: true });
  expect(w.accountVerb('first', 'clear')).toEqual({ ok: true, changed: false });
  await w.wait(10 * MINUTE);
  expect(w.report('pool-9')).toBe('idle.ready on first');
});

test('without that key nobody goes back by itself', async () => {
  const w = await createLimitedPool({ sessions: 1, failover: { resetMarginMs: 0 } });
  await w.giveTasks();
  w.limit('first', 30 * MINUTE);
  await w.settle();
  await w.endTurns();
  await w.wait(2 * HOUR);
  expect(w.report('pool-9')).toBe('idle.ready on second');
});

test('nobody goes back while a person is at work there, nor in the middle of a task', async () => {
  const failover = { returnToPreferred: true, cooldownMs: 0, resetMarginMs: 0 };
  const w = await createLimitedPool({ sessions: 1, failover });
  await w.giveTasks();
  w.limit('first', 10 * MINUTE);
  await w.settle();
  await w.wait(20 * MINUTE);
  expect(w.report('pool-9')).toBe('working.running on second');
  const person = w.attach('pool-9');
  person.type('x');
  await w.endTurns();
  await w.wait(5 * MINUTE);
  expect(w.report('pool-9')).toBe('idle.ready on second');
  person.detach();
  await w.wait(5 * MINUTE);
  expect(w.report('pool-9')).toBe('idle.ready on first');
});

test('an idle session that was moved because another met a limit waits before it moves for the next', async () => {
  const cooldownMs = 10 * MINUTE;
  const w = await createLimitedPool({ sessions: 2, failover: { cooldownMs, resetMarginMs: 0 } });
  await w.giveTasks(['pool-9']);
  w.limit('first', 2 * MINUTE);
  await w.settle();
  expect(w.report('pool-10')).toBe('idle.ready on second');
  await w.wait(3 * MINUTE);
  w.limit('second', HOUR);
  await w.settle();
  expect(w.report('pool-9')).toBe('working.running on first');
  expect(w.report('pool-10')).toBe('idle.ready on second');
  await w.wait(8 * MINUTE);
  expect(w.report('pool-10')).toBe('idle.ready on first');
});

test('a session whose task can not begin where it is does not wait for that', async () => {
  const cooldownMs = 10 * MINUTE;
  const w = await createLimitedPool({ sessions: 2, failover: { cooldownMs, resetMarginMs: 0 } });
  await w.giveTasks(['pool-9']);
  w.limit('first', 2 * MINUTE);
  await w.settle();
  await w.wait(3 * MINUTE);
  expect(w.report('pool-10')).toBe('idle.ready on second');
  w.assign('pool-10', true);
  w.limit('second', HOUR);
  await w.settle();
  expect(w.report('pool-10')).toBe('working.running on first');
  expect(movesOf(w).at(-1)).toBe('pool-10 to first: unavailable');
});

test('a daemon that is started anew knows when sessions have moved', async () => {
  const failover = { returnToPreferred: true, cooldownMs: HOUR, resetMarginMs: 0 };
  const w = await createLimitedPool({ sessions: 1, failover });
  await w.giveTasks();
  w.limit('first', MINUTE);
  await w.settle();
  await w.endTurns();
  await w.wait(MINUTE);
  await w.restartDaemon();
  await w.settle();
  expect(w.root().getSnapshot().context.past.get('pool-9')).toMatchObject({
    movedAt: expect.any(Number),
  });
});
