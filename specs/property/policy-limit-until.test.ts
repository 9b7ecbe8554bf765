import { test } from '@jest/globals';
import fc from 'fast-check';
import type { LimitWindow } from '../../machines/accounts.ts';
import {
  type Hit,
  isEndKnown,
  type Known,
  limitUntil,
  untilAfterHit,
  untilAfterUsage,
} from '../../machines/policy/limit-until.ts';

const MINUTE = 60_000;
const START = 1_800_000_000_000;

/** Moments a few minutes apart, so that they meet in one minute often enough. */
const near = fc.integer({ min: -10 * 60, max: 40 * 60 }).map((seconds) => START + seconds * 1000);
const minute = near.map((moment) => Math.floor(moment / MINUTE) * MINUTE);
const window = fc.constantFrom<LimitWindow>('five_hour', 'seven_day', 'model', 'unknown');
const usageOf = fc.option(
  fc.record({
    usedPercent: fc.constantFrom(60, 100),
    resetsAt: near,
    toldAt: fc.constant(null),
  }),
);

const hit = fc.record<Hit>({ window, resetsAt: fc.option(minute), at: near });
const known = fc.record<Known>({
  usage: fc.record({ fiveHour: usageOf, sevenDay: usageOf }),
  recoveredAt: fc.option(near),
  cooldownMs: fc.integer({ min: 0, max: 10 * MINUTE }),
  probes: fc.nat(8),
});

const isIn = (moment: number, named: number | null) =>
  named !== null && moment >= named && moment < named + MINUTE;
const tooSoon = ({ at }: Hit, { recoveredAt, cooldownMs }: Known) =>
  recoveredAt !== null && at >= recoveredAt && at - recoveredAt < cooldownMs;

test('a limit never ends before it was reached, nor before the minute that its message names', () => {
  fc.assert(
    fc.property(hit, known, (seen, facts) => {
      const until = limitUntil(seen, facts);
      return until >= seen.at && until >= (seen.resetsAt ?? 0);
    }),
  );
});

test('reached again within the cooldown it lasts at least as long as that', () => {
  fc.assert(
    fc.property(hit, known, (seen, facts) => {
      return !tooSoon(seen, facts) || limitUntil(seen, facts) >= seen.at + facts.cooldownMs;
    }),
  );
});

test('a message that names a minute is believed to the minute', () => {
  fc.assert(
    fc.property(hit, known, (seen, facts) => {
      if (seen.resetsAt === null || tooSoon(seen, facts)) return true;
      return limitUntil(seen, facts) <= Math.max(seen.resetsAt + MINUTE, seen.at);
    }),
  );
});

test('a limit of which nobody knows the end lasts five minutes to two hours, or the cooldown', () => {
  fc.assert(
    fc.property(hit, known, (seen, facts) => {
      if (isEndKnown(seen, facts)) return true;
      const ms = limitUntil(seen, facts) - seen.at;
      return ms >= 5 * MINUTE && ms <= Math.max(120 * MINUTE, facts.cooldownMs);
    }),
  );
});

test('a second hit makes a limit earlier only when it is known exactly, within the minute that is named', () => {
  fc.assert(
    fc.property(hit, known, hit, known, (first, then, second, now) => {
      const until = limitUntil(first, then);
      const next = untilAfterHit({ ...first, until }, second, now);
      if (next >= until) return true;
      return isIn(next, second.resetsAt) && until - next <= MINUTE;
    }),
  );
});

test('what is seen twice is one limit', () => {
  fc.assert(
    fc.property(hit, known, fc.integer({ min: 0, max: MINUTE - 1 }), (seen, facts, later) => {
      const until = limitUntil(seen, facts);
      const again = { ...seen, at: seen.at + later };
      return untilAfterHit({ ...seen, until }, again, facts) === until;
    }),
  );
});

test('a statusline that says less than what is known changes nothing, and none breaks the cooldown', () => {
  fc.assert(
    fc.property(hit, known, known, (seen, then, now) => {
      const facts = { ...now, recoveredAt: then.recoveredAt, cooldownMs: then.cooldownMs };
      const until = limitUntil(seen, then);
      const next = untilAfterUsage({ ...seen, until }, facts);
      if (next === until) return true;
      const told = seen.window === 'five_hour' ? facts.usage.fiveHour : facts.usage.sevenDay;
      const isMeant = told?.usedPercent === 100 || isIn(told?.resetsAt ?? 0, seen.resetsAt);
      const isLongEnough = !tooSoon(seen, facts) || next >= seen.at + facts.cooldownMs;
      return isMeant && next >= (told?.resetsAt ?? 0) && isLongEnough && next >= seen.at;
    }),
  );
});
