import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccountState } from '../../machines/accounts.ts';
import { isAtWork } from '../../machines/policy/people.ts';
import type {
  OpenFailover,
  SwitchAction,
  SwitchPlan,
  SwitchSession,
  SwitchView,
} from '../../supervisor/switch-facts.ts';
import { planSwitch } from '../../supervisor/switch-plan.ts';
import { NOBODY } from '../harness/switch-facts.ts';
import { arrive, HAPPENINGS, limitHits } from '../harness/toy-switch-session.ts';
import { createToyWorld, type ToyWorld } from '../harness/toy-switch-world.ts';

/*
 * Sessions that work, meet limits, crash, are held, fail; accounts that come and go; people; journals that
 * fail; daemons that are killed: in any order, and the plan is right after each.
 */

jest.setTimeout(60_000);

const ACCOUNTS = ['first', 'second', 'third'];
const STATES: readonly AccountState[] = [
  'available',
  'available',
  'limited',
  'limited',
  'unauthenticated',
  'quarantined',
  'disabled',
];
const WORDS = Object.keys(HAPPENINGS) as (keyof typeof HAPPENINGS)[];

const what = fc.oneof(
  { weight: 16, arbitrary: fc.constant('goes on' as const) },
  { weight: 5, arbitrary: fc.constant('works' as const) },
  { weight: 4, arbitrary: fc.constant('limit' as const) },
  { weight: 3, arbitrary: fc.constantFrom('account' as const, 'recovers' as const) },
  { weight: 2, arbitrary: fc.constantFrom('person' as const, 'time' as const) },
  { weight: 2, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.constant('fails to go on' as const) },
  { weight: 1, arbitrary: fc.constantFrom('wish' as const, 'kill' as const) },
);
const step = fc.record({ what, who: fc.nat(20), which: fc.nat(20), isGood: fc.boolean() });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const rules = fc.record({
  kinds: fc.array(
    fc.constantFrom('autonomous' as const, 'autonomous' as const, 'dedicated' as const),
    { minLength: 1, maxLength: 4 },
  ),
  accounts: fc.integer({ min: 1, max: 3 }),
  strategy: fc.constantFrom('priority' as const, 'spread' as const),
  concurrency: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(step, { minLength: 30, maxLength: 100, size: 'max' }),
});
type Rules = typeof rules extends fc.Arbitrary<infer T> ? T : never;

const RUNS = { numRuns: 150 };

/** Lets everything happen, each with a pass after it. */
async function live(
  { kinds, accounts, strategy, concurrency, steps }: Rules,
  watch: (plan: SwitchPlan, view: SwitchView) => void,
  after: (world: ToyWorld, view: SwitchView) => void = () => {},
): Promise<ToyWorld> {
  const world = createToyWorld({
    accounts: ACCOUNTS.slice(0, accounts),
    sessions: kinds.map((kind) => ({ kind })),
    rules: { strategy, concurrency },
    watch,
  });
  for (const one of steps) {
    await happen(world, one);
    after(world, (await world.pass()).view);
  }
  return world;
}

async function happen(world: ToyWorld, { what: word, who, which, isGood }: Step): Promise<void> {
  const name = pick([...world.pool.keys()], who);
  const account = pick([...world.states.keys()], which);
  switch (word) {
    case 'goes on':
      return await goOn(world, pick(underWay(world), who), which);
    case 'fails to go on':
      return world.change(pick(underWay(world), who), (it) => HAPPENINGS.crashes(it, world.states));
    case 'limit':
      return hitLimit(world, name);
    case 'account':
      return void world.states.set(account, pick(STATES, which));
    case 'recovers':
      return void world.states.set(account, 'available');
    case 'person':
      return void world.people.set(name, {
        ...NOBODY,
        lastActiveAt: world.now(),
        hasDraft: isGood,
      });
    case 'time':
      return await world.passTime(isGood ? 5000 : 60_000);
    case 'wish':
      return world.wish(isGood ? account : null);
    case 'kill':
      return world.killDaemon(isGood);
    default:
      world.change(name, (it) => HAPPENINGS[word](it, world.states));
  }
}

/** Sessions whose order is being written or carried out, or whose agent comes up. */
function underWay(world: ToyWorld): readonly string[] {
  const { sessions, failovers } = world.view();
  const noting = new Set(failovers.flatMap(({ session, isNoting }) => (isNoting ? [session] : [])));
  const names = sessions.flatMap(({ name, phase }) =>
    noting.has(name) || ['moving', 'coming', 'crashed', 'delivering', 'ending'].includes(phase)
      ? [name]
      : [],
  );
  return names.length === 0 ? [...world.pool.keys()] : names;
}

/** One step further. */
async function goOn(world: ToyWorld, name: string, which: number): Promise<void> {
  await world.write(name, which > 2);
  world.change(name, (it) => {
    if (it.phase === 'moving') return arrive(it, pick(ENDS, which), world.states);
    return HAPPENINGS[it.phase === 'ending' ? 'is ended' : 'comes up'](it, world.states);
  });
}

const ENDS = ['goes well', 'goes well', 'goes well', 'is refused', 'is postponed'] as const;

function pick<T>(some: readonly T[], which: number): T {
  return some[which % some.length] as T;
}

function hitLimit(world: ToyWorld, name: string): void {
  const before = world.pool.get(name);
  world.change(name, limitHits);
  const after = world.pool.get(name);
  if (before !== after && after !== undefined) world.states.set(after.account, 'limited');
}

/** What is decided of a session: everything but what only records what it shows. */
function isDecision(action: SwitchAction): boolean {
  if (action.kind === 'begin') return true;
  return action.event.type === 'failover.decided' || action.event.type === 'failover.no_account';
}

function sessionOf({ sessions }: SwitchView, name: string): SwitchSession {
  const session = sessions.find((one) => one.name === name);
  if (session === undefined) throw new Error(`no session ${name}`);
  return session;
}

function failoverOf({ failovers }: SwitchView, name: string): OpenFailover | undefined {
  return failovers.find(({ session }) => session === name);
}

function targetsOf({ actions }: SwitchPlan): readonly { session: string; to: string }[] {
  return actions.flatMap((action) =>
    action.kind === 'tell' && action.event.type === 'failover.decided'
      ? [{ session: action.session, to: action.event.to }]
      : [],
  );
}

const isUsable = ({ accounts }: SwitchView, name: string) =>
  accounts.find((account) => account.name === name)?.state === 'available';

const isCalm = ({ phase, trouble }: SwitchSession) => phase === 'atRest' && trouble === null;

const onTheirWay = ({ failovers }: SwitchView) =>
  failovers.filter(({ step: at }) => at === 'moving' || at === 'resuming').length;

async function always(check: (plan: SwitchPlan, view: SwitchView) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(rules, async (given) => {
      (await live(given, check)).stop();
    }),
    RUNS,
  );
}

test('never are more on their way than are allowed', () =>
  fc.assert(
    fc.asyncProperty(rules, async (given) => {
      const world = await live(
        given,
        (plan, view) => {
          const begun = targetsOf(plan).length;
          if (begun > 0) expect(onTheirWay(view) + begun).toBeLessThanOrEqual(given.concurrency);
        },
        (_, view) => expect(onTheirWay(view)).toBeLessThanOrEqual(given.concurrency),
      );
      world.stop();
    }),
    RUNS,
  ));

test('no target is one that cannot be used, or that has refused', () =>
  always((plan, view) => {
    for (const { session, to } of targetsOf(plan)) {
      expect([to, isUsable(view, to)]).toEqual([to, true]);
      expect(failoverOf(view, session)?.tried).not.toContain(to);
    }
  }));

test('nothing is decided of a session that is held, blocked, failed, or has a turn that runs', () =>
  always((plan, view) => {
    for (const action of plan.actions.filter(isDecision)) {
      const { phase, isHeld } = sessionOf(view, action.session);
      expect([isHeld, ['atRest', 'awaiting', 'parked', 'crashed'].includes(phase)]).toEqual([
        false,
        true,
      ]);
    }
  }));

test('a person`s session is never parked, nor an agent that could go on', () =>
  always((plan, view) => {
    for (const action of plan.actions) {
      if (action.kind !== 'tell' || action.event.type !== 'failover.no_account') continue;
      const { kind, trouble, hasAgent } = sessionOf(view, action.session);
      expect([kind, trouble !== null || !hasAgent]).toEqual(['autonomous', true]);
    }
  }));

test('limits that come and go never make a healthy session on an account that can be used move', () =>
  always((plan, view) => {
    for (const action of plan.actions.filter(isDecision)) {
      const session = sessionOf(view, action.session);
      if (!isCalm(session) || failoverOf(view, session.name)?.reason === 'operator') continue;
      expect(isUsable(view, session.account)).toBe(false);
    }
  }));

test('an agent that could go on is never taken from somebody who is, or may be, at work with it', () =>
  always((plan, view) => {
    for (const { session } of targetsOf(plan)) {
      if (!isCalm(sessionOf(view, session))) continue;
      const seen = view.presence.get(session);
      expect(seen !== undefined && !isAtWork(seen, view.now)).toBe(true);
    }
  }));

test('a plan says one thing of each session, and looks again in the future', () =>
  always(({ actions, lookAgainAt }, { now }) => {
    expect(new Set(actions.map(({ session }) => session)).size).toBe(actions.length);
    if (lookAgainAt !== null) expect(lookAgainAt).toBeGreaterThan(now);
  }));

test('when nothing has changed, nothing is done', () =>
  fc.assert(
    fc.asyncProperty(rules, async (given) => {
      const world = await live(
        given,
        () => {},
        (_, view) => expect(planSwitch(view).actions).toEqual([]),
      );
      world.stop();
    }),
    RUNS,
  ));

test('whoever has to leave is on its way, is parked, or waits for something that has a name', () =>
  fc.assert(
    fc.asyncProperty(rules, async (given) => {
      const world = await live(
        given,
        () => {},
        (_, view) => {
          const unnamed = view.sessions.filter((session) => causeOf(session, view) === null);
          if (unnamed.length > 0) expect({ unnamed, failovers: view.failovers }).toBeNull();
        },
      );
      world.stop();
    }),
    RUNS,
  ));

test('once everything works again, every session is at its prompt and every failover has ended', () =>
  fc.assert(
    fc.asyncProperty(rules, async (given) => {
      const world = await live(given, () => {});
      for (let round = 0; round < 40; round++) await mend(world);
      expect([...world.failovers.values()].map((one) => one.facts())).toEqual([]);
      expect(new Set([...world.pool.values()].map(({ phase }) => phase))).toEqual(
        new Set(['atRest']),
      );
      world.stop();
    }),
    RUNS,
  ));

/** What a session that is where it is waits for; null = nothing that is known. */
function causeOf(session: SwitchSession, view: SwitchView): string | null {
  const { phase, isHeld } = session;
  if (isHeld || phase === 'held' || phase === 'blocked' || phase === 'failed') return 'an operator';
  if (phase !== 'atRest' && phase !== 'awaiting' && phase !== 'parked') return 'itself';
  const failover = failoverOf(view, session.name);
  if (failover === undefined) return whyWithout(session, view);
  return failover.isNoting ? 'the journal' : whyChoosing(session, failover, view);
}

function whyWithout(session: SwitchSession, view: SwitchView): string | null {
  if (session.phase !== 'atRest') return null;
  if (isUsable(view, session.account)) return 'nothing';
  if (session.trouble !== null) return null;
  if (areLinksBroken(session, view)) return 'its links';
  return view.accounts.some((account) => account.state === 'available') ? null : 'an account';
}

function whyChoosing(
  session: SwitchSession,
  failover: OpenFailover,
  view: SwitchView,
): string | null {
  const { tried, step: at, notBefore, reason } = failover;
  if (at !== 'choosing' && at !== 'parked') return null;
  if (notBefore !== null && notBefore > view.now) return 'a while';
  const targets = view.accounts.filter(
    ({ name, state }) => state === 'available' && !tried.includes(name),
  );
  if (targets.length === 0) return whyUnparked(session, failover);
  const isLeftAlone = isCalm(session) && reason !== 'operator' && areLinksBroken(session, view);
  return isLeftAlone ? 'its links' : whyUndecided(session, view);
}

function areLinksBroken({ account }: SwitchSession, { accounts }: SwitchView): boolean {
  return accounts.find(({ name }) => name === account)?.state === 'quarantined';
}

function whyUndecided({ name, phase }: SwitchSession, view: SwitchView): string | null {
  if (onTheirWay(view) >= view.concurrency) return 'a place';
  const seen = view.presence.get(name);
  const isTaken = seen === undefined || isAtWork(seen, view.now);
  return phase === 'atRest' && isTaken ? 'a person' : null;
}

function whyUnparked(
  { phase, kind, trouble, hasAgent }: SwitchSession,
  { step: at }: OpenFailover,
): string | null {
  if (phase === 'parked' && at === 'parked') return 'an account';
  if (phase === 'atRest' || kind === 'dedicated') return 'an account';
  return trouble === null && hasAgent ? 'an account' : null;
}

/** Everything that can go well does. */
async function mend(world: ToyWorld): Promise<void> {
  for (const account of world.states.keys()) world.states.set(account, 'available');
  for (const name of world.pool.keys()) {
    world.people.set(name, NOBODY);
    await world.write(name, true);
    world.change(name, (it) => arrive(it, 'goes well', world.states));
    for (const word of ['is released', 'is reset', 'is ended', 'comes up', 'ends well'] as const) {
      world.change(name, (it) => HAPPENINGS[word](it, world.states));
    }
  }
  await world.pass();
  await world.passTime(2000);
}
