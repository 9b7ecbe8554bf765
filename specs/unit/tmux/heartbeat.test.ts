import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createHeartbeat } from '../../../actors/tmux/heartbeat.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a question is asked after each interval of silence, until it is stopped', () => {
  const ask = jest.fn();
  const heartbeat = createHeartbeat(10, ask);
  jest.advanceTimersByTime(9);
  expect(ask).not.toHaveBeenCalled();
  jest.advanceTimersByTime(21);
  expect(ask).toHaveBeenCalledTimes(3);
  heartbeat.stop();
  jest.advanceTimersByTime(100);
  expect(ask).toHaveBeenCalledTimes(3);
});

test('what is heard puts the question off', () => {
  const ask = jest.fn();
  const heartbeat = createHeartbeat(10, ask);
  for (let word = 0; word < 10; word += 1) {
    jest.advanceTimersByTime(9);
    heartbeat.heard();
  }
  expect(ask).not.toHaveBeenCalled();
  jest.advanceTimersByTime(10);
  expect(ask).toHaveBeenCalledTimes(1);
  heartbeat.stop();
});
