import { expect, test } from '@jest/globals';
import { createStaying, createUsableNews } from '../../../supervisor/staying.ts';
import { createLimitedPool } from '../../harness/limited-pool.ts';
import { failoverFacts } from '../../harness/test-failover.ts';

async function startPool() {
  const w = await createLimitedPool({ sessions: 1, failover: { concurrency: 0 } });
  const { config } = w;
  return { ...w, isStaying: createStaying(w.root(), { accounts: w.accounts(), config }) };
}

test('a session may begin something on an account that can be used', async () => {
  const w = await startPool();
  expect(w.isStaying('pool-9', 'first')).toBe(true);
  w.accountVerb('first', 'disable');
  expect(w.isStaying('pool-9', 'first')).toBe(false);
});

test('a session that is to leave begins nothing, unless it has nowhere to go', async () => {
  const w = await startPool();
  await w.wish({ to: 'second' });
  await w.settle();
  expect(w.stepOf('pool-9')).toBe('choosing');
  expect(w.isStaying('pool-9', 'first')).toBe(false);
  w.accountVerb('second', 'disable');
  expect(w.isStaying('pool-9', 'first')).toBe(true);
});

test('a session that could stay as well is not kept from its work', async () => {
  const failover = { concurrency: 0, returnToPreferred: true };
  const w = await createLimitedPool({ sessions: 1, failover });
  const { config } = w;
  const isStaying = createStaying(w.root(), { accounts: w.accounts(), config });
  const facts = failoverFacts({ session: 'pool-9', from: 'first', reason: 'proactive' });
  const { clock } = w.chance;
  w.root().send({ type: 'failover.begin', input: { facts, index: 9, isNew: true, clock } });
  expect(w.stepOf('pool-9')).toBe('choosing');
  expect(isStaying('pool-9', 'first')).toBe(true);
});

test('that an account can be used is news once, each time it could not before', () => {
  let isUsable = true;
  const isNews = createUsableNews(() => isUsable);
  const told = [true, true, false, false, true, true].map((now) => {
    isUsable = now;
    return isNews('first');
  });
  expect(told).toEqual([true, false, false, false, true, false]);
});
