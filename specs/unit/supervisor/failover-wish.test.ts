import { expect, test } from '@jest/globals';
import { beginWished, planWish } from '../../../supervisor/failover-wish.ts';
import type { FailoverWish } from '../../../supervisor/status-report.ts';
import type { SwitchPhase, SwitchSession, SwitchView } from '../../../supervisor/switch-facts.ts';
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

const THREE = ['first', 'second', 'third'].map((name) => switchAccount(name));

function wish(overrides: Partial<FailoverWish> = {}): FailoverWish {
  return { from: null, to: null, sessions: [], dryRun: false, ...overrides };
}

function moves(view: Partial<SwitchView>, wished: Partial<FailoverWish> = {}) {
  const sessions = (view.sessions ?? []).map(({ name }) => name);
  return planWish(switchView({ accounts: THREE, ...view }), wish({ sessions, ...wished }));
}

/** What becomes of one session. */
function moveOf(
  session: SwitchSession,
  wished: Partial<FailoverWish> = {},
  view: Partial<SwitchView> = {},
) {
  return moves({ sessions: [session], ...view }, wished)[0];
}

test('a session at its prompt moves now, to the account that suits or is asked for', () => {
  const goes = { session: 'a', from: 'first', action: 'move' };
  const second = {
    ...{ ...goes, to: 'second', reason: 'it moves to second' },
    rule: 'second is the preferred account that can be used',
    passedOver: [{ account: 'third', why: 'can be used too, after second' }],
  };
  expect(moves({ sessions: [switchSession('a')] })).toEqual([second]);
  expect(moveOf(switchSession('a'), { to: 'third' })).toMatchObject({ ...goes, to: 'third' });
});

test('of several sessions each choice sees those before it', () => {
  const sessions = ['a', 'b', 'c'].map((name) => switchSession(name));
  const to = moves({ sessions, strategy: 'spread' }).map((move) => move.to);
  expect(to).toEqual(['second', 'third', 'second']);
});

test('all are meant, or those on one account, or those that are named', () => {
  const sessions = [
    switchSession('a'),
    switchSession('b', { account: 'second' }),
    switchSession('c'),
  ];
  const meant = (wished: Partial<FailoverWish>) =>
    moves({ sessions }, wished).map(({ session }) => session);
  expect(meant({ sessions: [] })).toEqual(['a', 'b', 'c']);
  expect(meant({ sessions: [], from: 'first' })).toEqual(['a', 'c']);
  expect(meant({ sessions: ['c', 'b'] })).toEqual(['b', 'c']);
});

test('one that is named and elsewhere is answered for', () => {
  const sessions = [switchSession('b', { account: 'second' })];
  expect(moves({ sessions }, { from: 'first', sessions: ['b'] })).toEqual([
    {
      session: 'b',
      from: 'second',
      to: null,
      action: 'none',
      reason: 'it is on second, not on first',
      ...{ rule: null, passedOver: [] },
    },
  ]);
});

test.each<readonly [SwitchPhase, string, string]>([
  ['atRest', 'move', 'it moves to second'],
  ['awaiting', 'move', 'it moves to second'],
  ['parked', 'move', 'it moves to second'],
  ['atWork', 'wait', 'its turn ends first'],
  ['delivering', 'wait', 'its turn ends first'],
  ['coming', 'wait', 'its agent comes up first'],
  ['moving', 'wait', 'it is on its way elsewhere'],
  ['ending', 'wait', 'its agent is being ended'],
  ['held', 'none', 'it is held; release it first'],
  ['blocked', 'none', 'its name is that of a session that is not ours'],
  ['failed', 'none', 'it has failed; reset it first'],
])('a session that is %s: %s, as %s', (phase, action, reason) => {
  const to = action === 'none' ? null : 'second';
  expect(moveOf(switchSession('a', { phase }))).toMatchObject({ action, reason, to });
});

test('a session that is to be held is not moved', () => {
  const reason = 'it is held; release it first';
  const session = switchSession('a', { isHeld: true, phase: 'coming' });
  expect(moveOf(session)).toMatchObject({ action: 'none', reason });
});

test('an agent that could go on is waited for while somebody is at work with it; one that cannot is not', () => {
  const presence = new Map([['a', { ...NOBODY, lastActiveAt: NOW - 1000 }]]);
  const taken = moveOf(switchSession('a'), {}, { presence });
  expect(taken).toMatchObject({
    action: 'wait',
    reason: 'somebody is at work there',
    to: 'second',
  });
  const inTrouble = switchSession('a', { trouble: limitOf('first') });
  expect(moveOf(inTrouble, {}, { presence })).toMatchObject({ action: 'move' });
  const unknown = moveOf(switchSession('a'), {}, { presence: new Map() });
  expect(unknown).toMatchObject({ action: 'move' });
});

test('a session that is on the account that is asked for stays', () => {
  const reason = 'it is on first already';
  expect(moveOf(switchSession('a'), { to: 'first' })).toMatchObject({ action: 'none', reason });
});

test('the rule by which an account was chosen is told, and what speaks against each of the others', () => {
  const accounts = [
    limited('first'),
    limited('second'),
    switchAccount('third'),
    switchAccount('fourth', { state: 'disabled' }),
  ];
  const move = moveOf(switchSession('a'), {}, { accounts });
  expect(move).toMatchObject({ to: 'third', action: 'move' });
  expect(move?.rule).toBe('third is the preferred account that can be used');
  expect(move?.passedOver).toEqual([
    { account: 'second', why: `is limited until ${new Date(NOW + 3_600_000).toISOString()}` },
    { account: 'fourth', why: 'is disabled' },
  ]);
  const spread = moveOf(switchSession('a'), {}, { accounts, strategy: 'spread' });
  expect(spread?.rule).toBe('third is the account with the fewest sessions that can be used');
});

test('beside the account that was asked for no other is passed over; one that cannot be had is', () => {
  const asked = moveOf(switchSession('a'), { to: 'third' });
  expect(asked?.rule).toBe('third is the account that the operator asked for');
  expect(asked?.passedOver).toEqual([]);
  const accounts = [switchAccount('first'), switchAccount('second', { state: 'disabled' })];
  const nowhere = moveOf(switchSession('a'), { to: 'second' }, { accounts });
  expect(nowhere).toMatchObject({ to: null, rule: null });
  expect(nowhere?.passedOver).toEqual([{ account: 'second', why: 'is disabled' }]);
});

test('one that stays has no target, and nothing is said of accounts', () => {
  const move = moveOf(switchSession('a', { phase: 'failed' }));
  expect(move).toMatchObject({ action: 'none', rule: null, passedOver: [] });
});

test('nobody goes to an account that cannot be used, and it says why', () => {
  const accounts = [switchAccount('first'), limited('second'), switchAccount('third')];
  const limit = moveOf(switchSession('a'), { to: 'second' }, { accounts });
  expect(limit).toMatchObject({ action: 'none', reason: 'second is limited', to: null });
  const alone = moveOf(switchSession('a'), {}, { accounts: accounts.slice(0, 2) });
  expect(alone).toMatchObject({ action: 'none', reason: 'no other account is available' });
});

test.each([
  [movingTo('second', 'a'), 'it is on its way to second already'],
  [movingTo('second', 'a', { step: 'resuming' }), 'it is on its way to second already'],
  [openFailover('a'), 'it is to leave first already'],
  [openFailover('a', { step: 'parking' }), 'it is parked until an account is available'],
  [openFailover('a', { step: 'parked' }), 'it is parked until an account is available'],
])('a session that leaves already is left to that', (failover, reason) => {
  const move = moveOf(stuck('a'), {}, { failovers: [failover] });
  expect(move).toMatchObject({ action: 'none', reason });
});

test('those that go, now or later, have failovers that begin as asked', () => {
  const sessions = [
    switchSession('a'),
    switchSession('b', { phase: 'atWork' }),
    switchSession('c', { phase: 'failed' }),
  ];
  const view = switchView({ sessions, accounts: THREE });
  const wished = wish({ to: 'third' });
  const begun = { kind: 'begin', from: 'first', reason: 'operator', evidence: null };
  expect(beginWished(view, wished, planWish(view, wished))).toEqual([
    { ...begun, session: 'a', conversation: 'conversation of a', wanted: 'third' },
    { ...begun, session: 'b', conversation: 'conversation of b', wanted: 'third' },
  ]);
});

// ── nothing but the verb ────────────────────────────────────────────────────────────────────────

test('without names and accounts only sessions whose account cannot be used move, and the rest says how to choose it', () => {
  const sessions = [switchSession('a'), switchSession('b', { account: 'second' })];
  const accounts = [limited('first'), switchAccount('second')];
  expect(moves({ sessions, accounts }, { sessions: [] })).toMatchObject([
    { session: 'a', to: 'second', action: 'move' },
    {
      session: 'b',
      to: null,
      action: 'none',
      reason: 'second can be used; to move it all the same name it, or say --from or --to',
    },
  ]);
});

test.each<Partial<FailoverWish>>([{ to: 'second' }, { from: 'first' }, { sessions: ['a'] }])(
  'a wish for %j moves also what could stay',
  (wished) => {
    const view = { sessions: [switchSession('a')] };
    expect(moves(view, { sessions: [], ...wished })).toMatchObject([{ action: 'move' }]);
  },
);

// ── what it waits for ───────────────────────────────────────────────────────────────────────────

test('of a turn that waits for a person’s answer it says so, and how to give it', () => {
  const session = switchSession('a', { phase: 'atWork', isAsking: true });
  const reason = "it waits for a person's answer: claude-failover session attach a";
  expect(moveOf(session)).toMatchObject({ action: 'wait', reason });
});

test('a half-typed line that nobody is at keeps a person’s own session, and no other', () => {
  const presence = new Map([['a', { ...NOBODY, hasDraft: true }]]);
  const mine = switchSession('a', { kind: 'dedicated' });
  const reason = 'a half-typed line stands there';
  expect(moveOf(mine, {}, { presence })).toMatchObject({ action: 'wait', reason });
  expect(moveOf(switchSession('a'), {}, { presence })).toMatchObject({ action: 'move' });
});

// ── an earlier wish that is waited for ──────────────────────────────────────────────────────────

const BUSY = switchSession('a', { phase: 'atWork' });
const WAITS = openFailover('a', { reason: 'operator', evidence: null, wanted: 'third' });

/** What a wish for the session that waits comes to, and what its failover is told. */
function again(wished: Partial<FailoverWish>) {
  const view = switchView({ accounts: THREE, sessions: [BUSY], failovers: [WAITS] });
  const second = wish({ sessions: ['a'], ...wished });
  const planned = planWish(view, second);
  return { move: planned[0], told: beginWished(view, second, planned) };
}

test.each(['second', null])('a wish for %s comes instead of one that is waited for', (to) => {
  const { move, told } = again({ to });
  expect(move).toMatchObject({ to: 'second', action: 'wait', reason: 'its turn ends first' });
  const event = { type: 'failover.wanted', wanted: to };
  expect(told).toEqual([{ kind: 'tell', session: 'a', event }]);
});

test('the same wish once more changes nothing, and says where it is to go, and what it waits for', () => {
  const reason = 'it is to go to third already: its turn ends first';
  const stays = { to: 'third', action: 'none', reason };
  expect(again({ to: 'third' })).toMatchObject({ move: stays, told: [] });
  expect(again({ sessions: [] })).toMatchObject({ move: stays, told: [] });
});

test('a wish for the account that it is on takes back the one that is waited for', () => {
  const { move, told } = again({ to: 'first' });
  const reason = 'it is on first, and is not to leave it any more';
  expect(move).toMatchObject({ action: 'none', reason });
  expect(told).toEqual([{ kind: 'tell', session: 'a', event: { type: 'failover.stayed' } }]);
});

test('what leaves for another reason, or is on its way, is not told of the wish', () => {
  const others = [openFailover('a'), movingTo('second', 'a', { ...WAITS, step: 'moving' })];
  for (const failover of others) {
    const view = switchView({ accounts: THREE, sessions: [BUSY], failovers: [failover] });
    const third = wish({ sessions: ['a'], to: 'second' });
    expect(beginWished(view, third, planWish(view, third))).toEqual([]);
  }
});

test('one that is on its way says where to', () => {
  const move = moveOf(stuck('a'), {}, { failovers: [movingTo('second', 'a')] });
  expect(move).toMatchObject({ action: 'none', to: 'second' });
});
