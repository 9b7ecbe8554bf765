import { expect, test } from '@jest/globals';
import { createPendingWrites } from '../../../supervisor/pending-writes.ts';
import { createEffect } from '../../harness/played-effect.ts';
import { settle } from '../../harness/test-session.ts';

/** Writes to a disk that is full while a test says so. */
function startWrites(mayRetry?: (key: string) => boolean) {
  const disk = { isFull: false };
  const errors: unknown[] = [];
  const written: string[] = [];
  const writes = createPendingWrites({
    onError: (error) => void errors.push(error),
    ...(mayRetry && { mayRetry }),
  });
  const save = (key: string, facts: string) =>
    writes.keepNewest(key, async () => {
      if (disk.isFull) throw new Error(`no room for ${facts}`);
      written.push(facts);
    });
  return { disk, errors, written, writes, save };
}

const ALL = () => true;

/** A write of the facts of `a` that takes until a test answers it. */
function startLate({ writes }: ReturnType<typeof startWrites>) {
  const late = createEffect<null, void>(true, () => {});
  writes.keepNewest('a', () => late.ask(null));
  return late;
}

test('what was asked for is durable once it is stored', async () => {
  const t = startWrites();
  t.save('a', 'a1');
  await t.writes.durable(ALL);
  expect(t.written).toEqual(['a1']);
});

test('what could not be stored is not durable, and is told of once however often it is tried', async () => {
  const t = startWrites();
  t.disk.isFull = true;
  t.save('a', 'a1');
  await expect(t.writes.durable(ALL)).rejects.toThrow('no room for a1');
  await t.writes.retry();
  expect(t.errors).toEqual([new Error('no room for a1')]);
});

test('newer facts that could not be stored either are no news', async () => {
  const t = startWrites();
  t.disk.isFull = true;
  t.save('a', 'a1');
  await t.writes.settled();
  t.save('a', 'a2');
  await expect(t.writes.durable(ALL)).rejects.toThrow('no room for a2');
  expect(t.errors).toEqual([new Error('no room for a1')]);
});

test('it is tried again when it is asked for, and only the newest of it', async () => {
  const t = startWrites();
  t.disk.isFull = true;
  for (const facts of ['a1', 'a2']) t.save('a', facts);
  await t.writes.settled();
  t.disk.isFull = false;
  await t.writes.durable(ALL);
  await t.writes.durable(ALL);
  expect(t.written).toEqual(['a2']);
});

test('newer facts that were stored make older ones that were not needless', async () => {
  const t = startWrites();
  t.disk.isFull = true;
  t.save('a', 'a1');
  await t.writes.settled();
  t.disk.isFull = false;
  t.save('a', 'a2');
  await t.writes.durable(ALL);
  expect(t.written).toEqual(['a2']);
});

test('older facts that are stored late do not stand for newer ones that were not', async () => {
  const t = startWrites();
  const late = startLate(t);
  t.disk.isFull = true;
  t.save('a', 'a2');
  late.answer();
  await expect(t.writes.durable(ALL)).rejects.toThrow('no room for a2');
});

test('what is being written is written once, whatever else is stored meanwhile', async () => {
  const t = startWrites();
  const late = startLate(t);
  t.save('b', 'b1');
  await settle();
  expect(late.asked).toHaveLength(1);
  late.answer();
  await t.writes.durable(ALL);
});

test('newer facts that come while it is tried again are not durable before they are stored', async () => {
  const t = startWrites();
  const older = startLate(t);
  older.answer(new Error('no room for a1'));
  await t.writes.settled();
  const asking = t.writes.durable(ALL);
  await settle();
  startLate(t);
  older.answer();
  await expect(asking).rejects.toThrow('newer facts are not stored yet');
});

test('it is tried again as soon as something else was stored', async () => {
  const t = startWrites();
  t.disk.isFull = true;
  t.save('a', 'a1');
  await t.writes.settled();
  t.disk.isFull = false;
  t.save('b', 'b1');
  await settle();
  expect(t.written).toEqual(['b1', 'a1']);
});

test('what others could not store does not concern those who ask for their own', async () => {
  const t = startWrites();
  t.disk.isFull = true;
  t.save('a', 'a1');
  await expect(t.writes.durable((key) => key === 'b')).resolves.toBeUndefined();
});

test('what somebody else may write anew is left alone, and is not durable', async () => {
  const launching = new Set(['a']);
  const t = startWrites((key) => !launching.has(key));
  t.disk.isFull = true;
  t.save('a', 'a1');
  await t.writes.settled();
  t.disk.isFull = false;
  await expect(t.writes.durable(ALL)).rejects.toThrow('no room for a1');
  expect(t.written).toEqual([]);
  launching.clear();
  await t.writes.durable(ALL);
  expect(t.written).toEqual(['a1']);
});

test('a write that need not be kept is asked for once', async () => {
  const t = startWrites();
  t.writes.keep(async () => {
    throw new Error('no room for a line');
  });
  await t.writes.durable(ALL);
  expect(t.errors).toEqual([new Error('no room for a line')]);
});

test('a write that throws, rather than rejects, has failed like any other', async () => {
  const t = startWrites();
  const broken = new Error('a bug');
  t.writes.keep(() => {
    throw broken;
  });
  await t.writes.settled();
  expect(t.errors).toEqual([broken]);
});
