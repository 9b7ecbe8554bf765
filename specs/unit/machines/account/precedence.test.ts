import { expect, test } from '@jest/globals';
import {
  brokenLink,
  DUE,
  MARGIN,
  MINUTE,
  NAMED,
  SESSION_LIMIT,
  START,
  startTestAccount,
} from '../../../harness/test-account.ts';

const OVER = DUE + MARGIN - START;

test('a login that does not work keeps the account from being used until an operator says so', () => {
  const t = startTestAccount();
  t.loses();
  expect(t.state()).toBe('unauthenticated');
  t.forget();
  t.loses(START + 1);
  expect(t.reports).toEqual([]);
  t.send({ type: 'operator.clear' });
  expect(t.state()).toBe('available');
});

test('links that are not in order keep it from being used until they are', () => {
  const t = startTestAccount();
  t.send({ type: 'links.broken', errors: [brokenLink()] });
  expect(t.state()).toBe('quarantined');
  expect(t.context().brokenLinks).toEqual([brokenLink()]);
  t.send({ type: 'links.mended' });
  expect(t.state()).toBe('available');
  expect(t.context().brokenLinks).toBeNull();
});

test('other links that break meanwhile are known, and told no second time', () => {
  const t = startTestAccount();
  t.send({ type: 'links.broken', errors: [brokenLink()] });
  t.forget();
  t.send({ type: 'links.broken', errors: [brokenLink('it points elsewhere')] });
  expect(t.context().brokenLinks).toEqual([brokenLink('it points elsewhere')]);
  expect(t.reports).toEqual([]);
});

test('when several things speak against it, the gravest is shown, and the others come to light as it goes', () => {
  const t = startTestAccount();
  t.hits();
  t.loses();
  t.send({ type: 'links.broken', errors: [brokenLink()] });
  t.send({ type: 'operator.disable' });
  expect(t.state()).toBe('disabled');
  t.send({ type: 'operator.enable' });
  expect(t.state()).toBe('quarantined');
  t.send({ type: 'links.mended' });
  expect(t.state()).toBe('unauthenticated');
  expect(t.logged()).toEqual([
    'account.limited',
    'account.unauthenticated',
    'account.quarantined',
    'account.disabled',
    'account.quarantined',
    'account.unauthenticated',
  ]);
});

test('an account that is enabled again is limited still', () => {
  const t = startTestAccount();
  t.send({ type: 'operator.disable' });
  t.hits();
  expect(t.state()).toBe('disabled');
  expect(t.logged()).toEqual(['account.disabled']);
  t.send({ type: 'operator.enable' });
  expect(t.state()).toBe('limited');
});

test('a limit that ends while something graver holds is over when that is', () => {
  const t = startTestAccount();
  t.hits();
  t.send({ type: 'links.broken', errors: [brokenLink()] });
  t.pass(OVER);
  expect(t.state()).toBe('quarantined');
  t.send({ type: 'links.mended' });
  expect(t.state()).toBe('available');
  expect(t.facts()).toMatchObject({ limit: null, recoveredAt: START + OVER });
});

test('an operator clears the limit and the login, and nothing else', () => {
  const t = startTestAccount();
  t.hits();
  t.loses();
  t.send({ type: 'links.broken', errors: [brokenLink()] });
  t.send({ type: 'operator.clear' });
  expect(t.state()).toBe('quarantined');
  expect(t.facts()).toMatchObject({ limit: null, loginLost: null, recoveredAt: START });
  t.send({ type: 'links.mended' });
  expect(t.state()).toBe('available');
});

test('a login that works again leaves when the last limit was over', () => {
  const t = startTestAccount();
  t.loses();
  t.send({ type: 'operator.clear' });
  expect(t.facts().recoveredAt).toBeNull();
});

test('what happened before an operator cleared the account, and is told only after, is no news', () => {
  const t = startTestAccount();
  t.loses();
  t.pass(MINUTE);
  t.send({ type: 'operator.clear' });
  t.forget();
  t.loses(t.now() - 1);
  t.hits(SESSION_LIMIT, t.now() - 1);
  expect(t.reports).toEqual([]);
  t.loses(t.now());
  expect(t.state()).toBe('unauthenticated');
});

test('once the clock was set back, nobody knows what was before, so it counts', () => {
  const t = startTestAccount();
  t.loses();
  t.send({ type: 'operator.clear' });
  t.setClock(-60 * MINUTE);
  t.loses();
  expect(t.state()).toBe('unauthenticated');
});

test('an operator limits an account until when they say', () => {
  const t = startTestAccount();
  t.send({ type: 'operator.limit', until: START + 10 * MINUTE });
  expect(t.facts().limit).toMatchObject({
    until: START + 10 * MINUTE,
    window: 'unknown',
    evidence: { source: 'operator', at: START },
  });
  t.pass(10 * MINUTE + MARGIN - 1);
  expect(t.state()).toBe('limited');
  t.pass(1);
  expect(t.state()).toBe('available');
});

test('a limit that was over before an operator set one is not forgotten', () => {
  const t = startTestAccount();
  t.hits();
  t.setClock(OVER);
  t.send({ type: 'operator.limit', until: t.now() + MINUTE });
  expect(t.facts()).toMatchObject({
    limit: { until: START + OVER + MINUTE },
    recoveredAt: START + OVER,
  });
});

test('the word of an operator stands over what was seen, until a limit is seen that ends later', () => {
  const t = startTestAccount();
  t.hits();
  t.send({ type: 'operator.limit', until: START + 10 * MINUTE });
  expect(t.facts().limit).toMatchObject({ until: START + 10 * MINUTE });
  t.tells({ fiveHour: { usedPercent: 100, resetsAt: NAMED } });
  expect(t.facts().limit).toMatchObject({ until: START + 10 * MINUTE });
  t.hits();
  expect(t.facts().limit).toMatchObject({ window: 'five_hour' });
});

test.each([
  ['that is over', START],
  ['that it has', START + MINUTE],
  ['of no moment', Number.NaN],
  ['beyond all time', 9e15],
])('an operator who names an end %s changes nothing', (_, until) => {
  const t = startTestAccount();
  t.send({ type: 'operator.limit', until: START + MINUTE });
  t.forget();
  t.send({ type: 'operator.limit', until });
  expect(t.reports).toEqual([]);
});

test('a verb that is said twice changes nothing', () => {
  const t = startTestAccount();
  t.send({ type: 'operator.disable' });
  t.forget();
  t.pass(MINUTE);
  t.send({ type: 'operator.disable' });
  t.send({ type: 'operator.clear' });
  t.send({ type: 'links.mended' });
  expect(t.reports).toEqual([]);
  expect(t.facts().disabledAt).toBe(START);
  t.send({ type: 'operator.enable' });
  t.forget();
  t.send({ type: 'operator.enable' });
  expect(t.reports).toEqual([]);
});
