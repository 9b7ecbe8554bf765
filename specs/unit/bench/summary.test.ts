import { expect, test } from '@jest/globals';
import { summarise } from '../../bench/summary.ts';

test('a percentile is one of the measured numbers, by nearest rank', () => {
  const oneToHundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(summarise(oneToHundred)).toEqual({ n: 100, p50: 50, p95: 95, p99: 99, max: 100 });
});

test('of few numbers the 95th and the 99th percentile are the greatest', () => {
  expect(summarise([7, 1, 3])).toEqual({ n: 3, p50: 3, p95: 7, p99: 7, max: 7 });
});

test('of nothing nothing is claimed', () => {
  expect(summarise([])).toEqual({
    ...{ n: 0, p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, max: Number.NaN },
  });
});
