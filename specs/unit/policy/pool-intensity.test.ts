import { expect, test } from '@jest/globals';
import {
  describeEscalation,
  isTooMuch,
  type PoolCrash,
  poolCrash,
  poolWindow,
  withCrash,
} from '../../../machines/policy/pool-intensity.ts';
import { crashFact } from '../../harness/facts.ts';

const TOLERANCE = { poolIntensity: 3, periodMs: 10_000 };

const crash = (at: number, session = `pool-${at}`, cause: PoolCrash['cause'] = 'signal') => ({
  session,
  at,
  cause,
});
const lost = (at: number, session?: string) => crash(at, session, 'server_lost');
const windowOf = (...crashes: readonly PoolCrash[]) =>
  crashes.reduce<readonly PoolCrash[]>((window, next) => withCrash(window, next, TOLERANCE), []);
const rememberedAt = (now: number, ...crashes: readonly PoolCrash[]) =>
  poolWindow(crashes, TOLERANCE, now);

test('exactly as many crashes as the intensity are borne, and one more is too much', () => {
  const verdicts = [1, 2, 3, 4].map((count) =>
    isTooMuch(windowOf(...[10, 20, 30, 40].slice(0, count).map((at) => crash(at))), TOLERANCE),
  );
  expect(verdicts).toEqual([false, false, false, true]);
});

test('with an intensity of 0 the first crash is too much', () => {
  expect(isTooMuch(windowOf(crash(10)), { poolIntensity: 0 })).toBe(true);
});

test('it does not matter whose crashes they are', () => {
  expect(windowOf(...[1, 2, 3, 4].map((at) => crash(at, 'pool-0')))).toHaveLength(4);
});

test('a crash leaves the window when the period is over, not before', () => {
  const window = windowOf(crash(0), crash(500));
  expect(withCrash(window, crash(9999), TOLERANCE)).toHaveLength(3);
  expect(withCrash(window, crash(10_000), TOLERANCE)).toEqual([crash(500), crash(10_000)]);
});

test('however many sessions a tmux server takes with it, it is lost once', () => {
  const sessions = Array.from({ length: 300 }, (_, i) => lost(1000 + i, `pool-${i}`));
  expect(windowOf(...sessions)).toEqual([lost(1000, 'pool-0')]);
});

test('a server that is lost again is counted again', () => {
  expect(windowOf(lost(0, 'a'), lost(4999, 'b'), lost(5000, 'c'))).toEqual([
    lost(0, 'a'),
    lost(5000, 'c'),
  ]);
});

test('a server that is lost all the time does not count as one loss for ever', () => {
  const losses = Array.from({ length: 10 }, (_, i) => lost(i * 900));
  expect(windowOf(...losses)).toHaveLength(2);
});

test('agents that end by themselves right after a lost server count as ever', () => {
  expect(windowOf(lost(0), crash(1, 'a'), crash(2, 'b'))).toHaveLength(3);
});

test('sessions that vanish one by one, as a person kills them, count each', () => {
  expect(windowOf(crash(1, 'a', 'vanished'), crash(2, 'b', 'vanished'))).toHaveLength(2);
});

test('it does not matter in which order the crashes are remembered', () => {
  const crashes = [crash(30), lost(10, 'a'), crash(20), lost(12, 'b')];
  const remembered = rememberedAt(40, ...crashes);
  expect(remembered).toHaveLength(3);
  expect(rememberedAt(40, ...crashes.toReversed())).toEqual(remembered);
});

test('what is remembered counts for the period', () => {
  expect(rememberedAt(10_009, crash(10), crash(20))).toHaveLength(2);
  expect(rememberedAt(10_010, crash(10), crash(20))).toEqual([crash(20)]);
});

test('a pool that has escalated is remembered so for the period, whenever the first of its crashes was', () => {
  const slowly = [0, 3000, 6000, 9000].map((at) => crash(at));
  expect(rememberedAt(18_999, ...slowly)).toEqual(slowly);
  expect(rememberedAt(19_000, ...slowly)).toEqual([]);
  const another = crash(17_000);
  expect(isTooMuch(rememberedAt(18_999, ...slowly, another), TOLERANCE)).toBe(true);
  expect(rememberedAt(19_000, ...slowly, another)).toEqual([another]);
});

test('a lost server is remembered as one loss, also when its first session was lost too long ago to count', () => {
  const told = [lost(0), lost(2000), crash(8000), crash(10_499), crash(10_600)];
  expect(rememberedAt(20_400, ...told)).toEqual([crash(10_499), crash(10_600)]);
});

test('a recorded crash is counted at its monotonic time, by its cause', () => {
  const recorded = crashFact({ monotonicMs: 77, cause: { kind: 'server_lost' } });
  expect(poolCrash('pool-3', recorded)).toEqual(lost(77, 'pool-3'));
});

test('what is said of it names how many, within which time, and in how many sessions', () => {
  const window = windowOf(crash(1, 'a'), crash(2, 'b'), crash(3, 'a'), crash(4, 'a'));
  expect(describeEscalation(window, TOLERANCE)).toBe('4 crashes within 10 s, in 2 sessions');
  expect(describeEscalation(windowOf(crash(1)), TOLERANCE)).toContain('in one session');
});
