import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLog } from '../../../actors/log/log.ts';
import type { LogLevel } from '../../../config/types.ts';

const HELD = { event: 'session.held', session: 'pool-0', index: 0 } as const;
const BLOCKED = { event: 'session.blocked', session: 'pool-0', index: 0, reason: 'taken' } as const;

// Only flush uses a timer: as long as none fires, it resolves because all is written.
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test('an event becomes one line with its time, level and sentence', async () => {
  const { log, lines } = logInto(new PassThrough());
  log.write(HELD);
  await log.flush();
  expect(lines()).toEqual([
    {
      time: '2023-11-14T22:13:20.000Z',
      level: 'info',
      event: 'session.held',
      msg: 'pool-0: held by the operator',
      session: 'pool-0',
      index: 0,
    },
  ]);
});

test('an error becomes daemon.error with all that it says', async () => {
  const { log, lines } = logInto(new PassThrough());
  log.error(new Error('outer', { cause: new Error('inner') }), 'a listener threw');
  log.error('not even an error', 'somebody threw a string');
  await log.flush();
  expect(lines()).toMatchObject([
    {
      level: 'error',
      event: 'daemon.error',
      msg: 'a listener threw',
      error: { message: 'outer', cause: { message: 'inner' } },
    },
    { msg: 'somebody threw a string', error: 'not even an error' },
  ]);
});

test('the level decides what is written', async () => {
  const { log, lines } = logInto(new PassThrough(), 'warn');
  log.write(HELD);
  log.write(BLOCKED);
  await log.flush();
  expect(lines().map(({ event }) => event)).toEqual(['session.blocked']);
});

test('flush waits until a slow reader has got every line, and lets more be written after it', async () => {
  const taken: string[] = [];
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, next) {
      taken.push(String(chunk));
      setImmediate(next);
    },
  });
  const log = createLog({ level: 'info', stream: slow });
  for (let n = 0; n < 1_000; n++) log.write(HELD);
  await log.flush();
  expect(taken).toHaveLength(1_000);
  log.write(HELD);
  await log.flush();
  expect(taken).toHaveLength(1_001);
});

test('flush has nothing to wait for when nothing was written', async () => {
  const { log } = logInto(new PassThrough(), 'error');
  log.write(HELD);
  await log.flush();
  await log.flush();
});

test('flush gives up on a reader that never reads', async () => {
  const stuck = new Writable({ highWaterMark: 1, write() {} });
  const log = createLog({ level: 'info', stream: stuck });
  log.write(HELD);
  const flushed = log.flush();
  jest.advanceTimersByTime(2_000);
  await flushed;
  expect(stuck.writableLength).toBeGreaterThan(0);
});

test('a stream that fails costs its lines and nothing else', async () => {
  const broken = new Writable({
    write(_chunk, _encoding, next) {
      next(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const log = createLog({ level: 'info', stream: broken });
  for (let n = 0; n < 3; n++) {
    log.write(HELD);
    await log.flush();
  }
  expect(broken.destroyed).toBe(true);
});

function logInto(stream: PassThrough, level: LogLevel = 'info') {
  const log = createLog({ level, stream, now: () => 1_700_000_000_000 });
  const lines = (): readonly Record<string, unknown>[] => {
    const text = String(stream.read() ?? '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  return { log, lines };
}
