import { expect, test } from '@jest/globals';
import {
  COOLDOWN,
  DUE,
  MARGIN,
  MINUTE,
  NAMED,
  SECOND,
  SESSION_LIMIT,
  START,
  startTestAccount,
  WEEKLY_LIMIT,
  WEEKLY_NAMED,
} from '../../../harness/test-account.ts';

const spent = (resetsAt: number) => ({ usedPercent: 100, resetsAt, toldAt: null });

test('an account at its limit is used again when the named minute and the margin are over', () => {
  const t = startTestAccount();
  t.hits();
  expect(t.state()).toBe('limited');
  expect(t.facts().limit).toMatchObject({ until: DUE, window: 'five_hour' });
  t.pass(DUE + MARGIN - START - 1);
  expect(t.state()).toBe('limited');
  t.pass(1);
  expect(t.state()).toBe('available');
  expect(t.facts()).toMatchObject({ limit: null, recoveredAt: DUE + MARGIN, since: t.now() });
});

test('the evidence of a limit is kept with it', () => {
  const t = startTestAccount();
  t.hits();
  expect(t.stored()?.limit?.evidence).toEqual({
    source: 'signal',
    at: START,
    session: 'pool-0',
    conversation: 'c-0',
    prompt: 'prompt-0',
    error: 'rate_limit',
    status: null,
    message: SESSION_LIMIT,
  });
});

test('ten sessions that reach it are one limit, told once', () => {
  const t = startTestAccount();
  t.hits();
  t.forget();
  for (let i = 1; i < 10; i++) t.hits(SESSION_LIMIT, START + i);
  expect(t.reports).toEqual([]);
});

test('a weekly limit counts over a shorter one, and stays when that is seen again', () => {
  const t = startTestAccount();
  t.hits();
  t.hits(WEEKLY_LIMIT);
  expect(t.facts().limit).toMatchObject({ until: WEEKLY_NAMED + MINUTE, window: 'seven_day' });
  t.hits();
  expect(t.facts().limit).toMatchObject({ until: WEEKLY_NAMED + MINUTE, window: 'seven_day' });
  expect(t.logged()).toEqual(['account.limited', 'account.limited']);
});

test('a limit that is known to the second ends at that second, and keeps its evidence', () => {
  const t = startTestAccount();
  t.hits();
  const { limit } = t.facts();
  t.tells({ fiveHour: spent(NAMED + 7 * SECOND) });
  expect(t.facts().limit).toEqual({ ...limit, until: NAMED + 7 * SECOND });
  expect(t.stored()).toEqual(t.facts());
  t.pass(NAMED + 7 * SECOND + MARGIN - START);
  expect(t.state()).toBe('available');
});

test('a limit that another hit makes more exact is the same limit still', () => {
  const t = startTestAccount();
  t.tells({ fiveHour: spent(NAMED + 7 * SECOND) });
  t.hits("You've hit your limit · resets 8:13am (UTC)");
  const { limit } = t.facts();
  expect(limit).toMatchObject({ until: DUE, window: 'unknown' });
  t.hits();
  expect(t.facts().limit).toEqual({ ...limit, until: NAMED + 7 * SECOND });
  expect(t.logged()).toEqual(['account.limited']);
});

test('what the statusline said before the limit was reached is known as well', () => {
  const t = startTestAccount();
  t.tells({ fiveHour: { usedPercent: 93, resetsAt: NAMED + 7 * SECOND } });
  t.hits();
  expect(t.facts().limit).toMatchObject({ until: NAMED + 7 * SECOND });
});

test('a limit that becomes more exact within a minute is not logged again, one that moves on is', () => {
  const t = startTestAccount();
  t.hits();
  t.tells({ fiveHour: spent(NAMED) });
  expect(t.logged()).toEqual(['account.limited']);
  t.tells({ fiveHour: spent(NAMED - 1) });
  expect(t.logged()).toEqual(['account.limited', 'account.limited']);
  expect(t.entry('account.limited')?.until).toBe(new Date(NAMED - 1).toISOString());
});

test('a limit that creeps is logged when it has moved by a minute in all', () => {
  const t = startTestAccount();
  t.hits();
  for (const at of [40, 80]) t.tells({ fiveHour: spent(DUE + at * SECOND) });
  expect(t.logged()).toEqual(['account.limited', 'account.limited']);
});

test('usage of a window that is not full says nothing of its limit, but is kept', () => {
  const t = startTestAccount();
  t.hits();
  t.tells({ fiveHour: { usedPercent: 40, resetsAt: DUE + 9 * MINUTE } });
  expect(t.facts().limit).toMatchObject({ until: DUE });
  const told = { usedPercent: 40, resetsAt: DUE + 9 * MINUTE, toldAt: null };
  expect(t.stored()?.usage.fiveHour).toEqual(told);
});

test('a window that nobody speaks of keeps what was said of it, and the same usage is no news', () => {
  const t = startTestAccount();
  t.tells({ fiveHour: spent(NAMED), sevenDay: spent(WEEKLY_NAMED) });
  t.forget();
  t.tells({ fiveHour: spent(NAMED) });
  expect(t.reports).toEqual([]);
  const next = NAMED + 300 * MINUTE;
  t.tells({ fiveHour: { usedPercent: 3, resetsAt: next } });
  const fiveHour = { usedPercent: 3, resetsAt: next, toldAt: null };
  const known = { fiveHour, sevenDay: spent(WEEKLY_NAMED) };
  expect(t.facts().usage).toEqual(known);
  t.tells({ sevenDay: spent(Number.POSITIVE_INFINITY) });
  expect(t.facts().usage).toEqual(known);
  t.tells({ sevenDay: spent(WEEKLY_NAMED + 1) });
  expect(t.facts().usage).toEqual({ ...known, sevenDay: spent(WEEKLY_NAMED + 1) });
  // A client that repeats what it heard long ago takes nothing back.
  t.tells({ sevenDay: { usedPercent: 3, resetsAt: WEEKLY_NAMED } });
  expect(t.facts().usage).toEqual({ ...known, sevenDay: spent(WEEKLY_NAMED + 1) });
});

test('reached again soon after it was over, it is left alone for the cooldown', () => {
  const t = startTestAccount();
  t.hits();
  t.pass(DUE + MARGIN - START + 10 * SECOND);
  expect(t.state()).toBe('available');
  const again = t.now();
  t.hits();
  expect(t.facts().limit).toMatchObject({ until: again + COOLDOWN });
  t.pass(COOLDOWN + MARGIN - 1);
  expect(t.state()).toBe('limited');
  t.pass(1);
  expect(t.state()).toBe('available');
});

test('reached once more in the margin after its end, it had not ended', () => {
  const t = startTestAccount();
  t.hits();
  t.pass(DUE - START + 10 * SECOND);
  const again = t.now();
  t.hits();
  expect(t.state()).toBe('limited');
  expect(t.facts()).toMatchObject({ limit: { until: again + COOLDOWN }, recoveredAt: DUE });
});

test('a limit that is over by the clock is over, though nobody has looked since the clock was set', () => {
  const t = startTestAccount();
  t.hits();
  t.setClock(DUE + MARGIN - START + 10 * SECOND);
  const again = t.now();
  t.hits();
  expect(t.facts()).toMatchObject({
    limit: { until: again + COOLDOWN },
    recoveredAt: DUE + MARGIN,
  });
});

test('reached again long after it was over, its own words count', () => {
  const t = startTestAccount();
  t.hits();
  t.pass(DUE + MARGIN - START + COOLDOWN);
  t.hits("You've hit your session limit · resets 1:13pm (UTC)");
  expect(t.facts().limit).toMatchObject({ until: NAMED + 301 * MINUTE });
});

test('a limit whose reset was seconds away counts from when it was reached', () => {
  const t = startTestAccount();
  t.hits("You've hit your session limit · resets 5:55am (UTC)");
  expect(t.facts().limit).toMatchObject({ until: START });
  t.pass(MARGIN);
  expect(t.state()).toBe('available');
});

test('without a margin a limit whose minute is just over holds for some seconds: nothing starts on it again at once', () => {
  const t = startTestAccount({ resetMarginMs: 0 });
  const words = "You've hit your session limit · resets 5:58am (UTC)";
  t.hits(words);
  expect(t.state()).toBe('limited');
  t.pass(9_999);
  expect(t.state()).toBe('limited');
  t.pass(1);
  expect(t.state()).toBe('available');
  t.hits(words);
  expect(t.facts().limit).toMatchObject({ until: t.now() + COOLDOWN });
});

test('sessions that reach a limit together as it ends are one limit, and wait for no cooldown', () => {
  const t = startTestAccount();
  t.tells({ fiveHour: spent(START - SECOND) });
  const words = "You've hit your session limit · resets 5:59am (UTC)";
  t.hits(words);
  expect(t.facts().limit).toMatchObject({ until: START });
  t.forget();
  for (let i = 1; i < 10; i++) t.hits(words, START + i);
  expect(t.reports).toEqual([]);
});

test('a limit that was over before anybody told of it is no news', () => {
  const t = startTestAccount();
  t.forget();
  t.hits("You've hit your session limit · resets 4:10am (UTC)", START - 120 * MINUTE);
  expect(t.state()).toBe('available');
  expect(t.reports).toEqual([]);
});

test('evidence without a moment counts from now', () => {
  const t = startTestAccount();
  t.hits(SESSION_LIMIT, Number.NaN);
  expect(t.facts().limit).toMatchObject({ until: START + 5 * MINUTE, evidence: { at: START } });
  t.tells({ fiveHour: spent(NAMED) });
  expect(t.facts().limit).toMatchObject({ until: NAMED });
});

test('a limit of a month is waited for, and a clock that is set or a sleep is noticed within a minute', () => {
  const t = startTestAccount();
  t.hits("You've hit your org's monthly usage limit · resets Dec 22, 6am (UTC)");
  expect(t.facts().limit).toMatchObject({ until: Date.UTC(2026, 11, 22, 6, 1) });
  t.pass(60 * MINUTE);
  expect(t.state()).toBe('limited');
  t.setClock(30 * 24 * 60 * MINUTE);
  t.pass(MINUTE);
  expect(t.state()).toBe('available');
});

test('a clock that is set back makes nothing end early', () => {
  const t = startTestAccount();
  t.hits();
  t.setClock(-60 * MINUTE);
  t.pass(DUE + MARGIN - START);
  expect(t.state()).toBe('limited');
  t.pass(60 * MINUTE);
  expect(t.state()).toBe('available');
});
