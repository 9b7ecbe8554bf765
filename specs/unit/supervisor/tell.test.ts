import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../../machines/ports.ts';
import { createTeller } from '../../../supervisor/tell.ts';

test('what is about a session is in its history too, with its facts and the time', () => {
  const logged: string[] = [];
  const history: (readonly [string, HistoryEntry])[] = [];
  const tell = createTeller({
    log: ({ event }) => void logged.push(event),
    addHistory: (session, entry) => void history.push([session, entry]),
    now: () => 1234,
  });
  tell({ event: 'task.cancelled', session: 'pool-0', index: 0, task: 't_1' });
  tell({ event: 'daemon.stopping', reason: 'test' });
  expect(logged).toEqual(['task.cancelled', 'daemon.stopping']);
  const facts = { session: 'pool-0', index: 0, task: 't_1' };
  expect(history).toEqual([['pool-0', { at: 1234, event: 'task.cancelled', facts }]]);
});
