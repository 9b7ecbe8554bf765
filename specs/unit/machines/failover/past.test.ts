import { expect, test } from '@jest/globals';
import { pastAfter } from '../../../../machines/failover/past.ts';
import { failoverFacts } from '../../../harness/test-failover.ts';

const completed = (endedAt: number, to = 'second') =>
  failoverFacts({ step: 'completed', to, endedAt });
const stayed = (endedAt: number) => failoverFacts({ step: 'stayed', endedAt });

test('one that goes on is not past', () => {
  const past = new Map();
  expect(pastAfter(past, failoverFacts({ step: 'moving', to: 'second' }))).toBe(past);
});

test('of each session the last one that ended is known, and the last that took it elsewhere', () => {
  const all = [completed(1), stayed(2), { ...stayed(3), session: 'pool-1' }];
  expect(Object.fromEntries(all.reduce(pastAfter, new Map()))).toEqual({
    'pool-0': { endedAt: 2, movedAt: 1 },
    'pool-1': { endedAt: 3, movedAt: null },
  });
});

test('one that goes on where it was has not moved, nor has one that failed on its way', () => {
  const failed = failoverFacts({ step: 'failed', to: 'second', endedAt: 6 });
  const past = [completed(5, 'first'), failed].reduce(pastAfter, new Map());
  expect(past.get('pool-0')).toEqual({ endedAt: 6, movedAt: null });
});
