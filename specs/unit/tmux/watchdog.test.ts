import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createWatchdog } from '../../../actors/tmux/watchdog.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('silence is noticed once, and only while something is awaited', () => {
  const onSilence = jest.fn();
  const { watch } = createWatchdog(10, onSilence);
  jest.advanceTimersByTime(100);
  expect(onSilence).not.toHaveBeenCalled();
  watch();
  jest.advanceTimersByTime(9);
  watch();
  expect(onSilence).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(onSilence).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(100);
  expect(onSilence).toHaveBeenCalledTimes(1);
});

test('as long as something happens there is no silence, however long it takes', () => {
  const onSilence = jest.fn();
  const { watch, progress } = createWatchdog(10, onSilence);
  watch();
  for (let step = 0; step < 10; step += 1) {
    jest.advanceTimersByTime(9);
    progress(true);
  }
  expect(onSilence).not.toHaveBeenCalled();
  progress(false);
  jest.advanceTimersByTime(100);
  expect(onSilence).not.toHaveBeenCalled();
});
