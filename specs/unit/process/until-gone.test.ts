import { expect, test } from '@jest/globals';
import { untilGone } from '../../../actors/process/until-gone.ts';

const AGENT = { pid: 7, startTime: '7' };

/** A process that lives for so many looks. */
function livesFor(looks: number) {
  const asked: number[] = [];
  const parts = {
    processes: { isAlive: ({ pid }: { pid: number }) => asked.push(pid) <= looks },
    sleep: async (_: number, signal: AbortSignal) => signal.throwIfAborted(),
  };
  return { asked, parts };
}

const { signal } = new AbortController();

test('whoever waits for the end of a process is told once it is gone', async () => {
  const { asked, parts } = livesFor(3);
  await untilGone(parts, AGENT, signal);
  expect(asked).toEqual([7, 7, 7, 7]);
});

test('a wait that nobody needs any more ends with the reason', async () => {
  const { parts } = livesFor(Number.POSITIVE_INFINITY);
  await expect(untilGone(parts, AGENT, AbortSignal.abort(new Error('stopped')))).rejects.toThrow(
    'stopped',
  );
});

test('nobody is never gone', async () => {
  const { asked, parts } = livesFor(0);
  const wait = untilGone(parts, null, signal).then(() => 'gone');
  const later = new Promise((resolve) => setImmediate(() => resolve('waits')));
  expect(await Promise.race([wait, later])).toBe('waits');
  expect(asked).toEqual([]);
});
