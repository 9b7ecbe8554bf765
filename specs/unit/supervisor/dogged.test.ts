import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import { createDogged } from '../../../supervisor/dogged.ts';
import { settle } from '../../harness/test-session.ts';

/** Work whose runs end when a test says so. */
function startWork() {
  const logged: LogEvent[] = [];
  const runs: { readonly end: () => void; readonly fail: () => void }[] = [];
  const work = createDogged(
    'the work',
    (entry) => void logged.push(entry),
    () =>
      new Promise((resolve, reject) =>
        runs.push({ end: resolve, fail: () => reject(new Error('it cannot')) }),
      ),
  );
  const run = async (how: 'end' | 'fail') => {
    work.ask();
    await settle();
    runs.at(-1)?.[how]();
    await settle();
  };
  return { ...work, logged, runs, run };
}

test('asked for several times at once it runs once', async () => {
  const t = startWork();
  for (let i = 0; i < 3; i++) t.ask();
  await settle();
  t.runs[0]?.end();
  await settle();
  expect(t.runs).toHaveLength(1);
});

test('asked for while it runs it runs once more, and never twice at a time', async () => {
  const t = startWork();
  t.ask();
  await settle();
  for (let i = 0; i < 3; i++) t.ask();
  await settle();
  expect(t.runs).toHaveLength(1);
  t.runs[0]?.end();
  await settle();
  expect(t.runs).toHaveLength(2);
  t.runs[1]?.end();
  await settle();
  expect(t.runs).toHaveLength(2);
});

test('that it fails is said once, and again after it has succeeded', async () => {
  const t = startWork();
  for (const how of ['fail', 'fail', 'end', 'fail'] as const) await t.run(how);
  const failure = {
    event: 'daemon.error',
    reason: 'the work failed: it is tried again until it succeeds',
    error: new Error('it cannot'),
  };
  expect(t.logged).toEqual([failure, failure]);
});

test('a stop waits for the run under way, and none follows', async () => {
  const t = startWork();
  t.ask();
  await settle();
  t.ask();
  let isStopped = false;
  const stopped = t.stop().then(() => {
    isStopped = true;
  });
  await settle();
  expect(isStopped).toBe(false);
  t.runs[0]?.end();
  await stopped;
  t.ask();
  await settle();
  expect(t.runs).toHaveLength(1);
});
