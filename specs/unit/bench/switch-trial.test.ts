import { expect, test } from '@jest/globals';
import type { SwitchEvent } from '../../bench/failovers/switch-events.ts';
import { switchIn } from '../../bench/failovers/switch-trial.ts';

const heard = (atMs: number, told: SwitchEvent) => ({ atMs, told });
const hook = (atMs: number, kind: 'prompted' | 'stopped' | 'failed') =>
  heard(atMs, { kind, session: 'a' });
const started = (atMs: number, pid: number) =>
  heard(atMs, { kind: 'started', account: 'second', pid });
const born = (atMs: number, pid: number) => heard(atMs, { kind: 'born', pid });
const gone = (atMs: number) => heard(atMs, { kind: 'gone', pid: 6 });

const BEFORE = [born(10, 6), started(12, 6), hook(50, 'prompted')];

test('a session is followed from the end of its turn until its conversation goes on', () => {
  const events = [
    ...[...BEFORE, hook(100, 'failed'), heard(110, { kind: 'known' }), gone(130), born(150, 7)],
    ...[started(153, 7), hook(300, 'prompted'), heard(310, { kind: 'recorded' })],
    hook(400, 'stopped'),
  ];
  expect(switchIn(events)).toEqual({
    ...{ knownMs: 10, goneMs: 30, issuedMs: 50, betweenMs: 20 },
    ...{ promptedMs: 200, stoppedMs: 300, recordedMs: 210 },
  });
});

test('what was told before the turn ended, and what else tmux has started, does not count', () => {
  const events = [...BEFORE, hook(100, 'failed'), born(120, 5), born(150, 7), started(153, 7)];
  expect(switchIn(events)).toMatchObject({ issuedMs: 50, promptedMs: null, goneMs: null });
});

test('that the next one was started while the old one lived is told as less than nothing', () => {
  const events = [hook(100, 'failed'), born(120, 7), started(121, 7), gone(170)];
  expect(switchIn(events)).toMatchObject({ goneMs: 70, issuedMs: 20, betweenMs: -50 });
});

test('nothing is known of the time between two of which one did not come', () => {
  expect(switchIn([hook(100, 'failed'), gone(130)])).toMatchObject({ goneMs: 30, betweenMs: null });
  const lives = [hook(100, 'failed'), born(150, 7), started(153, 7)];
  expect(switchIn(lives)).toMatchObject({ issuedMs: 50, betweenMs: null });
});

test('a turn that did not fail is no trial', () => {
  expect(switchIn([...BEFORE, hook(90, 'stopped')])).toBeNull();
});
