import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { Presence } from '../../../machines/ports.ts';
import type { SwitchAction, SwitchPlan } from '../../../supervisor/switch-facts.ts';
import { createSwitcher } from '../../../supervisor/switcher.ts';
import { settle } from '../../harness/test-session.ts';

const NOTHING: SwitchPlan = { actions: [], askPresenceOf: [], lookAgainAt: null };
const AWAY: Presence = { lastActiveAt: null, inMode: false, hasDraft: false };
const STAYS: SwitchAction = { kind: 'tell', session: 'a', event: { type: 'failover.stayed' } };

/** A switcher over plans that a test makes; the last one is said again and again. */
function startSwitcher(...plans: readonly (SwitchPlan | Error)[]) {
  const world = {
    planned: [] as ReadonlyMap<string, Presence>[],
    done: [] as SwitchAction[],
    asked: [] as (readonly string[])[],
    told: [] as LogEvent[],
    alarms: [] as (number | null)[],
    ring: () => {},
    presence: async (_: readonly string[]): Promise<ReadonlyMap<string, Presence>> => new Map(),
  };
  const switcher = createSwitcher({
    plan: (presence) => {
      const plan = plans[Math.min(world.planned.length, plans.length - 1)] ?? NOTHING;
      world.planned.push(new Map(presence));
      if (plan instanceof Error) throw plan;
      return plan;
    },
    carryOut: (action) => void world.done.push(action),
    presence: (sessions) => {
      world.asked.push(sessions);
      return world.presence(sessions);
    },
    tell: (entry) => void world.told.push(entry),
    now: () => 1000,
    alarm: (ring) => {
      world.ring = ring;
      return { set: (inMs) => void world.alarms.push(inMs) };
    },
  });
  return { ...world, world, switcher };
}

test('what a plan says is done, and planned again until nothing is left to decide', async () => {
  const t = startSwitcher(
    { ...NOTHING, actions: [STAYS] },
    { ...NOTHING, actions: [STAYS] },
    NOTHING,
  );
  t.switcher.wake();
  t.switcher.wake();
  await settle();
  expect(t.done).toEqual([STAYS, STAYS]);
  expect(t.planned).toHaveLength(3);
  expect(t.asked).toEqual([]);
});

test('tmux is asked who is there only when the plan wants to know, once in a pass, and the plan is told', async () => {
  const asks = { ...NOTHING, askPresenceOf: ['a', 'b'] };
  const t = startSwitcher(asks);
  t.world.presence = async () => new Map([['a', AWAY]]);
  t.switcher.wake();
  await settle();
  expect(t.asked).toEqual([['a', 'b']]);
  expect(t.planned).toEqual([new Map(), new Map([['a', AWAY]])]);
});

test('what needs no answer of tmux is done before it is asked, and a tmux that fails is told of once', async () => {
  const both = { ...NOTHING, actions: [STAYS], askPresenceOf: ['a'] };
  const t = startSwitcher(both, { ...both, actions: [] });
  t.world.presence = () => Promise.reject(new Error('tmux did not answer'));
  for (let i = 0; i < 2; i++) {
    t.switcher.wake();
    await settle();
  }
  expect(t.done).toEqual([STAYS]);
  expect(t.told).toMatchObject([
    { event: 'daemon.error', error: new Error('tmux did not answer') },
  ]);
});

test('it looks again when the plan says so, and then the alarm is as the next plan says', async () => {
  const t = startSwitcher({ ...NOTHING, lookAgainAt: 6000 }, NOTHING);
  t.switcher.wake();
  await settle();
  t.world.ring();
  await settle();
  expect(t.alarms).toEqual([5000, null]);
  expect(t.planned).toHaveLength(2);
});

test('a plan that never comes to rest is said to be wrong, and holds up nobody', async () => {
  const t = startSwitcher({ ...NOTHING, actions: [STAYS] });
  t.switcher.wake();
  await settle();
  expect(t.done).toHaveLength(100);
  expect(t.told).toMatchObject([{ event: 'daemon.error' }]);
});

test('a plan that throws is said once, and is made again at the next wake', async () => {
  const t = startSwitcher(
    new Error('a bug'),
    new Error('a bug'),
    { ...NOTHING, actions: [STAYS] },
    NOTHING,
  );
  for (let i = 0; i < 3; i++) {
    t.switcher.wake();
    await settle();
  }
  expect(t.told).toHaveLength(1);
  expect(t.done).toEqual([STAYS]);
});

test('after a stop nothing is decided, also by a pass that waits for tmux', async () => {
  const t = startSwitcher({ ...NOTHING, askPresenceOf: ['a'] }, { ...NOTHING, actions: [STAYS] });
  let answer = (_: ReadonlyMap<string, Presence>) => {};
  t.world.presence = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  t.switcher.wake();
  await settle();
  const stopped = t.switcher.stop();
  answer(new Map());
  await stopped;
  t.switcher.wake();
  await settle();
  expect(t.done).toEqual([]);
  expect(t.alarms).toEqual([null]);
});
