import { expect, test } from '@jest/globals';
import { addRestart } from '../../../machines/policy/restart-intensity.ts';

const TOLERANCE = { intensity: 3, periodMs: 1000 };

test('exactly as many restarts as the intensity are allowed, and one more gives up', () => {
  let history: readonly number[] = [];
  const verdicts = [10, 20, 30, 40].map((nowMs) => {
    const verdict = addRestart(history, nowMs, TOLERANCE);
    history = verdict.history;
    return verdict.kind;
  });
  expect(verdicts).toEqual(['restart', 'restart', 'restart', 'giveUp']);
});

test('the crash that gives up is in the history too', () => {
  expect(addRestart([1, 2, 3], 4, TOLERANCE).history).toEqual([1, 2, 3, 4]);
});

test('a crash leaves the window when the period is over, not before', () => {
  expect(addRestart([0, 500, 900], 999, TOLERANCE)).toEqual({
    kind: 'giveUp',
    history: [0, 500, 900, 999],
  });
  expect(addRestart([0, 500, 900], 1000, TOLERANCE)).toEqual({
    kind: 'restart',
    history: [500, 900, 1000],
  });
});

test('the window slides: crashes a little further apart than it allows go on for ever', () => {
  let history: readonly number[] = [];
  for (let crash = 0; crash < 100; crash++) {
    const verdict = addRestart(history, crash * 334, TOLERANCE);
    expect(verdict.kind).toBe('restart');
    history = verdict.history;
  }
  expect(history).toHaveLength(3);
});

test('with an intensity of zero the first crash gives up', () => {
  expect(addRestart([], 5, { intensity: 0, periodMs: 1000 }).kind).toBe('giveUp');
});

test('the history that came in stays as it was', () => {
  const history = Object.freeze([1, 2]);
  expect(addRestart(history, 5000, TOLERANCE).history).toEqual([5000]);
});
