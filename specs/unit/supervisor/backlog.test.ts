import { expect, test } from '@jest/globals';
import { FailoverError } from '../../../config/errors.ts';
import { createBacklog } from '../../../supervisor/backlog.ts';
import { isPassing } from '../../../supervisor/passing-failure.ts';
import { settle } from '../../harness/test-session.ts';

const failure = (reason: string) => new FailoverError('STORE_FAILED', reason, { reason });
const FULL = failure('SQLITE_FULL');

/** Writes to a disk that fails while a test says so. */
function startBacklog(limit = 100) {
  const disk = { error: null as Error | null, tries: 0 };
  const errors: unknown[] = [];
  const written: string[] = [];
  const backlog = createBacklog({ onError: (error) => errors.push(error), isPassing, limit });
  const keep = (...lines: readonly string[]) => {
    for (const line of lines) {
      backlog.keep(async () => {
        disk.tries += 1;
        if (disk.error !== null) throw disk.error;
        written.push(line);
      });
    }
  };
  return { ...backlog, disk, errors, written, keep };
}

test('what a full disk refused is written once it has room, in the order in which it was told', async () => {
  const t = startBacklog();
  t.disk.error = FULL;
  t.keep('crashed', 'forgiven');
  await t.settled();
  t.keep('crashed again');
  await t.retry();
  expect(t.written).toEqual([]);
  t.disk.error = null;
  await t.retry();
  await t.retry();
  expect(t.written).toEqual(['crashed', 'forgiven', 'crashed again']);
});

test('what is told next has what waits tried first', async () => {
  const t = startBacklog();
  t.disk.error = FULL;
  t.keep('first');
  await t.settled();
  t.disk.error = null;
  t.keep('second');
  await settle();
  expect(t.written).toEqual(['first', 'second']);
});

test('that writes wait is told once, and once more when they wait anew', async () => {
  const t = startBacklog();
  for (let time = 0; time < 2; time++) {
    t.disk.error = FULL;
    t.keep('a', 'b');
    await t.retry();
    await t.retry();
    t.disk.error = null;
    await t.retry();
  }
  expect(t.errors).toEqual([FULL, FULL]);
});

test('while the disk is full only the oldest is tried each time', async () => {
  const t = startBacklog();
  t.disk.error = FULL;
  t.keep(...Array(50).fill('line'));
  await t.settled();
  const before = t.disk.tries;
  await t.retry();
  expect(t.disk.tries - before).toBe(1);
});

test('more than may wait is given up, which is told once: memory must not fill up, too', async () => {
  const t = startBacklog(3);
  t.disk.error = FULL;
  t.keep('1', '2', '3', '4', '5');
  await t.settled();
  t.disk.error = null;
  await t.retry();
  expect(t.written).toEqual(['1', '2', '3']);
  expect(t.errors).toEqual([
    FULL,
    expect.objectContaining({ message: expect.stringContaining('3 writes wait') }),
  ]);
});

test.each([
  ['a bug', new TypeError('undefined is not a function')],
  ['a constraint', failure('SQLITE_CONSTRAINT_UNIQUE')],
  ['the fence of a newer daemon', new FailoverError('CONFLICT', 'fenced off', {})],
])(
  'a write that fails for %s is told, given up, and keeps no other from being done',
  async (_, error) => {
    const t = startBacklog();
    t.disk.error = FULL;
    t.keep('a', 'b');
    await t.settled();
    t.disk.error = error;
    t.keep('c');
    await settle();
    t.disk.error = null;
    t.keep('d');
    await settle();
    expect(t.written).toEqual(['d']);
    expect(t.errors).toEqual([FULL, error, error, error]);
  },
);

test.each(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'EMFILE'])(
  '%s lies in the surroundings, and passes',
  (reason) => {
    expect(isPassing(failure(reason))).toBe(true);
  },
);

test('an error that is none of the store does not pass by itself', () => {
  expect(isPassing(Object.assign(new Error('EMFILE'), { code: 'EMFILE' }))).toBe(false);
  expect(isPassing(null)).toBe(false);
});
