import { expect, test } from '@jest/globals';
import { createReplyQueue } from '../../../actors/tmux/reply-queue.ts';

test('replies go to lines in the order of writing, one for each command', async () => {
  const queue = createReplyQueue();
  const first = queue.expect(2);
  const second = queue.expect(1);
  queue.answer(true, ['a']);
  queue.answer(true, ['b', 'c']);
  queue.answer(true, ['d']);
  expect(await first).toEqual({ bodies: [['a'], ['b', 'c']], error: null });
  expect(await second).toEqual({ bodies: [['d']], error: null });
});

test('a command that fails ends its line: the next reply is of the next line', async () => {
  const queue = createReplyQueue();
  const first = queue.expect(3);
  const second = queue.expect(1);
  queue.answer(true, ['a']);
  queue.answer(false, ['no such', 'thing']);
  queue.answer(true, ['d']);
  expect(await first).toEqual({ bodies: [['a']], error: 'no such\nthing' });
  expect(await second).toEqual({ bodies: [['d']], error: null });
});

test('a line that was given up keeps its place, and until it is answered the queue is stalled', async () => {
  const queue = createReplyQueue();
  const late = queue.expect(2);
  expect(queue.isStalled()).toBe(false);
  queue.abandonAll(new Error('too late'));
  await expect(late).rejects.toThrow('too late');
  const next = queue.expect(1);
  queue.answer(true, ['a']);
  expect(queue.isStalled()).toBe(true);
  queue.answer(true, ['b']);
  expect(queue.isStalled()).toBe(false);
  queue.answer(true, ['c']);
  expect(await next).toEqual({ bodies: [['c']], error: null });
});

test('when no reply can come any more all lines are told, and a stray one is dropped', async () => {
  const queue = createReplyQueue();
  const lines = [queue.expect(1), queue.expect(2)];
  queue.failAll(new Error('gone'));
  for (const reply of lines) await expect(reply).rejects.toThrow('gone');
  queue.answer(true, ['for nobody']);
  const later = queue.expect(1);
  queue.answer(true, ['for it']);
  expect(await later).toEqual({ bodies: [['for it']], error: null });
});

test('a reply is awaited unless it may take for ever or was given up', async () => {
  const queue = createReplyQueue();
  expect(queue.isAwaited()).toBe(false);
  const soon = queue.expect(1);
  const late = queue.expect(1, 'patiently');
  expect(queue.isAwaited()).toBe(true);
  queue.answer(true, []);
  expect(queue.isAwaited()).toBe(false);
  queue.answer(true, []);
  await Promise.all([soon, late]);
  const abandoned = queue.expect(1);
  queue.abandonAll(new Error('too late'));
  await expect(abandoned).rejects.toThrow('too late');
  expect(queue.isAwaited()).toBe(false);
});
