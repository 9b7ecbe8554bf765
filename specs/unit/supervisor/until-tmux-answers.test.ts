import { expect, test } from '@jest/globals';
import { FailoverError } from '../../../config/errors.ts';
import type { LogEvent } from '../../../machines/log-events.ts';
import { untilTmuxAnswers } from '../../../supervisor/until-tmux-answers.ts';

function patience() {
  const controller = new AbortController();
  const told: LogEvent[] = [];
  const waits: number[] = [];
  const silences: (number | null)[] = [];
  return {
    controller,
    silences,
    told,
    waits,
    signal: controller.signal,
    log: (entry: LogEvent) => void told.push(entry),
    now: () => 5000,
    onSilent: (since: number | null) => void silences.push(since),
    sleep: async (ms: number) => void waits.push(ms),
  };
}

const hangs = () => Promise.reject(new FailoverError('TMUX_TIMED_OUT', 'no answer'));

test('a tmux that does not answer is asked each second until it does, and said once', async () => {
  const p = patience();
  const answers = [hangs, hangs, hangs, async () => 'connected'];
  await expect(untilTmuxAnswers(async () => answers.shift()?.(), p)).resolves.toBe('connected');
  expect(p.waits).toEqual([1000, 1000, 1000]);
  expect(p.told).toHaveLength(1);
  expect(p.silences).toEqual([5000, null]);
});

test('a tmux that is not there, or refuses, is not asked twice', async () => {
  const p = patience();
  const missing = new FailoverError('TMUX_MISSING', 'tmux is not installed');
  await expect(untilTmuxAnswers(() => Promise.reject(missing), p)).rejects.toBe(missing);
  expect(p.waits).toEqual([]);
});

test('who no longer wants the answer is not kept waiting for it', async () => {
  const p = patience();
  const ask = () => {
    p.controller.abort();
    return hangs();
  };
  await expect(untilTmuxAnswers(ask, p)).rejects.toThrow('aborted');
});
