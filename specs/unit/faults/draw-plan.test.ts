import { expect, test } from '@jest/globals';
import { drawPlan } from '../../faults/draw-plan.ts';
import { parseOptions } from '../../faults/options.ts';
import { inWords, MAX_ATTEMPTS } from '../../faults/plan.ts';

const SEEDS = Array.from({ length: 400 }, (_, seed) => seed);
const PLANS = SEEDS.map(drawPlan);

const KINDS = [
  'agent killed',
  'agent stopped',
  'clock jumps',
  'daemon ended',
  'daemon killed',
  'daemon killed at a step',
  'daemon stopped',
  'disk full',
  'server killed',
  'server stopped',
  'server stutters',
  'session killed',
  'tmux fails',
  'tmux slow',
];

test('the same seed gives the same plan, and another one another plan', () => {
  expect(SEEDS.map(drawPlan)).toEqual(PLANS);
  expect(new Set(PLANS.map((plan) => JSON.stringify({ ...plan, seed: 0 }))).size).toBe(400);
});

test('every kind of fault and every kind of task is drawn', () => {
  const kinds = new Set(PLANS.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual(KINDS);
  const chores = new Set(PLANS.flatMap(({ tasks }) => tasks.map(({ chore }) => chore)));
  expect([...chores].sort()).toEqual([
    'answers',
    'dies early',
    'dies once',
    'fails once',
    'leaves a child',
    'meets a limit',
    'works',
  ]);
});

test('the rounds that are always run have every kind of fault, on both kinds of servers', () => {
  const fixed = (parseOptions([])?.fixed ?? []).map(drawPlan);
  const kinds = new Set(fixed.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual(KINDS);
  expect(new Set(fixed.map(({ server }) => server)).size).toBe(2);
});

test('faults come in the order of their times, while there is time for faults', () => {
  for (const { faults, tasks, lengthMs } of PLANS) {
    const times = faults.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    for (const { atMs } of [...faults, ...tasks]) {
      expect(atMs).toBeGreaterThanOrEqual(0);
      expect(atMs).toBeLessThanOrEqual(lengthMs);
    }
  }
});

test('a slot that is hit is one of the pool', () => {
  for (const { faults, sessions } of PLANS) {
    for (const fault of faults.filter((one) => 'slot' in one)) {
      expect(fault.slot).toBeGreaterThanOrEqual(0);
      expect(fault.slot).toBeLessThan(sessions);
    }
  }
});

test('a server that an operator uses as well is never killed', () => {
  const shared = PLANS.filter(({ server }) => server === 'shared');
  expect(shared.length).toBeGreaterThan(50);
  expect(
    shared.flatMap(({ faults }) => faults).filter(({ kind }) => kind === 'server killed'),
  ).toEqual([]);
});

test('no task can be given up for what faults do to its agents', () => {
  for (const { faults } of PLANS) {
    const costs = faults.filter(({ kind }) =>
      ['agent killed', 'session killed', 'server killed'].includes(kind),
    );
    expect(costs.length).toBeLessThan(MAX_ATTEMPTS - 1);
  }
});

test('a fault in words names its session, and what it takes', () => {
  expect(inWords({ kind: 'agent stopped', slot: 2, forMs: 300 })).toBe(
    'agent stopped, ccl-auto-13, forMs 300',
  );
  expect(inWords({ kind: 'server killed' })).toBe('server killed');
});
