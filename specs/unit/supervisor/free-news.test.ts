import { expect, test } from '@jest/globals';
import { createFreeNews } from '../../../supervisor/free-news.ts';
import { sessionFacts } from '../../harness/facts.ts';

/** Those of `free` can be given a task; `tells` is whether a change of `pool-0` may let one start. */
function listen() {
  const free = new Set(['pool-0', 'pool-1']);
  const isNews = createFreeNews((session) => free.has(session));
  return {
    free,
    isNews,
    tells: (overrides = {}) => isNews(sessionFacts(overrides)),
  };
}

test('a free session is news when it tells so first, and not when it says the same again', () => {
  const { tells } = listen();
  expect([tells(), tells(), tells()]).toEqual([true, false, false]);
});

test('one that is not free is no news, and is when it has become free', () => {
  const { free, tells } = listen();
  tells();
  free.delete('pool-0');
  expect([tells(), tells()]).toEqual([false, false]);
  free.add('pool-0');
  expect([tells(), tells()]).toEqual([true, false]);
});

test.each([
  { conversation: 'another' },
  { workdir: '/another' },
  { hasTranscript: true },
  { account: 'second' },
  { agent: { pid: 4242, startTime: 'later' } },
])('a free session of which %j is new is news: another task may suit it', (change) => {
  const { tells } = listen();
  tells();
  expect([tells(change), tells(change)]).toEqual([true, false]);
});

test('each session is judged by itself', () => {
  const { isNews, tells } = listen();
  tells();
  expect(isNews(sessionFacts({ name: 'pool-1' }))).toBe(true);
  expect(tells()).toBe(false);
});
