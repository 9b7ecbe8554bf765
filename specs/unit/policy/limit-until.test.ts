import { expect, test } from '@jest/globals';
import {
  type Held,
  type Hit,
  isEndKnown,
  type Known,
  limitUntil,
  untilAfterHit,
  untilAfterUsage,
} from '../../../machines/policy/limit-until.ts';

const S = 1000;
const MIN = 60 * S;
const AT = 1_800_000_000_000;
/** The minute that messages name here. */
const NAMED = AT + 60 * MIN;

const hit = (overrides: Partial<Hit> = {}): Hit => ({
  window: 'five_hour',
  resetsAt: NAMED,
  at: AT,
  ...overrides,
});

const held = (until: number, overrides: Partial<Hit> = {}): Held => ({ ...hit(overrides), until });

/** What is known of the account: the statusline's window, and when it was last free again. */
function known(
  usage: { fiveHour?: number; sevenDay?: number; percent?: number } = {},
  recoveredAt: number | null = null,
  probes = 0,
): Known {
  const window = (resetsAt: number | undefined) =>
    resetsAt === undefined ? null : { usedPercent: usage.percent ?? 100, resetsAt, toldAt: null };
  return {
    usage: { fiveHour: window(usage.fiveHour), sevenDay: window(usage.sevenDay) },
    recoveredAt,
    cooldownMs: 5 * MIN,
    probes,
  };
}

test('a limit ends when the minute that its message names is over', () => {
  expect(limitUntil(hit(), known())).toBe(NAMED + MIN);
});

test('it ends at the second that the statusline tells of that minute', () => {
  const second = NAMED + 17 * S;
  expect(limitUntil(hit(), known({ fiveHour: second }))).toBe(second);
  expect(limitUntil(hit(), known({ fiveHour: NAMED }))).toBe(NAMED);
  expect(limitUntil(hit({ window: 'seven_day' }), known({ sevenDay: second }))).toBe(second);
});

test('a statusline of another minute or another window says nothing of it', () => {
  expect(limitUntil(hit(), known({ fiveHour: NAMED + MIN }))).toBe(NAMED + MIN);
  expect(limitUntil(hit(), known({ fiveHour: NAMED - 1 }))).toBe(NAMED + MIN);
  expect(limitUntil(hit(), known({ sevenDay: NAMED + 17 * S }))).toBe(NAMED + MIN);
  const both = known({ fiveHour: NAMED + 17 * S, sevenDay: NAMED + 17 * S });
  expect(limitUntil(hit({ window: 'model' }), both)).toBe(NAMED + MIN);
});

test('without a time in the message the statusline tells, unless it speaks of what is over', () => {
  const silent = hit({ resetsAt: null });
  expect(limitUntil(silent, known({ fiveHour: AT + 1 }))).toBe(AT + 1);
  expect(limitUntil(silent, known({ fiveHour: AT }))).toBe(AT + 5 * MIN);
});

test('when nothing tells, it is tried again after five minutes, the next time after ten, at most after two hours', () => {
  for (const window of ['five_hour', 'seven_day', 'model', 'overage', 'unknown'] as const) {
    const silent = hit({ window, resetsAt: null });
    const waits = [0, 1, 2, 5, 6, 4000].map(
      (probes) => limitUntil(silent, known({}, null, probes)) - AT,
    );
    expect(waits).toEqual([5, 10, 20, 120, 120, 120].map((minutes) => minutes * MIN));
  }
});

test('an end that is told counts, however often none was told before', () => {
  expect(limitUntil(hit(), known({}, null, 6))).toBe(NAMED + MIN);
  const silent = hit({ resetsAt: null });
  expect(limitUntil(silent, known({ fiveHour: AT + MIN }, null, 6))).toBe(AT + MIN);
});

test('an end is known when the message names one, or the statusline tells one that is to come', () => {
  const silent = hit({ resetsAt: null });
  expect(isEndKnown(hit(), known())).toBe(true);
  expect(isEndKnown(silent, known())).toBe(false);
  expect(isEndKnown(silent, known({ fiveHour: AT + 1 }))).toBe(true);
  expect(isEndKnown(silent, known({ fiveHour: AT }))).toBe(false);
  expect(isEndKnown(silent, known({ sevenDay: AT + 1 }))).toBe(false);
});

test('a limit never ends before it was reached', () => {
  expect(limitUntil(hit({ resetsAt: AT - 10 * MIN }), known())).toBe(AT);
});

test('reached again soon after it was over, it lasts at least the cooldown', () => {
  const past = hit({ resetsAt: AT - 30 * S });
  expect(limitUntil(past, known({}, AT))).toBe(AT + 5 * MIN);
  expect(limitUntil(past, known({}, AT - 5 * MIN + 1))).toBe(AT + 5 * MIN);
  expect(limitUntil(past, known({}, AT - 5 * MIN))).toBe(AT + 30 * S);
  expect(limitUntil(past, known({}, AT + 1))).toBe(AT + 30 * S);
  expect(limitUntil(hit(), known({}, AT))).toBe(NAMED + MIN);
});

test('the same limit, seen by the next session, ends when it did', () => {
  expect(untilAfterHit(held(NAMED + MIN), hit({ at: AT + S }), known())).toBe(NAMED + MIN);
  const second = NAMED + 17 * S;
  expect(untilAfterHit(held(second), hit({ at: AT + S }), known())).toBe(second);
});

test('a limit that ends later is the one that counts, an earlier one is not', () => {
  const weekly = hit({ window: 'seven_day', resetsAt: NAMED + 600 * MIN });
  const later = NAMED + 601 * MIN;
  expect(untilAfterHit(held(NAMED + MIN), weekly, known())).toBe(later);
  expect(untilAfterHit(held(later, weekly), hit(), known())).toBe(later);
});

test('a limit becomes more exact, and not less', () => {
  const second = NAMED + 17 * S;
  expect(untilAfterHit(held(NAMED + MIN), hit(), known({ fiveHour: second }))).toBe(second);
  expect(untilAfterHit(held(second, { resetsAt: null }), hit(), known())).toBe(second);
});

test('what the statusline made of it, the same message does not undo', () => {
  const told = NAMED - 60 * MIN;
  expect(untilAfterHit(held(told), hit(), known())).toBe(told);
  expect(untilAfterHit(held(told, { window: 'unknown' }), hit(), known())).toBe(NAMED + MIN);
  const second = NAMED + 17 * S;
  expect(untilAfterHit(held(told), hit(), known({ fiveHour: second }))).toBe(second);
});

test('where nothing is known, many sessions at once are one limit, and a later one makes it longer', () => {
  const silent = hit({ resetsAt: null });
  const guess = AT + 10 * MIN;
  const next = (ms: number) =>
    untilAfterHit(held(guess, silent), { ...silent, at: AT + ms }, known({}, null, 1));
  expect(next(MIN - 1)).toBe(guess);
  expect(next(MIN)).toBe(guess + MIN);
});

test('the statusline refines a limit that is reached, or that ends in the minute that was named', () => {
  expect(untilAfterUsage(held(NAMED + MIN), known({ fiveHour: NAMED + S, percent: 40 }))).toBe(
    NAMED + S,
  );
  expect(untilAfterUsage(held(NAMED + MIN), known({ fiveHour: NAMED + 9 * MIN }))).toBe(
    NAMED + 9 * MIN,
  );
  const open = known({ fiveHour: NAMED + 9 * MIN, percent: 99 });
  expect(untilAfterUsage(held(NAMED + MIN), open)).toBe(NAMED + MIN);
});

test('a statusline of another window, or of one that was over before, refines nothing', () => {
  expect(untilAfterUsage(held(NAMED + MIN), known({ sevenDay: NAMED + S }))).toBe(NAMED + MIN);
  expect(untilAfterUsage(held(NAMED + MIN), known({ fiveHour: AT }))).toBe(NAMED + MIN);
  expect(untilAfterUsage(held(NAMED + MIN), known())).toBe(NAMED + MIN);
});

test('no refinement makes a limit shorter than the cooldown that it lasts', () => {
  const again = held(AT + 5 * MIN, { resetsAt: AT });
  const soon = known({ fiveHour: AT + S }, AT);
  expect(untilAfterUsage(again, soon)).toBe(AT + 5 * MIN);
  const near = { ...again, until: AT + MIN };
  expect(untilAfterHit(near, hit({ resetsAt: AT }), { ...soon, cooldownMs: 50 * S })).toBe(
    AT + 50 * S,
  );
});
