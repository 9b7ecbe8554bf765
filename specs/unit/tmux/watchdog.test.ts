import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
  // What is in the pipes comes first.
  jest.runOnlyPendingTimers();
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

test('whoever was held up itself reads what has come meanwhile before it speaks of silence', async () => {
  jest.useRealTimers();
  const onSilence = jest.fn();
  const { watch, progress } = createWatchdog(10, onSilence);
  const tmux = spawn('echo', ['%end']);
  const read = once(tmux.stdout, 'data').then(() => progress(false));
  const ended = once(tmux, 'close');
  watch();
  // Nothing runs here, as if the machine had no time for us: the time is over, and the answer is in the pipe.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  await read;
  await ended;
  expect(onSilence).not.toHaveBeenCalled();
});
