import { expect, test } from '@jest/globals';
import type { Presence } from '../../../machines/ports.ts';
import type {
  OpenFailover,
  SwitchPhase,
  SwitchSession,
  SwitchView,
} from '../../../supervisor/switch-facts.ts';
import { planSwitch } from '../../../supervisor/switch-plan.ts';
import { whatItWaitsFor } from '../../../supervisor/waits-for.ts';
import {
  limited,
  limitOf,
  movingTo,
  NOBODY,
  NOW,
  openFailover,
  stuck,
  switchAccount,
  switchSession,
  switchView,
} from '../../harness/switch-facts.ts';
import { EVIDENCE } from '../../harness/test-failover.ts';

const NO_OTHER = { accounts: [limited('first')] } as const;
const OWN_AGAIN = { accounts: [switchAccount('first'), switchAccount('second')] } as const;

/** What the failover of each session is told. */
function told(view: Partial<SwitchView>) {
  return planSwitch(switchView(view)).actions.map((action) =>
    action.kind === 'tell' ? [action.session, action.event] : [action.session, action.kind],
  );
}

/** What one failover is told of its session; undefined = nothing. */
function toldOne(
  session: SwitchSession,
  failover: Partial<OpenFailover> = {},
  view: Partial<SwitchView> = {},
) {
  const failovers = [openFailover(session.name, failover)];
  return told({ sessions: [session], failovers, ...view })[0]?.[1];
}

const decided = (to: string) => ({ type: 'failover.decided', to, why: expect.any(String) });
const NO_ACCOUNT = { type: 'failover.no_account', until: NOW + 3_600_000 };
const STAYED = { type: 'failover.stayed' };
const NOT_TAKEN = {
  type: 'failover.refused',
  code: 'ORDER_NOT_TAKEN',
  excludes: false,
  retryAt: NOW + 5000,
};
const at = (name: string, seen: Partial<Presence>) => new Map([[name, { ...NOBODY, ...seen }]]);

// ── who has to leave ────────────────────────────────────────────────────────────────────────────

test('a session whose task met the limit of its account has to leave it, with the evidence', () => {
  expect(planSwitch(switchView({ sessions: [stuck('a')] })).actions).toEqual([
    {
      kind: 'begin',
      session: 'a',
      conversation: 'conversation of a',
      from: 'first',
      reason: 'limit',
      evidence: EVIDENCE,
      wanted: null,
    },
  ]);
});

test.each<readonly [string, SwitchSession, string]>([
  ['whose launch its account refused', stuck('a', { trouble: null }), 'unavailable'],
  ['that is parked without anybody knowing', stuck('a', { phase: 'parked' }), 'limit'],
  ['at rest whose turn met a limit', switchSession('a', { trouble: limitOf('first') }), 'limit'],
  ['at its prompt whose account another has found limited', switchSession('a'), 'unavailable'],
  ['on an account that is not in the config', switchSession('a', { account: 'x' }), 'unavailable'],
])('a session %s has to leave', (_, session, reason) => {
  const [action] = planSwitch(switchView({ sessions: [session] })).actions;
  expect(action).toMatchObject({ kind: 'begin', session: 'a', from: session.account, reason });
});

test('a session whose login is lost leaves for that reason', () => {
  const trouble = { ...limitOf('first'), trouble: { kind: 'login' } } as const;
  const [action] = planSwitch(switchView({ sessions: [stuck('a', { trouble })] })).actions;
  expect(action).toMatchObject({ kind: 'begin', reason: 'login', evidence: EVIDENCE });
});

test.each<readonly [string, SwitchSession, Partial<SwitchView>]>([
  ['is at its prompt on an account that can be used', switchSession('a'), OWN_AGAIN],
  ['met a limit that is over', switchSession('a', { trouble: limitOf('first') }), OWN_AGAIN],
  ['is at its prompt, with nowhere else to go', switchSession('a'), NO_OTHER],
  [
    'is at its prompt on an account whose links went wrong',
    switchSession('a'),
    { accounts: [switchAccount('first', { state: 'quarantined' }), switchAccount('second')] },
  ],
  ['is to be held', stuck('a', { isHeld: true }), {}],
])('a session that %s stays where it is', (_, session, view) => {
  expect(told({ sessions: [session], ...view })).toEqual([]);
});

test.each<SwitchPhase>([
  'atWork',
  'delivering',
  'coming',
  'moving',
  'ending',
  'held',
  'blocked',
  'failed',
])('a session that is %s is not asked to leave', (phase) => {
  expect(told({ sessions: [switchSession('a', { phase })] })).toEqual([]);
});

test('a session at rest after a limit has to leave also when there is nowhere to go yet', () => {
  const session = switchSession('a', { trouble: limitOf('first') });
  expect(told({ sessions: [session], ...NO_OTHER })).toEqual([['a', 'begin']]);
});

test('a session has one failover at a time', () => {
  const failovers = [openFailover('a', { notBefore: NOW + 10 })];
  expect(told({ sessions: [stuck('a')], failovers })).toEqual([]);
});

// ── where it goes ───────────────────────────────────────────────────────────────────────────────

test('the preferred account that can be used is the target, and by spread the one with the fewest sessions', () => {
  const accounts = [limited('first'), switchAccount('second'), switchAccount('third')];
  const sessions = [stuck('a'), switchSession('b', { account: 'second' })];
  const failovers = [openFailover('a')];
  expect(told({ sessions, failovers, accounts })).toEqual([['a', decided('third')]]);
  const first = [limited('first'), switchAccount('second', { priority: 0 }), accounts[2]];
  const view = { sessions, failovers, accounts: first.flatMap((one) => one ?? []) };
  expect(told(view)).toEqual([['a', decided('second')]]);
  expect(told({ ...view, strategy: 'spread' })).toEqual([['a', decided('third')]]);
});

test('sessions that are on their way count where they go, and each decision sees those before it', () => {
  const accounts = ['second', 'third', 'fourth'].map((name) => switchAccount(name));
  const sessions = ['a', 'b', 'c', 'd'].map((name) => stuck(name));
  const view: Partial<SwitchView> = {
    sessions,
    accounts: [limited('first'), ...accounts],
    strategy: 'spread',
    concurrency: 9,
    failovers: [
      movingTo('second', 'a', { isNoting: true }),
      ...['b', 'c', 'd'].map((name) => openFailover(name)),
    ],
  };
  expect(told(view)).toEqual([
    ['b', decided('third')],
    ['c', decided('fourth')],
    ['d', decided('second')],
  ]);
});

test('a session that leaves is no load any more where it was', () => {
  const accounts = ['second', 'first', 'third'].map((name) => switchAccount(name));
  const sessions = [switchSession('a'), switchSession('c', { account: 'third' })];
  const asked = { reason: 'operator', evidence: null } as const;
  const failovers = [
    openFailover('a', { ...asked, wanted: 'second', startedAt: NOW - 9 }),
    openFailover('c', { ...asked, from: 'third', startedAt: NOW - 8 }),
  ];
  expect(told({ sessions, failovers, accounts, strategy: 'spread' })).toEqual([
    ['a', decided('second')],
    ['c', decided('first')],
  ]);
});

test('a session that was refused counts where it is, not where it was to go', () => {
  const accounts = [limited('first'), switchAccount('second'), switchAccount('third')];
  const failovers = [openFailover('a', { to: 'second', notBefore: NOW + 1 }), openFailover('b')];
  const view = { sessions: [stuck('a'), stuck('b')], failovers, accounts };
  expect(told({ ...view, strategy: 'spread' })).toEqual([['b', decided('second')]]);
});

test('a session that is parked, given up or another`s is no load', () => {
  const accounts = [limited('first'), switchAccount('second'), switchAccount('third')];
  const others = (['parked', 'failed', 'blocked'] as const).map((phase) =>
    switchSession(phase, { phase, account: 'second' }),
  );
  const sessions = [stuck('a'), ...others, switchSession('z', { account: 'third' })];
  const failovers = [openFailover('a'), openFailover('parked', { notBefore: NOW + 1 })];
  expect(told({ sessions, failovers, accounts })).toEqual([['a', decided('second')]]);
});

test('as many as are allowed are on their way at once, those whose order is being written among them', () => {
  const sessions = ['a', 'b', 'c', 'd'].map((name) => stuck(name));
  const failovers = [
    movingTo('second', 'a', { isNoting: true }),
    openFailover('b'),
    openFailover('c'),
    openFailover('d'),
  ];
  expect(told({ sessions, failovers })).toEqual([['b', decided('second')]]);
  expect(told({ sessions, failovers, concurrency: 1 })).toEqual([]);
});

test('one that resumes has its place still; one that is parked, or is being, has none', () => {
  const names = ['a', 'b', 'c', 'd'];
  const sessions = [
    switchSession('a', { phase: 'coming', account: 'second' }),
    stuck('b', { phase: 'parked' }),
    stuck('c', { phase: 'ending' }),
    stuck('d'),
  ];
  const steps = ['resuming', 'parked', 'parking', 'choosing'] as const;
  const failovers = steps.map((step, i) =>
    openFailover(names[i] ?? '', {
      step,
      to: 'second',
      notBefore: step === 'parked' ? NOW + 1 : null,
    }),
  );
  expect(told({ sessions, failovers })).toEqual([['d', decided('second')]]);
  expect(told({ sessions, failovers, concurrency: 1 })).toEqual([]);
});

test('a conversation that stands still goes before an agent that could go on, then whoever has waited longest', () => {
  const sessions = [switchSession('calm'), stuck('late'), stuck('early')];
  const failovers = [
    openFailover('calm', { startedAt: NOW - 9000 }),
    openFailover('late', { startedAt: NOW - 10 }),
    openFailover('early', { startedAt: NOW - 20 }),
  ];
  expect(told({ sessions, failovers })).toEqual([
    ['early', decided('second')],
    ['late', decided('second')],
  ]);
});

test('who refused it is not its target, whatever the state of that account', () => {
  const accounts = [limited('first'), switchAccount('second'), switchAccount('third')];
  expect(toldOne(stuck('a'), { tried: ['second'] }, { accounts })).toEqual(decided('third'));
  expect(toldOne(stuck('a'), { tried: ['second'] })).toEqual(NO_ACCOUNT);
});

test('nothing is chosen before its time, and then it is', () => {
  const sessions = [stuck('a')];
  const failovers = [openFailover('a', { notBefore: NOW + 3000 })];
  const early = planSwitch(switchView({ sessions, failovers }));
  expect(early).toMatchObject({ actions: [], lookAgainAt: NOW + 3000 });
  const due = switchView({ sessions, failovers, now: NOW + 3000 });
  expect(planSwitch(due)).toMatchObject({
    actions: [{ event: decided('second') }],
    lookAgainAt: null,
  });
});

test('a clock that was set back keeps nobody waiting', () => {
  expect(toldOne(stuck('a'), { notBefore: NOW + 5001 })).toEqual(decided('second'));
});

// ── its own account can be used again ───────────────────────────────────────────────────────────

test('a session whose task stands still goes on where it was, before anywhere else', () => {
  expect(toldOne(stuck('a'), {}, OWN_AGAIN)).toEqual(decided('first'));
  expect(toldOne(stuck('a'), { tried: ['first'] }, OWN_AGAIN)).toEqual(decided('second'));
});

test.each<SwitchPhase>(['atRest', 'atWork', 'delivering'])(
  'a session that is %s and well need not leave an account that can be used again',
  (phase) => {
    expect(toldOne(switchSession('a', { phase }), {}, OWN_AGAIN)).toEqual(STAYED);
  },
);

test('a session at rest after a limit is started anew there once nobody is at work with it', () => {
  const session = switchSession('a', { trouble: limitOf('first') });
  expect(toldOne(session, {}, OWN_AGAIN)).toEqual(decided('first'));
  const presence = at('a', { lastActiveAt: NOW - 1000 });
  expect(toldOne(session, {}, { ...OWN_AGAIN, presence })).toBeUndefined();
});

// ── no account is left ──────────────────────────────────────────────────────────────────────────

test('a session in trouble is parked until the first account is due', () => {
  const soon = limited('second', { availableAt: NOW + 1000 });
  const lost = switchAccount('third', { state: 'unauthenticated' });
  const accounts = [limited('first'), soon, lost];
  const until = { type: 'failover.no_account', until: NOW + 1000 };
  expect(toldOne(stuck('a'), {}, { accounts })).toEqual(until);
  const never = { type: 'failover.no_account', until: null };
  expect(toldOne(stuck('a'), {}, { accounts: [lost] })).toEqual(never);
});

test('a session without a living agent is parked also when its account alone is the reason', () => {
  expect(toldOne(stuck('a', { trouble: null }), {}, NO_OTHER)).toEqual(NO_ACCOUNT);
});

test.each<readonly [string, SwitchSession]>([
  ['with an agent that could go on', stuck('a', { trouble: null, hasAgent: true })],
  ['of a person', stuck('a', { kind: 'dedicated' })],
  ['of a person, at its prompt', switchSession('a', { kind: 'dedicated' })],
  [
    'of a person, after a limit',
    switchSession('a', { kind: 'dedicated', trouble: limitOf('first') }),
  ],
  ['at rest after a limit', switchSession('a', { trouble: limitOf('first') })],
])('a session %s is not parked: it waits', (_, session) => {
  expect(toldOne(session, {}, NO_OTHER)).toBeUndefined();
});

test('a session is not parked for want of a place', () => {
  expect(toldOne(stuck('a'), {}, { concurrency: 0 })).toBeUndefined();
});

test('a session that is parked goes on as soon as there are an account and a place', () => {
  const parked = stuck('a', { phase: 'parked' });
  expect(toldOne(parked, { step: 'parked' }, NO_OTHER)).toBeUndefined();
  expect(toldOne(parked, { step: 'parked' })).toEqual(decided('second'));
  expect(toldOne(parked, { step: 'parked' }, OWN_AGAIN)).toEqual(decided('first'));
  expect(toldOne(parked, { step: 'parked' }, { concurrency: 0 })).toBeUndefined();
  const accounts = [switchAccount('first'), switchAccount('second', { priority: 0 })];
  expect(toldOne(parked, { step: 'parked' }, { accounts })).toEqual(decided('second'));
});

test.each<readonly [SwitchPhase, unknown]>([
  ['atRest', STAYED],
  ['atWork', STAYED],
  ['delivering', STAYED],
  ['coming', undefined],
  ['held', undefined],
  ['awaiting', { type: 'failover.again', from: 'first', reason: 'unavailable', evidence: null }],
])('of a session that was parked, and is %s now, its failover is told so', (phase, event) => {
  const session = switchSession('a', { phase, hasAgent: false });
  expect(toldOne(session, { step: 'parked' }, NO_OTHER)).toEqual(event);
});

// ── people ──────────────────────────────────────────────────────────────────────────────────────

test('an agent that could go on is not taken from a person who is at work with it', () => {
  const view = { sessions: [switchSession('a')], failovers: [openFailover('a')] };
  const presence = at('a', { lastActiveAt: NOW - 59_000 });
  const busy = planSwitch(switchView({ ...view, presence }));
  expect(busy).toEqual({ actions: [], askPresenceOf: [], lookAgainAt: NOW + 1000 });
  const away = planSwitch(switchView({ ...view, presence, now: NOW + 1000 }));
  expect(away.actions).toMatchObject([{ event: decided('second') }]);
});

test('a person who has left a half-typed line is looked at again after a while', () => {
  const presence = at('a', { lastActiveAt: NOW - 600_000, hasDraft: true });
  const view = { sessions: [switchSession('a')], failovers: [openFailover('a')], presence };
  expect(planSwitch(switchView(view))).toMatchObject({ actions: [], lookAgainAt: NOW + 15_000 });
});

test('of whom nothing is known is asked, and nothing is done before', () => {
  const view = { sessions: [switchSession('a'), stuck('b')], presence: new Map() };
  const failovers = [openFailover('a'), openFailover('b')];
  const plan = planSwitch(switchView({ ...view, failovers }));
  expect(plan.actions).toMatchObject([{ session: 'b', event: decided('second') }]);
  expect(plan).toMatchObject({ askPresenceOf: ['a'], lookAgainAt: NOW + 15_000 });
});

test.each<readonly [string, Partial<SwitchView>]>([
  ['there is nowhere to go', NO_OTHER],
  ['there is no place', { concurrency: 0 }],
])('nobody is asked who is at a session while %s', (_, view) => {
  const sessions = [switchSession('a')];
  const failovers = [openFailover('a')];
  const plan = planSwitch(switchView({ sessions, failovers, presence: new Map(), ...view }));
  expect(plan).toEqual({ actions: [], askPresenceOf: [], lookAgainAt: null });
});

test('a person does not keep a session that cannot go on from moving', () => {
  const presence = at('a', { lastActiveAt: NOW });
  const session = switchSession('a', { trouble: limitOf('first') });
  expect(toldOne(session, {}, { presence })).toEqual(decided('second'));
});

// ── a session that is not to be touched ─────────────────────────────────────────────────────────

test.each<readonly [string, Partial<SwitchSession>]>([
  ['held', { phase: 'held' }],
  ['to be held', { isHeld: true }],
  ['at work', { phase: 'atWork', trouble: null }],
  ['waited for by its task', { phase: 'delivering', trouble: null }],
  ['coming up', { phase: 'coming' }],
  ['on its way by itself', { phase: 'moving' }],
  ['being parked', { phase: 'ending' }],
])('for a session that is %s nothing is chosen', (_, is) => {
  expect(toldOne(stuck('a', is))).toBeUndefined();
});

test('an agent that could go on is left alone where the links went wrong meanwhile', () => {
  const accounts = [switchAccount('first', { state: 'quarantined' }), switchAccount('second')];
  expect(toldOne(switchSession('a'), {}, { accounts })).toBeUndefined();
  expect(toldOne(stuck('a'), {}, { accounts })).toEqual(decided('second'));
});

test.each(['choosing', 'moving', 'resuming', 'parking', 'parked'] as const)(
  'a failover that is %s is given up when its session cannot go on at all',
  (step) => {
    const is = { step, to: 'second' } as const;
    const failed = switchSession('a', { phase: 'failed', reason: 'no directory' });
    const error = { type: 'failover.given_up', error: 'no directory' };
    expect(toldOne(failed, is)).toEqual(error);
    const blocked = switchSession('a', { phase: 'blocked' });
    const taken = { type: 'failover.given_up', error: 'the session is blocked' };
    expect(toldOne(blocked, is)).toEqual(taken);
  },
);

test.each(['moving', 'parking'] as const)(
  'a failover that is %s is told nothing before its order is given',
  (step) => {
    const is = { step, to: 'second', isNoting: true } as const;
    expect(toldOne(stuck('a'), is)).toBeUndefined();
    expect(toldOne(switchSession('a', { phase: 'failed' }), is)).toBeUndefined();
  },
);

test('of a session that is not there nothing is known', () => {
  expect(
    told({ sessions: [], failovers: [movingTo('second', 'gone'), openFailover('a')] }),
  ).toEqual([]);
});

// ── what became of an order ─────────────────────────────────────────────────────────────────────

test.each<SwitchPhase>(['coming', 'delivering', 'atRest', 'atWork', 'held'])(
  'a session that is %s on its target has moved',
  (phase) => {
    const session = switchSession('a', { phase, account: 'second' });
    const moved = { type: 'failover.moved' };
    expect(toldOne(session, { step: 'moving', to: 'second' })).toEqual(moved);
  },
);

test.each<SwitchPhase>(['moving', 'ending'])('while a session is %s it is waited for', (phase) => {
  const session = stuck('a', { phase, account: 'second' });
  expect(toldOne(session, { step: 'moving', to: 'second' })).toBeUndefined();
  expect(toldOne(session, { step: 'parking' })).toBeUndefined();
  expect(toldOne(session, { step: 'resuming', to: 'second' })).toBeUndefined();
});

test.each(['ACCOUNT_UNAVAILABLE', 'ACCOUNT_QUARANTINED'])(
  'a target that refused with %s is out',
  (code) => {
    const refusal = { account: 'second', code, message: 'no' };
    const event = toldOne(stuck('a', { refusal }), { step: 'moving', to: 'second' });
    expect(event).toEqual({ type: 'failover.refused', code, excludes: true, retryAt: null });
  },
);

test('a target where a person came in between is thought of again later', () => {
  const code = 'DELIVERY_POSTPONED';
  const session = switchSession('a', {
    phase: 'coming',
    refusal: { account: 'second', code, message: 'somebody is at work' },
  });
  const event = toldOne(session, { step: 'moving', to: 'second' });
  expect(event).toEqual({ type: 'failover.refused', code, excludes: false, retryAt: NOW + 5000 });
});

test.each<SwitchPhase>(['awaiting', 'parked', 'atRest', 'atWork', 'delivering', 'coming', 'held'])(
  'an order that left its session %s where it was is not taken',
  (phase) => {
    const old = { account: 'third', code: 'ACCOUNT_UNAVAILABLE', message: 'old' };
    const session = switchSession('a', { phase, refusal: old });
    expect(toldOne(session, { step: 'moving', to: 'second' })).toEqual(NOT_TAKEN);
  },
);

test('to go on where it was is done once it does', () => {
  const is = { step: 'moving', from: 'first', to: 'first' } as const;
  expect(toldOne(switchSession('a'), is)).toEqual({ type: 'failover.moved' });
  const inTrouble = switchSession('a', { trouble: limitOf('first') });
  expect(toldOne(inTrouble, is)).toEqual(NOT_TAKEN);
  expect(toldOne(switchSession('a', { phase: 'parked' }), is)).toEqual(NOT_TAKEN);
});

test('a target whose limit it meets at once has been reached all the same', () => {
  const session = switchSession('a', { account: 'second', trouble: limitOf('second') });
  expect(toldOne(session, { step: 'moving', to: 'second' })).toEqual({ type: 'failover.moved' });
});

test.each<readonly [SwitchPhase, unknown]>([
  ['atRest', { type: 'failover.resumed' }],
  ['atWork', { type: 'failover.resumed' }],
  ['held', { type: 'failover.resumed' }],
  ['coming', undefined],
  ['delivering', undefined],
])('a session that is %s on its target goes on: %p', (phase, event) => {
  const session = switchSession('a', { phase, account: 'second' });
  expect(toldOne(session, { step: 'resuming', to: 'second' })).toEqual(event);
});

test('a session that meets a limit on its target as well has to leave that one', () => {
  const session = stuck('a', { account: 'second' });
  const again = { type: 'failover.again', from: 'second', reason: 'limit', evidence: EVIDENCE };
  expect(toldOne(session, { step: 'resuming', to: 'second' })).toEqual(again);
  const refused = stuck('a', { account: 'second', trouble: null });
  const without = { ...again, reason: 'unavailable', evidence: null };
  expect(toldOne(refused, { step: 'resuming', to: 'second' })).toEqual(without);
  const parked = stuck('a', { account: 'second', phase: 'parked' });
  expect(toldOne(parked, { step: 'resuming', to: 'second' })).toEqual(again);
});

test('a session that goes on somewhere else than its failover knows needs none', () => {
  const session = switchSession('a', { account: 'third' });
  expect(toldOne(session, { step: 'resuming', to: 'second' })).toEqual(STAYED);
});

test('a session whose agent is ended is parked; one that did not take that order is asked again later', () => {
  const parking = { step: 'parking' } as const;
  const parked = { type: 'failover.parked' };
  expect(toldOne(stuck('a', { phase: 'parked' }), parking)).toEqual(parked);
  expect(toldOne(stuck('a'), parking)).toEqual(NOT_TAKEN);
  expect(toldOne(switchSession('a', { phase: 'held' }), parking)).toEqual(NOT_TAKEN);
});

// ── what an earlier daemon left ─────────────────────────────────────────────────────────────────

test.each<SwitchPhase>(['coming', 'delivering', 'atRest', 'atWork'])(
  'an order that came about while no daemon saw it is followed up when its session is %s',
  (phase) => {
    const session = switchSession('a', { phase, account: 'second' });
    expect(toldOne(session, { to: 'second' })).toEqual({ type: 'failover.moved' });
  },
);

test('an account that it has to leave again is not one where it has arrived', () => {
  const accounts = [switchAccount('third'), limited('second')];
  const session = switchSession('a', { account: 'second' });
  const is = { from: 'second', to: 'second', reason: 'unavailable' } as const;
  expect(toldOne(session, is, { accounts })).toEqual(decided('third'));
});

test('an order that did not come about is given again', () => {
  expect(toldOne(stuck('a'), { to: 'second' })).toEqual(decided('second'));
});

// ── an operator asked ───────────────────────────────────────────────────────────────────────────

const ASKED = { reason: 'operator', evidence: null } as const;
const THREE = {
  accounts: [switchAccount('first'), switchAccount('second'), switchAccount('third')],
} as const;

test('a healthy session leaves its account when an operator asks, for whichever suits or the one that is asked for', () => {
  expect(toldOne(switchSession('a'), ASKED, THREE)).toEqual(decided('second'));
  const third = { ...ASKED, wanted: 'third' };
  expect(toldOne(switchSession('a'), third, THREE)).toEqual(decided('third'));
  const refused = { ...ASKED, tried: ['second'] };
  expect(toldOne(switchSession('a'), refused, THREE)).toEqual(decided('third'));
});

test('its turn ends first', () => {
  expect(toldOne(switchSession('a', { phase: 'atWork' }), ASKED, THREE)).toBeUndefined();
});

test('a healthy session stays when what an operator asked for cannot be had any more', () => {
  const accounts = [switchAccount('first'), limited('second'), switchAccount('third')];
  const second = { ...ASKED, wanted: 'second' };
  expect(toldOne(switchSession('a'), second, { accounts })).toEqual(STAYED);
  const alone = { accounts: [switchAccount('first'), limited('second')] };
  expect(toldOne(switchSession('a'), ASKED, alone)).toEqual(STAYED);
});

test('a session that has to leave goes elsewhere when what an operator asked for cannot be had', () => {
  const accounts = [limited('first'), limited('second'), switchAccount('third')];
  const second = { ...ASKED, wanted: 'second' };
  expect(toldOne(switchSession('a'), second, { accounts })).toEqual(decided('third'));
  expect(toldOne(stuck('a'), second, { accounts })).toEqual(decided('third'));
});

test('a session that waits goes on where it was when there is no other account', () => {
  const accounts = [switchAccount('first'), limited('second')];
  expect(toldOne(stuck('a'), ASKED, { accounts })).toEqual(decided('first'));
});

test('an operator moves a session off an account whose links went wrong', () => {
  const accounts = [switchAccount('first', { state: 'quarantined' }), switchAccount('second')];
  expect(toldOne(switchSession('a'), ASKED, { accounts })).toEqual(decided('second'));
});

test('a session whose target refused stays as it was: it goes on where it can be used', () => {
  const refused = { ...ASKED, wanted: 'second', to: 'second', tried: ['second'] };
  const waits = stuck('a', { trouble: null, hasAgent: true });
  expect(toldOne(waits, refused, THREE)).toEqual(decided('first'));
  const back = { ...ASKED, wanted: 'second', to: 'first', step: 'resuming' } as const;
  expect(toldOne(switchSession('a'), back, THREE)).toEqual(STAYED);
  const lost = [limited('first'), switchAccount('second'), switchAccount('third')];
  expect(toldOne(waits, refused, { accounts: lost })).toEqual(decided('third'));
});

// ── an agent that never comes up ────────────────────────────────────────────────────────────────

const CRASHED = switchSession('a', { phase: 'crashed', account: 'second', hasAgent: false });
const IN_VAIN = { to: 'second', tried: ['second'] } as const;
const THIRD = { accounts: [limited('first'), switchAccount('second'), switchAccount('third')] };

test('an account on which its agent ends before it is at its prompt has refused it', () => {
  const code = 'AGENT_NEVER_CAME_UP';
  const refused = { type: 'failover.refused', code, excludes: true, retryAt: null };
  expect(toldOne(CRASHED, { step: 'resuming', to: 'second' })).toEqual(refused);
});

test('it goes on elsewhere, or else waits for its next start where it is', () => {
  expect(toldOne(CRASHED, IN_VAIN, THIRD)).toEqual(decided('third'));
  expect(toldOne(CRASHED, IN_VAIN)).toBeUndefined();
  expect(toldOne({ ...CRASHED, trouble: limitOf('second') }, IN_VAIN)).toBeUndefined();
});

test('its next start is not cut short for the account that it is on, also once that may be tried again', () => {
  expect(toldOne(CRASHED, { to: 'second' }, THIRD)).toBeUndefined();
  const own = switchSession('a', { phase: 'crashed' });
  expect(toldOne(own, {}, OWN_AGAIN)).toBeUndefined();
  expect(toldOne(own, { tried: ['first'] }, OWN_AGAIN)).toEqual(decided('second'));
  const alone = { accounts: [switchAccount('first'), limited('second')] };
  expect(toldOne(own, ASKED, alone)).toBeUndefined();
});

test('one that an operator sent there goes back where it was', () => {
  const accounts = ['third', 'first', 'second'].map((name) => switchAccount(name));
  const asked = { ...ASKED, ...IN_VAIN, wanted: 'second' };
  expect(toldOne(CRASHED, asked, { accounts })).toEqual(decided('first'));
  expect(toldOne(CRASHED, asked, THIRD)).toEqual(decided('third'));
});

test('a session that has crashed elsewhere goes where it was to go', () => {
  const session = switchSession('a', { phase: 'crashed', hasAgent: false });
  expect(toldOne(session, { step: 'moving', to: 'second' })).toEqual(NOT_TAKEN);
  expect(toldOne(session)).toEqual(decided('second'));
});

test('it takes no place, neither after a crash nor while it comes up once more', () => {
  const stands = stuck('b');
  for (const phase of ['crashed', 'coming'] as const) {
    const sessions = [{ ...CRASHED, phase }, stands];
    const failovers = [openFailover('a', IN_VAIN), openFailover('b')];
    const accounts = [limited('first'), switchAccount('second')];
    expect(told({ sessions, failovers, accounts, concurrency: 1 })).toEqual([
      ['b', decided('second')],
    ]);
  }
});

test.each<SwitchPhase>(['atRest', 'atWork'])(
  'once it is %s there after all, it has moved',
  (phase) => {
    const session = { ...CRASHED, phase, hasAgent: true };
    expect(toldOne(session, IN_VAIN)).toEqual({ type: 'failover.moved' });
  },
);

test('one that comes up where an earlier daemon sent it waits for a place', () => {
  const sessions = ['a', 'b'].map((name) =>
    switchSession(name, { phase: 'coming', account: 'second' }),
  );
  const failovers = ['a', 'b'].map((name) => openFailover(name, { to: 'second' }));
  expect(told({ sessions, failovers, concurrency: 1 })).toEqual([
    ['a', { type: 'failover.moved' }],
  ]);
});

test('a person`s half-typed line is left alone though nobody is attached; another one is not', () => {
  const presence = at('a', { hasDraft: true });
  const mine = switchSession('a', { kind: 'dedicated' });
  const view = { sessions: [mine], failovers: [openFailover('a')], presence };
  expect(planSwitch(switchView(view))).toMatchObject({ actions: [], lookAgainAt: NOW + 15_000 });
  expect(toldOne(switchSession('a'), {}, { presence })).toEqual(decided('second'));
});

/** A person's own session at rest, whose own turn has met the limit of its account. */
const mineInTrouble = (overrides: Partial<SwitchSession> = {}) =>
  switchSession('a', { kind: 'dedicated', trouble: limitOf('first'), ...overrides });
const FAILED_AT = EVIDENCE.at;
const SOON_AFTER = FAILED_AT + 10_000;

test.each<readonly [string, Partial<Presence>, number]>([
  ['has pressed a key since', { lastActiveAt: FAILED_AT + 1000 }, FAILED_AT + 61_000],
  ['has left a half-typed line', { hasDraft: true }, SOON_AFTER + 15_000],
  ['has typed the next line ahead', { lastActiveAt: 0, hasDraft: true }, SOON_AFTER + 15_000],
])(
  'a person`s own session that cannot go on is not taken from whoever %s',
  (_, seen, lookAgainAt) => {
    const view = { sessions: [mineInTrouble()], failovers: [openFailover('a')], now: SOON_AFTER };
    const presence = at('a', seen);
    expect(planSwitch(switchView({ ...view, presence }))).toMatchObject({
      actions: [],
      lookAgainAt,
    });
    const asked = [openFailover('a', { reason: 'operator' })];
    expect(planSwitch(switchView({ ...view, presence, failovers: asked })).actions).toEqual([]);
    expect(
      whatItWaitsFor(
        { session: mineInTrouble(), failover: openFailover('a') },
        switchView({ ...view, presence }),
      ),
    ).toMatch(/somebody is at work there|a half-typed line stands there/);
  },
);

test.each<readonly [string, Partial<Presence>, Partial<SwitchSession>]>([
  ['has pressed none since', { lastActiveAt: FAILED_AT }, {}],
  [
    'is shown the client`s dialog',
    { lastActiveAt: FAILED_AT, hasDraft: true },
    { showsDialog: true },
  ],
  ['is not there', {}, {}],
])('it goes on elsewhere at once when its person %s', (_, seen, is) => {
  const view = { presence: at('a', seen), now: SOON_AFTER };
  expect(toldOne(mineInTrouble(is), {}, view)).toEqual(decided('second'));
});

test('of whom nothing is known at a person`s own session is asked, also when it cannot go on', () => {
  const view = { sessions: [mineInTrouble()], failovers: [openFailover('a')], presence: new Map() };
  expect(planSwitch(switchView(view))).toMatchObject({ actions: [], askPresenceOf: ['a'] });
});

test('a person`s own session without a living agent waits for nobody', () => {
  const is = { phase: 'awaiting', hasAgent: false } as const;
  const presence = at('a', { lastActiveAt: NOW, hasDraft: true });
  expect(toldOne(mineInTrouble(is), {}, { presence })).toEqual(decided('second'));
});
