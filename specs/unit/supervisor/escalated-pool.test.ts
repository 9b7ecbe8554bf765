import { expect, test } from '@jest/globals';
import { resetPool } from '../../../supervisor/escalation.ts';
import { createStaying } from '../../../supervisor/staying.ts';
import { crashFact } from '../../harness/facts.ts';
import { createLimitedPool, type LimitedPool } from '../../harness/limited-pool.ts';

const HOUR = 3_600_000;

/** More crashes are told of than the pool bears. */
function escalate({ root, config, chance }: LimitedPool): void {
  const monotonicMs = chance.clock.monotonicMs();
  const crash = crashFact({ monotonicMs, cause: { kind: 'signal', signal: 9 } });
  for (let i = 0; i <= config.restart.poolIntensity; i++) {
    root().send({ type: 'session.died', name: 'pool-9', crash });
  }
}

test('no session is told to leave its account while the pool has escalated; afterwards it is', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  await w.giveTasks();
  escalate(w);
  w.limit('first', HOUR);
  await w.settle();
  expect(w.report('pool-9')).toBe('working.moving on first');
  expect(w.of('failover.started')).toEqual([]);
  resetPool(w.root());
  await w.settle();
  expect(w.report('pool-9')).toBe('working.running on second');
  expect(w.errors).toEqual([]);
});

test('a move that was ordered just before waits, and ends well once the pool goes on', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  escalate(w);
  w.root().send({ type: 'failover.ordered', session: 'pool-9', order: ORDER });
  await w.settle();
  expect(w.report('pool-9')).toBe('idle.moving on second');
  expect(w.living()).toHaveLength(1);
  resetPool(w.root());
  await w.settle();
  expect(w.report('pool-9')).toBe('idle.ready on second');
  expect(w.living()).toHaveLength(1);
});
const ORDER = { type: 'failover.move', account: 'second' } as const;

test('the verb failover is refused with what helps, and can still tell what it would do', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  escalate(w);
  expect(await w.wish({ to: 'second' })).toEqual({
    ok: false,
    code: 'POOL_ESCALATED',
    message: expect.stringContaining('session reset --all'),
  });
  expect(await w.wish({ to: 'second', dryRun: true })).toMatchObject({ ok: true });
});

test('no session is given a task while the pool has escalated', async () => {
  const w = await createLimitedPool({ sessions: 1 });
  const { config } = w;
  const isStaying = createStaying(w.root(), { accounts: w.accounts(), config });
  expect(isStaying('pool-9', 'first')).toBe(true);
  escalate(w);
  expect(isStaying('pool-9', 'first')).toBe(false);
  resetPool(w.root());
  expect(isStaying('pool-9', 'first')).toBe(true);
});
