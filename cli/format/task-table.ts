import type { Task } from '../../supervisor/task-report.ts';
import { span } from './ago.ts';
import type { PageStyle } from './page-style.ts';
import { type Cell, type Column, table } from './table.ts';
import { lastTime, taskNote, taskStateCell } from './task-words.ts';

const COLUMNS: readonly Column[] = [
  { title: 'TASK' },
  { title: 'STATE' },
  { title: 'SINCE', spare: 5 },
  { title: 'SESSION', spare: 6 },
  { title: 'TRIES', spare: 3 },
  { title: 'PRIORITY', spare: 2 },
  { title: 'KEY', spare: 1 },
  { title: 'PROJECT', spare: 4 },
  { title: 'NOTE' },
];

/** Tasks for a person. */
export function taskTable(tasks: readonly Task[], style: PageStyle): string {
  const rows = tasks.map((task): readonly Cell[] => [
    { text: task.id },
    taskStateCell(task),
    { text: `${span(style.now - lastTime(task))} ago` },
    { text: task.session ?? '' },
    { text: String(task.attempts) },
    { text: task.priority },
    { text: task.key ?? '' },
    { text: task.project },
    { text: taskNote(task, style.now) },
  ]);
  return table(COLUMNS, rows, style);
}
