import { expect, test } from '@jest/globals';
import {
  fitsArgument,
  pastedPrompt,
  resumedPrompt,
  taskIdIn,
  taskPrompt,
} from '../../../machines/policy/task-prompt.ts';

const TASK = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';

test('a prompt names its task in its first line, however it came to be', () => {
  const prompt = taskPrompt(TASK, '/help');
  expect(prompt).toBe(`[task ${TASK}]\n/help`);
  expect(taskIdIn(prompt)).toBe(TASK);
  expect(taskIdIn(pastedPrompt(taskPrompt(TASK, 'C:\\')))).toBe(TASK);
  expect(taskIdIn(resumedPrompt(TASK, 'Continue.'))).toBe(TASK);
});

test.each(['do it', ` [task ${TASK}]`, `see [task ${TASK}]`, '[task t_1]', ''])(
  '%j is of no task',
  (prompt) => {
    expect(taskIdIn(prompt)).toBeNull();
  },
);

test.each([
  'it lies in C:\\',
  'it lies in C:\\ \n',
  'look into @chart',
  'look into @',
  'look into @chart.',
  '@"a name with spaces',
  '、@chart',
])('pasted, %j gets a last line that Enter can follow', (text) => {
  expect(pastedPrompt(text)).toBe(`${text}\n[end of task]`);
});

test.each(['do it', 'ask @chart about it', 'a \\ b', '@"closed" now', 'C:\\\nand more', ''])(
  'pasted, %j is as it was',
  (text) => {
    expect(pastedPrompt(text)).toBe(text);
  },
);

test('whether a prompt fits into an argument is a matter of bytes', () => {
  expect(fitsArgument('x'.repeat(100 * 1024))).toBe(true);
  expect(fitsArgument(`${'x'.repeat(100 * 1024 - 1)}é`)).toBe(false);
});
