import { expect, test } from '@jest/globals';
import type { Presence } from '../../../machines/ports.ts';
import { beginWished, planWish } from '../../../supervisor/failover-wish.ts';
import type {
  OpenFailover,
  SwitchAccount,
  SwitchPhase,
  SwitchSession,
  SwitchView,
} from '../../../supervisor/switch-facts.ts';
import { planSwitch } from '../../../supervisor/switch-plan.ts';
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

const HOUR = 3_600_000;
const COOLDOWN = 300_000;

const using = (name: string, usedPercent: number, overrides: Partial<SwitchAccount> = {}) =>
  switchAccount(name, {
    used: { window: 'fiveHour', usedPercent, resetsAt: NOW + HOUR },
    ...overrides,
  });

/** The first account is nearly used up, the second is not. */
const NEARLY = {
  accounts: [using('first', 90), using('second', 10, { priority: 2 })],
  proactiveThreshold: 0.85,
} as const;

/** The first account is preferred, and has been available for long. */
const BACK = {
  accounts: [switchAccount('first', { since: 0 }), switchAccount('second', { priority: 2 })],
  returnToPreferred: true,
} as const;

const there = (overrides: Partial<SwitchSession> = {}) =>
  switchSession('a', { account: 'second', ...overrides });

/** What is said of each session. */
function told(view: Partial<SwitchView>) {
  return planSwitch(switchView(view)).actions.map((action) =>
    action.kind === 'begin'
      ? [action.session, `begin ${action.reason}`]
      : [action.session, action.event],
  );
}

const proactive = (overrides: Partial<OpenFailover> = {}) =>
  openFailover('a', { reason: 'proactive', evidence: null, ...overrides });

/** What is said of one session that has a failover of its own accord. */
const toldOne = (
  session: SwitchSession,
  failover: Partial<OpenFailover> = {},
  view: Partial<SwitchView> = {},
) => told({ ...NEARLY, sessions: [session], failovers: [proactive(failover)], ...view })[0]?.[1];

const at = (overrides: Partial<Presence>) => new Map([['a', { ...NOBODY, ...overrides }]]);
const STAYED = { type: 'failover.stayed' };

// ── who leaves ──────────────────────────────────────────────────────────────────────────────────

test('a session at rest leaves an account that is nearly used up', () => {
  expect(planSwitch(switchView({ ...NEARLY, sessions: [switchSession('a')] })).actions).toEqual([
    {
      kind: 'begin',
      session: 'a',
      conversation: 'conversation of a',
      from: 'first',
      reason: 'proactive',
      evidence: null,
      wanted: null,
    },
  ]);
});

test('a session at rest goes back to a preferred account when the config says so', () => {
  expect(told({ ...BACK, sessions: [there()] })).toEqual([['a', 'begin return']]);
  expect(told({ ...BACK, sessions: [there()], returnToPreferred: false })).toEqual([]);
  expect(told({ ...BACK, sessions: [switchSession('a')] })).toEqual([]);
});

test.each<SwitchPhase>([
  'atWork',
  'delivering',
  'coming',
  'crashed',
  'moving',
  'ending',
  'held',
  'blocked',
  'failed',
])('a session that is %s does not leave of its own accord', (phase) => {
  expect(told({ ...NEARLY, sessions: [switchSession('a', { phase })] })).toEqual([]);
  expect(told({ ...BACK, sessions: [there({ phase })] })).toEqual([]);
});

test.each<readonly [string, Partial<SwitchSession>, Partial<SwitchView>]>([
  ['is to be held', { isHeld: true }, {}],
  ['has left a shell running in the background', { hasShell: true }, {}],
  ['has just met a limit that is over', { trouble: limitOf('first') }, {}],
  ['has nowhere better to go', {}, { accounts: [using('first', 99), using('second', 85)] }],
  ['has no place', {}, { concurrency: 0 }],
])('a session that %s stays', (_, session, view) => {
  expect(told({ ...NEARLY, sessions: [switchSession('a', session)], ...view })).toEqual([]);
});

test('from an account that cannot be used it has to leave, whatever is used of it', () => {
  const accounts = [using('first', 90, { state: 'limited' }), switchAccount('second')];
  expect(told({ ...NEARLY, accounts, sessions: [switchSession('a')] })).toEqual([
    ['a', 'begin unavailable'],
  ]);
});

test('none is taken from somebody who is at work there, and it is looked at again', () => {
  const sessions = [switchSession('a')];
  const presence = at({ lastActiveAt: NOW - 1000 });
  const plan = planSwitch(switchView({ ...NEARLY, sessions, presence }));
  expect(plan).toEqual({ actions: [], askPresenceOf: [], lookAgainAt: NOW + 59_000 });
});

test('of whom nothing is known is asked before anything begins', () => {
  const sessions = [switchSession('a')];
  const plan = planSwitch(switchView({ ...NEARLY, sessions, presence: new Map() }));
  expect(plan).toMatchObject({ actions: [], askPresenceOf: ['a'] });
});

test('a half-typed line keeps a person`s session where it is', () => {
  const sessions = [switchSession('a', { kind: 'dedicated' })];
  expect(told({ ...NEARLY, sessions, presence: at({ hasDraft: true }) })).toEqual([]);
  expect(told({ ...NEARLY, sessions })).toEqual([['a', 'begin proactive']]);
});

test('no more begin than may be on their way', () => {
  const sessions = ['a', 'b', 'c'].map((name) => switchSession(name));
  expect(told({ ...NEARLY, sessions })).toHaveLength(2);
  const onItsWay = there({ name: 'd', phase: 'moving' });
  const view = { sessions: [...sessions, onItsWay], failovers: [movingTo('second', 'd')] };
  expect(told({ ...NEARLY, ...view })).toHaveLength(1);
});

// ── seldom ──────────────────────────────────────────────────────────────────────────────────────

test.each([
  ['moved', { endedAt: NOW - COOLDOWN + 1, movedAt: NOW - COOLDOWN + 1 }],
  ['was about to', { endedAt: NOW - COOLDOWN + 1, movedAt: null }],
])('a session that %s less than a cooldown ago stays until that is over', (_, last) => {
  const past = new Map([['a', last]]);
  const view = { ...NEARLY, sessions: [switchSession('a')], past };
  expect(planSwitch(switchView(view))).toEqual({
    actions: [],
    askPresenceOf: [],
    lookAgainAt: NOW + 1,
  });
  expect(told({ ...view, now: NOW + 1 })).toEqual([['a', 'begin proactive']]);
});

test('however short the cooldown, one that came to nothing is not thought of again at once', () => {
  const past = new Map([['a', { endedAt: NOW - 4999, movedAt: null }]]);
  const view = { ...NEARLY, sessions: [switchSession('a')], past, cooldownMs: 0 };
  expect(told(view)).toEqual([]);
  expect(told({ ...view, now: NOW + 1 })).toEqual([['a', 'begin proactive']]);
});

test('a clock that was set back keeps nobody', () => {
  const past = new Map([['a', { endedAt: NOW + HOUR, movedAt: NOW + HOUR }]]);
  expect(told({ ...NEARLY, sessions: [switchSession('a')], past })).toHaveLength(1);
});

test('a healthy session is not moved twice within the cooldown because others have met limits', () => {
  const past = new Map([['a', { endedAt: NOW - 1, movedAt: NOW - 1 }]]);
  const view = { sessions: [switchSession('a')], past };
  expect(planSwitch(switchView(view))).toEqual({
    actions: [],
    askPresenceOf: [],
    lookAgainAt: NOW - 1 + COOLDOWN,
  });
  expect(told({ ...view, now: NOW - 1 + COOLDOWN })).toEqual([['a', 'begin unavailable']]);
});

test.each<readonly [string, SwitchSession, SwitchAccount]>([
  [
    'whose own turn met a limit',
    switchSession('a', { trouble: limitOf('first') }),
    limited('first'),
  ],
  ['whose task waits', stuck('a'), limited('first')],
  [
    'whose account lost its login',
    switchSession('a'),
    switchAccount('first', { state: 'unauthenticated' }),
  ],
  [
    'whose account is out of use',
    switchSession('a'),
    switchAccount('first', { state: 'disabled' }),
  ],
])('a session %s leaves, however soon that is', (_, session, account) => {
  const past = new Map([['a', { endedAt: NOW - 1, movedAt: NOW - 1 }]]);
  const accounts = [account, switchAccount('second')];
  expect(told({ sessions: [session], past, accounts })).toHaveLength(1);
});

test('one whose failover came to nothing leaves a limited account all the same', () => {
  const past = new Map([['a', { endedAt: NOW - 1, movedAt: null }]]);
  expect(told({ sessions: [switchSession('a')], past })).toEqual([['a', 'begin unavailable']]);
});

// ── where it goes, and why ──────────────────────────────────────────────────────────────────────

test('it is told where to go, and why', () => {
  expect(toldOne(switchSession('a'))).toEqual({
    type: 'failover.decided',
    to: 'second',
    why: 'second is the preferred account that can be used; first has used 90 % of its 5 hours, and failover.proactive_threshold is 85 %',
  });
  const view = { ...BACK, sessions: [there()] };
  const failovers = [proactive({ from: 'second', reason: 'return' })];
  expect(told({ ...view, failovers })).toEqual([
    ['a', expect.objectContaining({ to: 'first', type: 'failover.decided' })],
  ]);
});

test('whoever has to go has the places before one that could stay', () => {
  const sessions = [switchSession('a'), switchSession('b', { account: 'third' }), stuck('c')];
  const failovers = [
    proactive({ startedAt: 1 }),
    openFailover('b', { from: 'third', startedAt: 2 }),
    openFailover('c', { startedAt: 3 }),
  ];
  const accounts = [...NEARLY.accounts, limited('third')];
  const view = { ...NEARLY, accounts, sessions, failovers };
  expect(told({ ...view, concurrency: 3 }).map(([name]) => name)).toEqual(['c', 'b', 'a']);
});

test.each<readonly [string, Partial<SwitchSession>, Partial<SwitchView>]>([
  ['is given work', { phase: 'atWork' }, {}],
  ['is about to have work', { phase: 'delivering' }, {}],
  ['is held', { phase: 'held', isHeld: true }, {}],
  ['is to be held', { isHeld: true }, {}],
  ['crashes', { phase: 'crashed' }, {}],
  ['is started anew', { phase: 'coming' }, {}],
  ['meets a limit', { trouble: limitOf('first') }, {}],
  ['has enough left', {}, { accounts: [using('first', 84), using('second', 1)] }],
  ['has nowhere better to go', {}, { accounts: [using('first', 99), using('second', 81)] }],
  ['has to leave now', {}, { accounts: [limited('first'), using('second', 1)] }],
])('before its order is given it is not wanted any more when the session %s', (_, is, view) => {
  expect(toldOne(switchSession('a', is), {}, view)).toEqual(STAYED);
});

test('for a place it waits, and for a person', () => {
  expect(toldOne(switchSession('a'), {}, { concurrency: 0 })).toBeUndefined();
  const presence = at({ lastActiveAt: NOW });
  expect(toldOne(switchSession('a'), {}, { presence })).toBeUndefined();
});

test('its order was not taken: what the session does now comes first', () => {
  const ordered = { to: 'second' } as const;
  expect(toldOne(switchSession('a', { phase: 'atWork' }), ordered)).toEqual(STAYED);
  expect(toldOne(switchSession('a', { trouble: limitOf('first') }), ordered)).toEqual(STAYED);
  expect(toldOne(switchSession('a'), ordered)).toMatchObject({ to: 'second' });
  expect(toldOne(switchSession('a', { phase: 'coming' }), ordered)).toBeUndefined();
});

test('an operator who wants it elsewhere, or to stay, is listened to', () => {
  const accounts = [...NEARLY.accounts, switchAccount('third')];
  const sessions = [switchSession('a')];
  const view = switchView({ ...NEARLY, accounts, sessions, failovers: [proactive()] });
  const asked = (to: string) => {
    const wish = { from: null, to, sessions: ['a'], dryRun: false };
    return beginWished(view, wish, planWish(view, wish)).map((action) =>
      action.kind === 'tell' ? action.event : action,
    );
  };
  expect(asked('third')).toEqual([{ type: 'failover.wanted', wanted: 'third' }]);
  expect(asked('first')).toEqual([STAYED]);
});

// ── it goes wrong ───────────────────────────────────────────────────────────────────────────────

const REFUSED = { to: 'second', tried: ['second'] } as const;

test('one that its target refused goes on where it was, and that is no move', () => {
  const left = switchSession('a', { phase: 'awaiting' });
  expect(toldOne(left, REFUSED)).toMatchObject({ type: 'failover.decided', to: 'first' });
  const back = proactive({ step: 'resuming', to: 'first' });
  expect(told({ ...NEARLY, sessions: [switchSession('a')], failovers: [back] })).toEqual([
    ['a', STAYED],
  ]);
});

test('one whose new agent never came up goes back where it was, or else on elsewhere', () => {
  const crashed = there({ phase: 'crashed', hasAgent: false });
  expect(toldOne(crashed, REFUSED)).toMatchObject({ type: 'failover.decided', to: 'first' });
  const accounts = [limited('first'), using('second', 10), switchAccount('third')];
  expect(toldOne(crashed, REFUSED, { accounts })).toMatchObject({ to: 'third' });
});

test('it is parked only when its agent has ended for it and no account is left', () => {
  const none = { accounts: [limited('first'), limited('second')] };
  expect(toldOne(switchSession('a'), {}, none)).toEqual(STAYED);
  const ended = switchSession('a', { phase: 'awaiting', hasAgent: false });
  expect(toldOne(ended, REFUSED, none)).toMatchObject({ type: 'failover.no_account' });
});

// ── all are limited ─────────────────────────────────────────────────────────────────────────────

test('those that are parked go on as accounts become free, each on the first that is, in the order in which they came', () => {
  const names = ['late', 'early', 'middle'];
  const sessions = names.map((name) => stuck(name, { phase: 'parked' }));
  const begun = [30, 10, 20];
  const failovers = names.map((name, i) =>
    openFailover(name, { step: 'parked', startedAt: NOW - HOUR + (begun[i] ?? 0) }),
  );
  const soon = limited('second', { availableAt: NOW + 1000, priority: 2 });
  const view = { sessions, failovers };
  expect(told({ ...view, accounts: [limited('first'), soon] })).toEqual([]);
  const freed = [limited('first'), switchAccount('second', { priority: 2 })];
  expect(told({ ...view, accounts: freed }).map(([name]) => name)).toEqual(['early', 'middle']);
  expect(told({ ...view, accounts: freed, concurrency: 3 })).toHaveLength(3);
  expect(told({ ...view, accounts: freed, concurrency: 1 })).toEqual([
    ['early', expect.objectContaining({ type: 'failover.decided', to: 'second' })],
  ]);
});

test('a server that its agent has left running is not ended for a better account, but for an operator', () => {
  const session = switchSession('a', { hasShell: true });
  expect(told({ ...BACK, sessions: [there({ hasShell: true })] })).toEqual([]);
  expect(toldOne(session)).toEqual(STAYED);
  expect(toldOne(session, { reason: 'operator' })).toMatchObject({ type: 'failover.decided' });
  const accounts = [using('first', 90, { state: 'limited' }), switchAccount('second')];
  expect(told({ ...NEARLY, accounts, sessions: [session] })).toEqual([['a', 'begin unavailable']]);
});
