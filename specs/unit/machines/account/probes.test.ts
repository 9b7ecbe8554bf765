import { expect, test } from '@jest/globals';
import { accountFacts, evidence } from '../../../harness/account-facts.ts';
import {
  COOLDOWN,
  MARGIN,
  MINUTE,
  NAMED,
  SECOND,
  START,
  startTestAccount,
  type TestAccount,
} from '../../../harness/test-account.ts';

/** It names a limit, and no end. */
const SILENT = "You've hit your Opus limit";

/** Lets a session meet the limit that names no end, and gives how long the account is left alone, in minutes. */
function meets(t: TestAccount): number {
  const at = t.now();
  t.hits(SILENT);
  return ((t.facts().limit?.until ?? Number.NaN) - at) / MINUTE;
}

/** As `meets`, and waits until the account is used again. */
function meetsAndWaits(t: TestAccount): number {
  const minutes = meets(t);
  t.pass(minutes * MINUTE + MARGIN);
  return minutes;
}

test('at a limit that names no end an account is tried ever more seldom, at least every two hours', () => {
  const t = startTestAccount();
  const waits = Array.from({ length: 8 }, () => {
    expect(t.state()).toBe('available');
    return meetsAndWaits(t);
  });
  expect(waits).toEqual([5, 10, 20, 40, 80, 120, 120, 120]);
  expect(t.stored()).toMatchObject({ limit: null, probes: 8 });
});

test('an account that was free for the cooldown begins with the first wait again', () => {
  const t = startTestAccount();
  for (let i = 0; i < 3; i++) meetsAndWaits(t);
  t.pass(COOLDOWN - SECOND);
  expect(meetsAndWaits(t)).toBe(40);
  t.pass(COOLDOWN);
  expect(meets(t)).toBe(5);
  expect(t.facts().probes).toBe(1);
});

test('so does one of which an end was told', () => {
  const t = startTestAccount();
  for (let i = 0; i < 3; i++) meetsAndWaits(t);
  t.hits();
  expect(t.facts()).toMatchObject({ limit: { until: NAMED + MINUTE }, probes: 0 });
  t.pass(NAMED + MINUTE + MARGIN - t.now());
  expect(meets(t)).toBe(5);
});

test('so does one of which the statusline told the end, before or after', () => {
  const spent = (resetsAt: number) => ({ usedPercent: 100, resetsAt });
  const words = "You've hit your session limit";
  const t = startTestAccount({ facts: accountFacts({ recoveredAt: START, probes: 4 }) });
  t.hits(words);
  expect(t.facts()).toMatchObject({ limit: { until: START + 80 * MINUTE }, probes: 5 });
  t.tells({ fiveHour: spent(NAMED) });
  expect(t.facts()).toMatchObject({ limit: { until: NAMED }, probes: 0 });

  const told = startTestAccount({ facts: accountFacts({ recoveredAt: START, probes: 4 }) });
  told.tells({ fiveHour: spent(NAMED) });
  expect(told.facts().probes).toBe(4);
  told.hits(words);
  expect(told.facts()).toMatchObject({ limit: { until: NAMED }, probes: 0 });
});

test.each([
  ['says that it can be used', { type: 'operator.clear' }],
  ['says when it ends', { type: 'operator.limit', until: START + 1000 * MINUTE }],
] as const)('so does one of which an operator %s', (_, event) => {
  const t = startTestAccount();
  for (let i = 0; i < 2; i++) meetsAndWaits(t);
  meets(t);
  t.send(event);
  expect(t.facts().probes).toBe(0);
});

test('sessions that meet it while it holds make it last longer, and are no further step', () => {
  const t = startTestAccount();
  meetsAndWaits(t);
  meets(t);
  t.forget();
  for (let i = 1; i < 10; i++) t.hits(SILENT, t.now() + i);
  expect(t.reports).toEqual([]);
  t.pass(4 * MINUTE);
  expect(meets(t)).toBe(10);
  expect(t.facts().probes).toBe(2);
});

test('one that is met in the margin after its end is the next in the row', () => {
  const t = startTestAccount();
  const minutes = meets(t);
  t.pass(minutes * MINUTE + 10 * SECOND);
  expect(t.state()).toBe('limited');
  expect(meets(t)).toBe(10);
  expect(t.facts().probes).toBe(2);
});

test('what was recorded before it was free, and is told only after, is no further step', () => {
  const t = startTestAccount();
  meetsAndWaits(t);
  const before = t.facts();
  t.hits(SILENT, t.now() - MARGIN - 4 * MINUTE);
  expect(t.facts()).toMatchObject({ limit: { until: START + 6 * MINUTE }, probes: 1 });
  expect(before.probes).toBe(1);
});

test('a daemon that starts anew goes on counting', () => {
  const limit = { until: START - MARGIN, window: 'model', evidence: evidence() } as const;
  const t = startTestAccount({ facts: accountFacts({ limit, probes: 3 }) });
  expect(t.state()).toBe('available');
  expect(meets(t)).toBe(40);
});
