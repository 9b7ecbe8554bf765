import { expect, test } from '@jest/globals';
import type { RootEmitted } from '../../../supervisor/root-types.ts';
import { createSwitchNews } from '../../../supervisor/switch-news.ts';
import { createLimitedPool } from '../../harness/limited-pool.ts';

const HOUR = 3_600_000;

/** A pool, and what of all that its root tells may matter to the plan. */
async function heardPool(options: Parameters<typeof createLimitedPool>[0] = {}) {
  const w = await createLimitedPool(options);
  const news: RootEmitted[] = [];
  const left = new Set<string>();
  const all: RootEmitted[] = [];
  const mayMatter = createSwitchNews(w.root(), w.accounts(), (account) => left.has(account));
  w.root().on('*', (told) => {
    all.push(told);
    if (mayMatter(told)) news.push(told);
  });
  return { ...w, all, news, left };
}

test('while all accounts can be used nothing that sessions do matters, nor does the interval', async () => {
  const w = await heardPool();
  await w.giveTasks();
  await w.endTurns();
  await w.wait(60_000);
  expect(w.all.length).toBeGreaterThan(10);
  expect(w.news).toEqual([]);
});

test('what an account becomes matters, what is told of its usage does not', async () => {
  const w = await heardPool({ sessions: 1 });
  const usage = { fiveHour: { usedPercent: 5, resetsAt: 9e12, toldAt: null }, sevenDay: null };
  w.root().send({ type: 'account.tell', account: 'first', event: { type: 'usage.told', usage } });
  w.accountVerb('second', 'disable');
  const other = { fiveHour: null, sevenDay: { usedPercent: 5, resetsAt: 9e12, toldAt: null } };
  const event = { type: 'usage.told', usage: other } as const;
  w.root().send({ type: 'account.tell', account: 'second', event });
  expect(w.news.filter(({ type }) => type === 'accountChanged')).toMatchObject([
    { facts: { account: 'second', usage: { sevenDay: null } } },
  ]);
});

test('of the sessions only those matter that are leaving, or are on an account that cannot be used', async () => {
  const w = await heardPool({ sessions: 4, failover: { strategy: 'spread', concurrency: 0 } });
  await w.giveTasks();
  w.limit('first', HOUR);
  await w.settle();
  w.news.length = 0;
  await w.endTurns();
  await w.wait(1000);
  expect(w.all.some((told) => told.type === 'changed' && told.facts.account === 'second')).toBe(
    true,
  );
  expect(
    w.news.filter((told) => told.type === 'changed' && told.facts.account === 'second'),
  ).toEqual([]);
});

test('while a session waits the interval matters: what was missed is decided then', async () => {
  const w = await heardPool({ sessions: 1, failover: { concurrency: 0 } });
  await w.giveTasks();
  w.limit('first', HOUR);
  await w.settle();
  w.news.length = 0;
  await w.wait(15_000);
  expect(w.news.map(({ type }) => type)).toContain('reconciled');
});

test('on an account that sessions may leave by themselves all that they do matters, and that they may', async () => {
  const w = await heardPool({ sessions: 1 });
  await w.giveTasks();
  expect(w.news).toEqual([]);
  w.left.add('first');
  const usage = { fiveHour: { usedPercent: 5, resetsAt: 9e12, toldAt: null }, sevenDay: null };
  w.root().send({ type: 'account.tell', account: 'first', event: { type: 'usage.told', usage } });
  expect(w.news).toMatchObject([{ type: 'accountChanged', facts: { account: 'first' } }]);
  await w.endTurns();
  expect(w.news.some(({ type }) => type === 'changed')).toBe(true);
});
