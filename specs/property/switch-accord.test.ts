import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { isOwnAccord } from '../../machines/policy/better-account.ts';
import type {
  SwitchAccount,
  SwitchAction,
  SwitchPlan,
  SwitchSession,
  SwitchView,
} from '../../supervisor/switch-facts.ts';
import { planSwitch } from '../../supervisor/switch-plan.ts';
import { NOBODY } from '../harness/switch-facts.ts';
import { arrive, HAPPENINGS, limitHits, type ToySession } from '../harness/toy-switch-session.ts';
import { createToyWorld, type ToyWorld } from '../harness/toy-switch-world.ts';

/*
 * Usage that grows and is given back, limits that are met and end, work, people, time: in any order. Sessions
 * leave accounts that are nearly used up, and go back to preferred ones, but seldom.
 */

jest.setTimeout(60_000);

const ACCOUNTS = ['first', 'second', 'third'];
const COOLDOWN_MS = 60_000;
const THRESHOLD = 0.85;

const step = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constant('goes on' as const) },
    { weight: 4, arbitrary: fc.constantFrom('works' as const, 'ends well' as const) },
    { weight: 1, arbitrary: fc.constant('is launched for a task' as const) },
    { weight: 3, arbitrary: fc.constant('time' as const) },
    { weight: 3, arbitrary: fc.constantFrom('usage' as const, 'limit' as const) },
    { weight: 3, arbitrary: fc.constantFrom('is limited' as const, 'recovers' as const) },
    { weight: 1, arbitrary: fc.constantFrom('person' as const, 'kill' as const) },
  ),
  who: fc.nat(20),
  which: fc.nat(20),
  much: fc.constantFrom(10, 50, 81, 85, 99),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const lives = fc.record({
  kinds: fc.array(fc.constantFrom('autonomous' as const, 'dedicated' as const), {
    minLength: 1,
    maxLength: 3,
  }),
  accounts: fc.integer({ min: 2, max: 3 }),
  strategy: fc.constantFrom('priority' as const, 'priority' as const, 'spread' as const),
  returnToPreferred: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(step, { minLength: 30, maxLength: 120, size: 'max' }),
});
type Life = typeof lives extends fc.Arbitrary<infer T> ? T : never;

const RUNS = { numRuns: 150 };

interface Watcher {
  readonly plan?: (plan: SwitchPlan, view: SwitchView) => void;
  readonly after?: (world: ToyWorld) => void;
  readonly planBy?: typeof planSwitch;
}

/** Lets everything happen, each with a pass after it. */
async function live(
  { kinds, accounts, steps, ...rules }: Life,
  { plan = () => {}, after = () => {}, planBy = planSwitch }: Watcher,
): Promise<ToyWorld> {
  const world = createToyWorld({
    accounts: ACCOUNTS.slice(0, accounts),
    sessions: kinds.map((kind) => ({ kind })),
    rules: { ...rules, proactiveThreshold: THRESHOLD, cooldownMs: COOLDOWN_MS },
    watch: plan,
    planBy,
  });
  for (const one of steps) {
    await happen(world, one);
    await world.pass();
    after(world);
  }
  return world;
}

async function happen(world: ToyWorld, { what, who, which, much }: Step): Promise<void> {
  const name = pick([...world.pool.keys()], who);
  const account = pick([...world.states.keys()], which);
  switch (what) {
    case 'goes on':
      return await goOn(world, name);
    case 'works':
    case 'ends well':
    case 'is launched for a task':
      return world.change(name, (it) => HAPPENINGS[what](it, world.states));
    case 'time':
      return await world.passTime(much * 1000);
    case 'usage': {
      const resetsAt = world.now() + much * 2000;
      return void world.used.set(account, { window: 'fiveHour', usedPercent: much, resetsAt });
    }
    case 'limit':
      return hitLimit(world, name);
    case 'is limited':
      return void world.states.set(account, 'limited');
    case 'recovers':
      return void world.states.set(account, 'available');
    case 'person':
      return void world.people.set(name, { ...NOBODY, lastActiveAt: world.now() });
    case 'kill':
      return world.killDaemon(which % 2 === 0);
  }
}

/** Its order is written, carried out, and its agent comes up. */
async function goOn(world: ToyWorld, name: string): Promise<void> {
  await world.write(name, true);
  world.change(name, (it) => {
    if (it.phase === 'moving') return arrive(it, 'goes well', world.states);
    return HAPPENINGS[it.phase === 'ending' ? 'is ended' : 'comes up'](it, world.states);
  });
}

/** Its own turn ends at the limit of its account. */
function hitLimit(world: ToyWorld, name: string): void {
  const before = world.pool.get(name);
  world.change(name, limitHits);
  const after = world.pool.get(name);
  if (before !== after && after !== undefined) world.states.set(after.account, 'limited');
}

function pick<T>(some: readonly T[], which: number): T {
  return some[which % some.length] as T;
}

interface Settled {
  readonly account: string;
  readonly at: number;
  /** Its own turn has failed since, or could not begin; or nobody knows that it has moved at all. */
  readonly mayLeave: boolean;
}

/** Sees where sessions come to rest; says which has come to another account too soon after it came to the last. */
function createOracle() {
  const settled = new Map<string, Settled>();
  const tooSoon: string[] = [];
  const arrived = ({ name, account }: ToySession, last: Settled, now: number) => {
    if (!last.mayLeave && now < last.at + COOLDOWN_MS) tooSoon.push(`${name} at ${now}`);
    settled.set(name, { account, at: now, mayLeave: false });
  };
  const look = (one: ToySession, now: number) => {
    const { name, account } = one;
    const last = settled.get(name) ?? { account, at: now, mayLeave: true };
    settled.set(name, isStuck(one) ? { ...last, mayLeave: true } : last);
    if (one.trouble === null && isThere(one) && account !== last.account) arrived(one, last, now);
  };
  return {
    tooSoon,
    look: (world: ToyWorld) => {
      for (const one of world.pool.values()) look(one, world.now());
    },
  };
}

/** Its turn failed, or its task cannot begin where it is. */
function isStuck({ trouble, phase, hasTask }: ToySession): boolean {
  return trouble !== null || (phase === 'awaiting' && hasTask);
}

function isThere({ phase }: ToySession): boolean {
  return phase === 'atRest' || phase === 'atWork';
}

const neverTooSoon = (planBy: typeof planSwitch) =>
  fc.asyncProperty(lives, async (given) => {
    const oracle = createOracle();
    const world = await live(given, { after: oracle.look, planBy });
    world.stop();
    expect(oracle.tooSoon).toEqual([]);
  });

test('no session moves twice within the cooldown, unless its own turn ended in trouble or cannot begin', () =>
  fc.assert(neverTooSoon(planSwitch), RUNS));

test.each<readonly [string, typeof planSwitch]>([
  ['forgets when sessions moved', (view) => planSwitch({ ...view, past: new Map() })],
  ['knows no cooldown', (view) => planSwitch({ ...view, cooldownMs: 0 })],
])('a plan that %s is found out by that', async (_, wrong) => {
  const found = await fc.check(neverTooSoon(wrong), { numRuns: 1000, endOnFailure: true });
  expect(found.failed).toBe(true);
});

type Told = Extract<SwitchAction, { readonly kind: 'tell' }>;

/** Looks at each thing that any failover is told. */
const always = (look: (told: Told, session: SwitchSession, view: SwitchView) => void) =>
  fc.assert(
    fc.asyncProperty(lives, async (given) => {
      const plan = ({ actions }: SwitchPlan, view: SwitchView) => {
        for (const action of actions) {
          const session = view.sessions.find(({ name }) => name === action.session);
          if (action.kind === 'tell' && session !== undefined) look(action, session, view);
        }
      };
      (await live(given, { plan })).stop();
    }),
    RUNS,
  );

const ORDERS = ['failover.decided', 'failover.no_account'];

test('a turn is never cut, whatever is used of its account', () =>
  always(({ event }, { phase }) => {
    if (ORDERS.includes(event.type)) expect(['atRest', 'awaiting', 'parked']).toContain(phase);
  }));

test('of its own accord a session at rest goes only where enough is left, and is never parked', () =>
  always(({ event }, session, { accounts, failovers }) => {
    const isCalm = session.phase === 'atRest' && session.trouble === null;
    const failover = failovers.find((one) => one.session === session.name);
    if (!isCalm || failover === undefined || !isOwnAccord(failover.reason)) return;
    expect(event.type).not.toBe('failover.no_account');
    if (event.type !== 'failover.decided') return;
    expect(accounts.filter(isGood).map(({ name }) => name)).toContain(event.to);
  }));

/** Sessions may go there by themselves. */
function isGood({ state, used }: SwitchAccount): boolean {
  return state === 'available' && (used?.usedPercent ?? 0) <= 80;
}

test('once nothing happens any more, none is left where it need not be', () =>
  fc.assert(
    fc.asyncProperty(lives, async (given) => {
      const world = await live(given, {});
      for (let round = 0; round < 30; round++) await calmDown(world);
      const { view } = await world.pass();
      world.stop();
      if (view.accounts.some(isGood)) expect(view.sessions.filter(isMisplaced(view))).toEqual([]);
    }),
    RUNS,
  ));

/** All turns end well, all orders are carried out, and time passes. */
async function calmDown(world: ToyWorld): Promise<void> {
  for (const name of world.pool.keys()) {
    await goOn(world, name);
    world.change(name, (it) => HAPPENINGS['ends well'](it, world.states));
  }
  await world.pass();
  await world.passTime(COOLDOWN_MS / 2);
}

/** It cannot go on there, or should not, or has not gone back. */
function isMisplaced({ accounts, returnToPreferred, strategy }: SwitchView) {
  const goesBack = returnToPreferred && strategy === 'priority';
  const best = accounts.find(isGood)?.name;
  return ({ account }: SwitchSession): boolean => {
    const own = accounts.find(({ name }) => name === account);
    if (own?.state !== 'available' || (own.used?.usedPercent ?? 0) >= 85) return true;
    return goesBack && account !== best;
  };
}
