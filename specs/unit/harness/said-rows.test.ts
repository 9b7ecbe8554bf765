import { expect, test } from '@jest/globals';
import type { TranscriptRow } from '../../harness/real-client-pool.ts';
import { talkIn } from '../../harness/said-rows.ts';

/** A row that goes on from the one before it. */
function row(uuid: string, parentUuid: string | null, more: Partial<TranscriptRow>): TranscriptRow {
  return { type: 'assistant', uuid, parentUuid, ...more };
}

const said = (...content: readonly object[]) => ({ message: { content } });

const ROWS: readonly TranscriptRow[] = [
  row('a', null, { type: 'user', message: { content: 'walk on' } }),
  row('note', 'a', { type: 'attachment' }),
  row('b', 'note', said({ type: 'text', text: 'I do.' })),
  row('c', 'b', said({ type: 'tool_use', name: 'Read', input: { file_path: '/work/step.txt' } })),
  row('d', 'c', { type: 'user', ...said({ type: 'tool_result', content: 'one step' }) }),
  row('e', 'd', { ...said({ type: 'text', text: 'hit' }), isApiErrorMessage: true }),
];

test('what was said is told in order, by whom, without the notes between', () => {
  expect(talkIn(ROWS)).toEqual({
    said: ['user: walk on', 'assistant: I do.', 'uses Read step.txt', 'hears "one step"', 'limit'],
    astray: [],
    doubled: [],
  });
});

test('the order in the file does not matter, but for the last word', () => {
  const [first, note, ...rest] = ROWS as [TranscriptRow, TranscriptRow, ...TranscriptRow[]];
  expect(talkIn([note, first, ...rest])).toEqual(talkIn(ROWS));
});

test('a branch that is left behind is found, and a row that is there twice', () => {
  const lost = row('x', 'b', said({ type: 'text', text: 'I do not.' }));
  const rows = [...ROWS.slice(0, 3), lost, ...ROWS.slice(3)];
  expect(talkIn(rows)).toMatchObject({ said: talkIn(ROWS).said, astray: [lost], doubled: [] });
  expect(talkIn([...ROWS, ...ROWS.slice(5)])).toMatchObject({ doubled: ['e'] });
});

test('what the client itself puts where a turn was cut off was not said', () => {
  const cut = row('f', 'e', {
    message: { content: [{ type: 'text', text: 'No response requested.' }], model: '<synthetic>' },
  });
  expect(talkIn([...ROWS, cut]).said).toEqual(talkIn(ROWS).said);
});
