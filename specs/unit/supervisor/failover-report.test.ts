import { expect, test } from '@jest/globals';
import { failoverReports } from '../../../supervisor/failover-report.ts';
import type { OpenFailover, SwitchSession, SwitchView } from '../../../supervisor/switch-facts.ts';
import {
  limited,
  movingTo,
  NOBODY,
  NOW,
  openFailover,
  stuck,
  switchAccount,
  switchSession,
  switchView,
} from '../../harness/switch-facts.ts';

const HOUR_LATER = new Date(NOW + 3_600_000).toISOString();
const ALL_LIMITED = { accounts: [limited('first'), limited('second')] };

/** What is told of the failover of a session. */
function told(
  session: SwitchSession,
  failover: OpenFailover,
  view: Partial<SwitchView> = {},
  rules: ReadonlyMap<string, string | null> = new Map(),
) {
  const all = { sessions: [session], failovers: [failover], ...view };
  return failoverReports(switchView(all), rules).get(session.name);
}

test('a failover is told with what led to it, and since when it is under way', () => {
  const failover = movingTo('second', 'a', { startedAt: NOW - 3000 });
  const rules = new Map([[failover.id, 'second is preferred']]);
  const { id, evidence } = failover;
  expect(told(stuck('a', { phase: 'moving' }), failover, {}, rules)).toEqual({
    id,
    evidence,
    ...{ step: 'moving', from: 'first', to: 'second', wanted: null, reason: 'limit' },
    why: 'second is preferred',
    since: new Date(NOW - 3000).toISOString(),
  });
});

test('on its way without a rule, as an earlier daemon chose it, nothing is made up', () => {
  expect(told(stuck('a', { phase: 'moving' }), movingTo('second', 'a'))?.why).toBeNull();
});

test('one that waits tells what for, not the rule by which it went before', () => {
  const failover = openFailover('a', { to: 'second', tried: ['second'] });
  const rules = new Map([[failover.id, 'second was preferred']]);
  const busy = switchSession('a', { phase: 'atWork' });
  expect(told(busy, failover, {}, rules)).toMatchObject({
    step: 'choosing',
    why: 'its turn ends first',
  });
});

test('who is at work in a session keeps it, and what a person has left there', () => {
  const view = (seen: Partial<typeof NOBODY>) => ({
    presence: new Map([['a', { ...NOBODY, ...seen }]]),
  });
  const failover = openFailover('a', { reason: 'unavailable' });
  const busy = view({ lastActiveAt: NOW - 1000 });
  expect(told(switchSession('a'), failover, busy)?.why).toBe('somebody is at work there');
  const gone = view({ lastActiveAt: NOW - 61_000 });
  expect(told(switchSession('a'), failover, gone)?.why).toBeNull();
  const mine = switchSession('a', { kind: 'dedicated' });
  expect(told(mine, failover, view({ hasDraft: true }))?.why).toBe(
    'a half-typed line stands there',
  );
});

test('a session that is held says how that ends', () => {
  const held = stuck('a', { isHeld: true });
  expect(told(held, openFailover('a'))?.why).toBe('it is held: claude-failover session release a');
});

test('when no account is left it tells when the first one is due, if time alone makes it so', () => {
  const parked = openFailover('a', { step: 'parked' });
  const session = stuck('a', { phase: 'parked' });
  expect(told(session, parked, ALL_LIMITED)?.why).toBe(
    `no account is left that can be used; the first is due at ${HOUR_LATER}`,
  );
  const disabled = ['first', 'second'].map((name) => switchAccount(name, { state: 'disabled' }));
  expect(told(session, parked, { accounts: disabled })?.why).toBe(
    'no account is left that can be used; none is due by itself: see claude-failover account list',
  );
  expect(told(stuck('a'), openFailover('a'), ALL_LIMITED)?.why).toContain('no account is left');
});

test('an order that did not come about is tried again at a time that is told', () => {
  const failover = openFailover('a', { notBefore: NOW + 5000 });
  const at = new Date(NOW + 5000).toISOString();
  expect(told(stuck('a'), failover)?.why).toBe(
    `its last order did not come about; the next try is at ${at}`,
  );
});

test('one that others go before says so, and one for which there is a place says nothing', () => {
  const others = ['b', 'c'].map((name) => movingTo('second', name));
  const failovers = [openFailover('a'), ...others];
  expect(told(stuck('a'), openFailover('a'), { failovers })?.why).toBe(
    'its turn to move comes: 2 are on their way (failover.concurrency)',
  );
  const one = { failovers: failovers.slice(0, 2) };
  expect(told(stuck('a'), openFailover('a'), one)?.why).toBeNull();
});

test('of one whose session is not there, and of one that has ended, nothing is told', () => {
  expect(told(stuck('a'), openFailover('b'))).toBeUndefined();
  expect(told(stuck('a'), openFailover('a', { step: 'stayed' }))).toBeUndefined();
});
