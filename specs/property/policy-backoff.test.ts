import { test } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from '../../machines/policy/backoff.ts';

/** Everything a config may say (config/schema/agent.ts), to the ends of its ranges. */
const policy = fc.record({
  backoffInitialMs: fc.integer({ min: 1, max: 2_073_600_000 }),
  backoffFactor: fc.double({ min: 1, max: 100, noNaN: true }),
  backoffMaxMs: fc.integer({ min: 1, max: 2_073_600_000 }),
});
const attempt = fc.integer({ min: 1, max: 100_000 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('every wait is a whole number of milliseconds a timer can count, and not above the cap', () => {
  fc.assert(
    fc.property(attempt, policy, random, (n, p, chance) => {
      const wait = backoffMs(n, p, chance);
      return Number.isInteger(wait) && wait >= 0 && wait <= p.backoffMaxMs && wait < 2 ** 31;
    }),
  );
});

test('half of a wait is certain: chance moves it between the half and the whole', () => {
  fc.assert(
    fc.property(attempt, policy, random, (n, p, chance) => {
      const [least, wait, most] = [0, chance, 1 - Number.EPSILON].map((r) => backoffMs(n, p, r));
      return (
        least !== undefined &&
        wait !== undefined &&
        most !== undefined &&
        least <= wait &&
        wait <= most &&
        Math.abs(most - 2 * least) <= 1
      );
    }),
  );
});

test('with the same luck a later attempt never waits less than an earlier one', () => {
  fc.assert(
    fc.property(attempt, attempt, policy, random, (a, b, p, chance) => {
      const [earlier, later] = a < b ? [a, b] : [b, a];
      return backoffMs(earlier, p, chance) <= backoffMs(later, p, chance);
    }),
  );
});
