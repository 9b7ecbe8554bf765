import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isTooMuch,
  type PoolCrash,
  type PoolTolerance,
  poolWindow,
  withCrash,
} from '../../machines/policy/pool-intensity.ts';

const TOLERANCE: PoolTolerance = { poolIntensity: 4, periodMs: 10_000 };

interface Policy {
  readonly withCrash: typeof withCrash;
  readonly isTooMuch: typeof isTooMuch;
}
const OURS: Policy = { withCrash, isTooMuch };

/** Steps in time that come near the ends of the window, and of one loss of the server. */
const crashes = fc
  .array(
    fc.record({
      after: fc.constantFrom(0, 1, 1000, 2499, 2500, 4999, 5000, 9999, 10_000),
      cause: fc.constantFrom<PoolCrash['cause']>('signal', 'signal', 'exit', 'server_lost'),
    }),
    { size: 'max', maxLength: 40 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ after, cause }, i): PoolCrash => {
      at += after;
      return { session: `pool-${i % 5}`, at, cause };
    });
  });

/** The same, written a second time: of all that was told, what counts now. */
function countsAt(told: readonly PoolCrash[], now: number): number {
  let lossAt = Number.NEGATIVE_INFINITY;
  const counted = told.filter(({ at, cause }) => {
    if (cause !== 'server_lost') return true;
    if (at - lossAt < 5000) return false;
    lossAt = at;
    return true;
  });
  return counted.filter(({ at }) => now - at < TOLERANCE.periodMs).length;
}

function agrees(policy: Policy) {
  return fc.property(crashes, (told) => {
    let window: readonly PoolCrash[] = [];
    for (const [i, crash] of told.entries()) {
      window = policy.withCrash(window, crash, TOLERANCE);
      const count = countsAt(told.slice(0, i + 1), crash.at);
      expect(policy.isTooMuch(window, TOLERANCE)).toBe(count > TOLERANCE.poolIntensity);
    }
  });
}

test('the pool escalates when, and only when, a second count of its crashes says so', () => {
  fc.assert(agrees(OURS), { numRuns: 1000 });
});

test('a daemon that starts anew counts what the one before did, which has escalated within the period or has not', () => {
  fc.assert(
    fc.property(crashes, fc.constantFrom(0, 1, 5000, 9999, 10_000), (told, later) => {
      const now = (told.at(-1)?.at ?? 0) + later;
      const since = now - TOLERANCE.periodMs;
      let lived: readonly PoolCrash[] = [];
      let hasEscalated = false;
      for (const crash of told) {
        lived = withCrash(lived, crash, TOLERANCE);
        hasEscalated ||= crash.at > since && isTooMuch(lived, TOLERANCE);
      }
      const remembered = poolWindow(told, TOLERANCE, now);
      expect(isTooMuch(remembered, TOLERANCE)).toBe(hasEscalated);
      if (!hasEscalated) expect(remembered).toEqual(lived.filter(({ at }) => at > since));
    }),
  );
});

test.each<readonly [string, Partial<Policy>]>([
  [
    'bears one crash more',
    { isTooMuch: (window, { poolIntensity }) => window.length > poolIntensity + 1 },
  ],
  [
    'bears one crash less',
    { isTooMuch: (window, { poolIntensity }) => window.length >= poolIntensity },
  ],
  ['forgets too early', { withCrash: (w, crash) => withCrash(w, crash, { periodMs: 9999 }) }],
  ['forgets too late', { withCrash: (w, crash) => withCrash(w, crash, { periodMs: 10_001 }) }],
  [
    'counts each session of a lost server',
    { withCrash: (w, crash) => withCrash(w, { ...crash, cause: 'signal' }, TOLERANCE) },
  ],
])('a pool that %s is found out', (_, mutation) => {
  const search = { seed: 1, numRuns: 2000, endOnFailure: true };
  expect(fc.check(agrees({ ...OURS, ...mutation }), search).failed).toBe(true);
});
