import { expect, test } from '@jest/globals';
import { accountFacts } from '../../../harness/account-facts.ts';
import {
  brokenLink,
  DUE,
  limitSeen,
  loginEvidence,
  MARGIN,
  MINUTE,
  NAMED,
  SESSION_LIMIT,
  START,
  startTestAccount,
} from '../../../harness/test-account.ts';

/** A limit as an earlier daemon stored it, an hour before. */
function storedLimit(until: number) {
  const seen = limitSeen(SESSION_LIMIT, START - 60 * MINUTE);
  if (seen.type !== 'limit.seen') throw new Error('no limit');
  return { until, window: seen.window, evidence: seen.evidence };
}

test('a change is stored before it is logged', () => {
  const t = startTestAccount();
  t.forget();
  t.hits();
  expect(t.reports.map(({ type }) => type)).toEqual(['account.changed', 'account.logged']);
  expect(t.stored()).toEqual(t.facts());
});

test('a limit is logged with its end, its window and its evidence', () => {
  const t = startTestAccount();
  t.hits();
  expect(t.entry('account.limited')).toEqual({
    event: 'account.limited',
    account: 'first',
    until: '2026-11-22T08:14:00.000Z',
    window: 'five_hour',
    evidence: t.facts().limit?.evidence,
  });
});

test('a login that does not work is logged with what the client said', () => {
  const t = startTestAccount();
  t.loses();
  const reason = 'Please run /login · API Error: 401';
  expect(t.entry('account.unauthenticated')).toMatchObject({ account: 'first', reason });
  const silent = { ...loginEvidence(START), message: '' };
  const quiet = startTestAccount();
  quiet.send({ type: 'login.lost', evidence: silent });
  expect(quiet.entry('account.unauthenticated')?.reason).toBe('authentication_failed');
});

test('a quarantine is logged with what is wrong first, and everything that is', () => {
  const t = startTestAccount();
  const errors = [brokenLink(), brokenLink('another')];
  t.send({ type: 'links.broken', errors });
  expect(t.entry('account.quarantined')).toEqual({
    event: 'account.quarantined',
    account: 'first',
    reason: 'projects is not a link',
    evidence: errors,
  });
});

test('an account that is taken out of use, and one that can be used again, are logged so', () => {
  const t = startTestAccount();
  t.send({ type: 'operator.disable' });
  t.send({ type: 'operator.enable' });
  expect(t.entries()).toEqual([
    { event: 'account.disabled', account: 'first' },
    { event: 'account.available', account: 'first' },
  ]);
});

test('an account that nobody has seen before is stored, and is no news', () => {
  const t = startTestAccount();
  expect(t.reports).toEqual([{ type: 'account.changed', facts: accountFacts({ since: START }) }]);
  expect(t.state()).toBe('available');
});

test('an account that is as the store remembers it is told of only when it cannot be used', () => {
  expect(startTestAccount({ facts: accountFacts({ recoveredAt: 5 }) }).reports).toEqual([]);
  const since = START - 60 * MINUTE;
  const limited = startTestAccount({ facts: accountFacts({ limit: storedLimit(DUE), since }) });
  expect(limited.state()).toBe('limited');
  expect(limited.reports.map(({ type }) => type)).toEqual(['account.logged']);
  expect(limited.facts().since).toBe(since);
});

test.each([
  ['unauthenticated', { loginLost: loginEvidence(START - MINUTE) }],
  ['disabled', { disabledAt: START - MINUTE }],
  ['limited', { limit: storedLimit(DUE) }],
] as const)(
  'one that an earlier daemon left %s is so still, and is logged once',
  (state, facts) => {
    const t = startTestAccount({ facts: accountFacts(facts) });
    expect(t.state()).toBe(state);
    expect(t.logged()).toEqual([`account.${state}`]);
  },
);

test('a limit that an earlier daemon saw ends when it was due to', () => {
  const t = startTestAccount({ facts: accountFacts({ limit: storedLimit(DUE) }) });
  t.pass(DUE + MARGIN - START - 1);
  expect(t.state()).toBe('limited');
  t.pass(1);
  expect(t.state()).toBe('available');
  expect(t.logged()).toEqual(['account.limited', 'account.available']);
});

test('the statusline refines a limit that an earlier daemon saw, by the minute that its evidence names', () => {
  const t = startTestAccount({ facts: accountFacts({ limit: storedLimit(DUE) }) });
  t.tells({ fiveHour: { usedPercent: 90, resetsAt: NAMED + 5 } });
  expect(t.facts().limit).toMatchObject({ until: NAMED + 5 });
});

test('a limit that ended while no daemon looked is over, since when it was', () => {
  const over = START - 20 * MINUTE;
  const t = startTestAccount({ facts: accountFacts({ limit: storedLimit(over) }) });
  expect(t.state()).toBe('available');
  expect(t.logged()).toEqual([]);
  const recoveredAt = over + MARGIN;
  expect(t.stored()).toEqual(accountFacts({ recoveredAt, since: recoveredAt }));
});

test('when it was lost as well, its state has not changed by that', () => {
  const facts = { limit: storedLimit(START - 20 * MINUTE), loginLost: loginEvidence(START) };
  const t = startTestAccount({ facts: accountFacts({ ...facts, since: 7 }) });
  expect(t.state()).toBe('unauthenticated');
  expect(t.stored()).toMatchObject({ limit: null, since: 7 });
  const disabled = { limit: storedLimit(START - 20 * MINUTE), disabledAt: 3 };
  const out = startTestAccount({ facts: accountFacts({ ...disabled, since: 7 }) });
  expect(out.facts()).toMatchObject({ limit: null, since: 7 });
});

test('a home is one login, whatever the config calls it', () => {
  const facts = accountFacts({ account: 'another', disabledAt: 5 });
  const t = startTestAccount({ facts });
  expect(t.stored()).toEqual({ ...facts, account: 'first' });
});

test('since when it is in its state is when that changed last', () => {
  const t = startTestAccount();
  t.pass(MINUTE);
  t.hits();
  expect(t.facts().since).toBe(START + MINUTE);
  t.pass(MINUTE);
  t.tells({ fiveHour: { usedPercent: 100, resetsAt: NAMED } });
  expect(t.facts().since).toBe(START + MINUTE);
});
