import { expect, test } from '@jest/globals';
import type { LogLine } from '../../harness/test-pool.ts';
import { movesIn, tooSoon, withoutCause, withoutHit } from '../../harness/told-moves.ts';

const COOLDOWN_MS = 10_000;
const timeOf = (at: number) => new Date(at).toISOString();

function move(
  startedAt: number,
  [from, to]: readonly [string, string],
  more: object = {},
): LogLine {
  const words = { session: 'a', reason: 'unavailable', ...more };
  const time = timeOf(startedAt + 500);
  return { event: 'failover.completed', time, from, to, ms: 500, ...words };
}

function limited(account: string, at: number): LogLine {
  return { event: 'account.limited', account, time: timeOf(at) };
}

const FORTH = ['one', 'two'] as const;
const BACK = ['two', 'one'] as const;
const OWN = { reason: 'limit' };

test('a move is told from its start to its end; one that goes on where it was is none', () => {
  const log = [move(1000, FORTH), move(9000, ['two', 'two'], OWN)];
  expect(movesIn(log)).toEqual([
    {
      ...{ session: 'a', from: 'one', to: 'two', reason: 'unavailable' },
      ...{ startedAt: 1000, endedAt: 1500 },
    },
  ]);
});

test('a session that was well and moves again within the cooldown is found, whatever others do', () => {
  const log = [
    move(1000, FORTH, OWN),
    move(1100, FORTH, { session: 'b' }),
    move(10_900, BACK),
    move(11_500, BACK, { session: 'b' }),
    move(12_000, FORTH, OWN),
  ];
  const [, , back] = movesIn(log);
  expect(tooSoon(movesIn(log), COOLDOWN_MS)).toEqual([back]);
});

test('more moves for a limit than turns that met one are found, of each session by itself', () => {
  const moves = movesIn([
    ...[move(1000, FORTH, OWN), move(2000, BACK), move(3000, FORTH, OWN)],
    move(4000, FORTH, { ...OWN, session: 'b' }),
  ]);
  const hits = [{ session: 'a' }, { session: 'b' }, { session: 'b' }];
  expect(withoutHit(moves, hits)).toEqual([moves[2]]);
  expect(withoutHit(moves, [...hits, { session: 'a' }])).toEqual([]);
});

test('a session that leaves an account that was not limited since it came there is found', () => {
  const log = [limited('one', 500), move(1000, FORTH), limited('one', 1800), move(2000, BACK)];
  const [, back] = movesIn(log);
  expect(withoutCause(movesIn(log), log)).toEqual([back]);
  const known = [...log, limited('two', 1900)];
  expect(withoutCause(movesIn(known), known)).toEqual([]);
});
