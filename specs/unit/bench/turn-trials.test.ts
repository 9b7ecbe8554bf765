import { expect, test } from '@jest/globals';
import type { QueueEvent } from '../../bench/tasks/queue-events.ts';
import { turnsIn } from '../../bench/tasks/turn-trials.ts';

const heard = (atMs: number, told: QueueEvent) => ({ atMs, told });
const stopped = (atMs: number, session = 'a') => heard(atMs, { kind: 'stopped', session });
const ended = (atMs: number, session = 'a') => heard(atMs, { kind: 'ended', session });
const given = (atMs: number, session = 'a') => heard(atMs, { kind: 'given', session, task: 't' });
const born = (atMs: number, pid: number) => heard(atMs, { kind: 'born', pid });
const started = (atMs: number, pid: number, session = 'a') =>
  heard(atMs, { kind: 'started', session, pid });
const prompted = (atMs: number, session = 'a') => heard(atMs, { kind: 'prompted', session });

test('a turn is followed from its end until the next prompt is taken', () => {
  const events = [
    stopped(100),
    ended(110),
    given(115),
    born(140, 7),
    started(145, 7),
    prompted(300),
  ];
  expect(turnsIn(events)).toEqual([{ endedMs: 10, givenMs: 15, bornMs: 40, promptedMs: 200 }]);
});

test('what is told of other sessions and other processes does not count', () => {
  const events = [
    ...[stopped(100), ended(101, 'b'), given(102, 'b'), born(103, 6), started(104, 6, 'b')],
    ...[prompted(105, 'b'), ended(110), given(115), born(140, 7), started(145, 7), prompted(300)],
  ];
  expect(turnsIn(events)).toEqual([{ endedMs: 10, givenMs: 15, bornMs: 40, promptedMs: 200 }]);
});

test('a turn with no task after it is no trial', () => {
  expect(turnsIn([stopped(100), ended(110), given(115, 'b')])).toEqual([]);
});

test('a next turn begins a trial of its own, and what was missing before it stays missing', () => {
  const events = [stopped(100), given(115), stopped(500), ended(510), given(520), prompted(600)];
  expect(turnsIn(events)).toEqual([
    { endedMs: null, givenMs: 15, bornMs: null, promptedMs: null },
    { endedMs: 10, givenMs: 20, bornMs: null, promptedMs: 100 },
  ]);
});

test('a pid that was used before the turn ended is not the next agent', () => {
  const events = [born(50, 7), stopped(100), given(115), born(140, 7), started(145, 7)];
  expect(turnsIn(events)).toMatchObject([{ bornMs: 40 }]);
});
