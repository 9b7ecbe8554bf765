import { expect, test } from '@jest/globals';
import type { AccountFacts, AccountState } from '../../../machines/accounts.ts';
import { accountDetail, accountReport } from '../../../supervisor/account-report.ts';
import { knownWithoutDaemon } from '../../../supervisor/stored-accounts.ts';
import { accountFacts, evidence } from '../../harness/account-facts.ts';
import { brokenLink } from '../../harness/broken-link.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const LIMIT = { until: NOW + MINUTE, window: 'five_hour', evidence: evidence() } as const;

const BROKEN = brokenLink('first');
const iso = (at: number) => new Date(at).toISOString();

function known(facts: Partial<AccountFacts> | null, areLinksBroken = false) {
  const account = { name: 'first', home: '/home/first', priority: 1 };
  const clock = { now: () => NOW, monotonicMs: () => 0, bootId: 'boot' };
  const [one] = knownWithoutDaemon(
    [
      {
        account,
        facts: facts && accountFacts(facts),
        cooldownMs: 0,
        resetMarginMs: 30_000,
        clock,
      },
    ],
    () => (areLinksBroken ? [BROKEN] : []),
  );
  if (one === undefined) throw new Error('nothing is known of it');
  return one;
}

test.each<readonly [string, Partial<AccountFacts> | null, AccountState]>([
  ['of which nothing is stored', null, 'available'],
  ['whose limit has not ended', { limit: LIMIT }, 'limited'],
  ['whose limit is over but for the margin', { limit: { ...LIMIT, until: NOW - 1 } }, 'limited'],
  ['whose limit is over', { limit: { ...LIMIT, until: NOW - MINUTE } }, 'available'],
  ['whose login is lost', { loginLost: evidence() }, 'unauthenticated'],
  ['that is out of use and limited', { limit: LIMIT, disabledAt: 1 }, 'disabled'],
])('an account %s is what a daemon would take it to be', (_, facts, state) => {
  expect(known(facts).state).toBe(state);
});

test('whether its links are in order is seen without a daemon, and says why', () => {
  const one = known({ limit: LIMIT }, true);
  expect(one.state).toBe('quarantined');
  expect(accountDetail(one, [])).toMatchObject({
    evidence: { source: 'guard', message: BROKEN.message },
    limitedUntil: new Date(LIMIT.until).toISOString(),
  });
});

test.each<readonly [Partial<AccountFacts>, object]>([
  [
    { limit: LIMIT, probes: 2 },
    { window: 'five_hour', probes: 2, evidence: evidence() },
  ],
  [
    { loginLost: evidence({ error: 'authentication_failed' }) },
    { window: null, evidence: { error: 'authentication_failed' } },
  ],
  [{ disabledAt: NOW - 1 }, { evidence: { source: 'operator', at: NOW - 1 } }],
  [{}, { window: null, evidence: null, limitedUntil: null, since: '2023-11-14T22:13:20.000Z' }],
])('with %j is told what led to it', (facts, told) => {
  expect(accountDetail(known(facts), [])).toMatchObject(told);
});

test('of an account of which nothing is stored nobody knows since when it is so', () => {
  expect(accountDetail(known(null), []).since).toBeNull();
  expect(accountDetail(known(null, true), [])).toMatchObject({ state: 'quarantined', since: null });
});

test('its history is told with times for people, newest last', () => {
  const entry = { at: NOW, event: 'account.limited', facts: { account: 'first' } };
  expect(accountDetail(known({}), [entry]).history).toEqual([
    { ...entry, at: '2023-11-14T22:13:20.000Z' },
  ]);
});

test('what is used of a window that has ended since, nobody knows: only that it is over is told', () => {
  const fiveHour = { usedPercent: 62, resetsAt: NOW + MINUTE, toldAt: NOW - MINUTE };
  const sevenDay = { usedPercent: 100, resetsAt: NOW, toldAt: NOW - MINUTE };
  expect(accountReport(known({ usage: { fiveHour, sevenDay } }))).toMatchObject({
    usage: {
      fiveHour: { usedPercent: 62, resetsAt: iso(NOW + MINUTE), toldAt: iso(NOW - MINUTE) },
      sevenDay: null,
    },
    usageOver: { fiveHour: null, sevenDay: iso(NOW) },
  });
});

test('when usage was told that an older version has stored, nobody knows', () => {
  const fiveHour = { usedPercent: 62, resetsAt: NOW + MINUTE, toldAt: null };
  expect(accountReport(known({ usage: { fiveHour, sevenDay: null } }))).toMatchObject({
    usage: { fiveHour: { toldAt: null }, sevenDay: null },
    usageOver: { fiveHour: null, sevenDay: null },
  });
});
