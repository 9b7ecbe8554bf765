import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createWakes } from '../../../actors/tmux/wakes.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('the first of a burst is told at once, the rest together after the gap', () => {
  const { wake, onWake } = createWakes(10);
  const listener = jest.fn();
  onWake(listener);
  wake();
  expect(listener).toHaveBeenCalledTimes(1);
  wake();
  wake();
  jest.advanceTimersByTime(9);
  expect(listener).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(1);
  expect(listener).toHaveBeenCalledTimes(2);
  jest.advanceTimersByTime(100);
  expect(listener).toHaveBeenCalledTimes(2);
  wake();
  expect(listener).toHaveBeenCalledTimes(3);
});

test('a listener that is registered twice hears twice, until each registration is ended', () => {
  const { wake, onWake } = createWakes(10);
  const listener = jest.fn();
  const stop = onWake(listener);
  onWake(listener);
  wake();
  expect(listener).toHaveBeenCalledTimes(2);
  stop();
  jest.advanceTimersByTime(10);
  wake();
  expect(listener).toHaveBeenCalledTimes(3);
});

test('nobody is told after the end', () => {
  const { wake, onWake, close } = createWakes(10);
  const listener = jest.fn();
  onWake(listener);
  wake();
  wake();
  close();
  jest.advanceTimersByTime(100);
  expect(listener).toHaveBeenCalledTimes(1);
});
