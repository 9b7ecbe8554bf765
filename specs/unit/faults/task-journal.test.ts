import { expect, test } from '@jest/globals';
import { addTo, type TaskJournal } from '../../faults/task-journal.ts';

const asked = (content: string) => ({ type: 'user', message: { content } });
const answered = {
  type: 'assistant',
  message: { content: [{ type: 'text', text: 'DEMO-REPLY: done.' }] },
};
const failed = { ...answered, isApiErrorMessage: true };

function journals(...conversations: readonly (readonly object[])[]) {
  const all = new Map<string, TaskJournal>();
  for (const [n, rows] of conversations.entries()) addTo(all, `c${n}`, rows);
  return all;
}

test('a prompt and its answer count once', () => {
  const all = journals([asked('[task t_1] one'), answered, answered]);
  expect(all.get('t_1')).toEqual({ conversations: ['c0'], answers: 1 });
});

test('a task that goes on in its conversation is answered once', () => {
  const all = journals([asked('[task t_1] one'), failed, asked('[task t_1]\ngo on'), answered]);
  expect(all.get('t_1')).toEqual({ conversations: ['c0'], answers: 1 });
});

test('a task that is asked again after its answer is answered twice', () => {
  const all = journals([asked('[task t_1] one'), answered, asked('[task t_1] one'), answered]);
  expect(all.get('t_1')?.answers).toBe(2);
});

test('a task that is asked in two conversations is found in both', () => {
  const all = journals([asked('[task t_1] one')], [asked('[task t_1] one'), answered]);
  expect(all.get('t_1')).toEqual({ conversations: ['c0', 'c1'], answers: 1 });
});

test('an answer belongs to the task that was asked last, and what a person asks to none', () => {
  const all = journals([
    asked('[task t_1] one'),
    answered,
    asked('[task t_2] two'),
    answered,
    asked('hello'),
    answered,
  ]);
  expect([...all.values()].map(({ answers }) => answers)).toEqual([1, 1]);
});
