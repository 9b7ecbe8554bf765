import { expect, jest, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import { createQueueBoard, EMPTY_QUEUE } from '../../../supervisor/queue-board.ts';
import { atEnd } from '../../harness/scope.ts';

/** A board over a store in which there is one more queued task at each count, which takes so long. */
async function startBoard(takesMs = 0) {
  jest.useFakeTimers();
  atEnd(() => void jest.useRealTimers());
  const logged: LogEvent[] = [];
  const world = { counts: 0, fails: false };
  const store = {
    counts: async () => {
      world.counts += 1;
      const queued = world.counts;
      if (world.counts > 1 && takesMs > 0) await passing(takesMs);
      if (world.fails) throw new Error('the disk is full');
      return { ...EMPTY_QUEUE, queued };
    },
  };
  const board = await createQueueBoard(store, (entry) => void logged.push(entry));
  atEnd(() => board.stop());
  return { board, world, logged, pass: jest.advanceTimersByTimeAsync };
}

test('how many there are is known from the start', async () => {
  const { board } = await startBoard();
  expect(board.counts()).toEqual({ ...EMPTY_QUEUE, queued: 1 });
});

test('after each pass of the dispatcher a few tasks are counted at once', async () => {
  const { board, pass } = await startBoard();
  for (const queued of [2, 3, 4]) {
    board.refresh();
    await pass(1);
    expect(board.counts().queued).toBe(queued);
  }
});

test('counting very many tasks takes the daemon a twentieth of its time, however many passes there are', async () => {
  const { board, world, pass } = await startBoard(10);
  for (let ms = 0; ms < 2_000; ms++) {
    board.refresh();
    await pass(1);
  }
  expect(world.counts).toBe(1 + 10);
});

test('the last change is counted though it came while there was a rest', async () => {
  const { board, world, pass } = await startBoard(10);
  board.refresh();
  await pass(11);
  board.refresh();
  await pass(198);
  expect(board.counts().queued).toBe(2);
  await pass(20);
  expect(board.counts().queued).toBe(3);
  await pass(10_000);
  expect(world.counts).toBe(3);
});

test('a store that is slow for another reason is asked again a second later at the latest', async () => {
  const { board, pass } = await startBoard(5_000);
  board.refresh();
  await pass(5_000);
  board.refresh();
  await pass(6_000);
  expect(board.counts().queued).toBe(3);
});

test('a count that fails is said once, and the last one stays', async () => {
  const { board, world, logged, pass } = await startBoard();
  world.fails = true;
  for (let n = 0; n < 3; n++) {
    board.refresh();
    await pass(1_000);
  }
  expect(board.counts().queued).toBe(1);
  expect(logged).toMatchObject([{ event: 'daemon.error', error: new Error('the disk is full') }]);
  world.fails = false;
  board.refresh();
  await pass(0);
  expect(board.counts().queued).toBe(5);
});

test('once it is stopped nothing is counted any more', async () => {
  const { board, world, pass } = await startBoard();
  board.refresh();
  await pass(0);
  board.refresh();
  await board.stop();
  board.refresh();
  await pass(10_000);
  expect(world.counts).toBe(2);
});

/** On the clock that a test drives. */
function passing(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
