import type { Task } from '../../supervisor/task-report.ts';
import { span } from './ago.ts';
import type { PageStyle } from './page-style.ts';
import { type Cell, type Column, shortened, table } from './table.ts';
import { type Beside, lastTime, taskNote, taskStateCell, titleOf } from './task-words.ts';

const COLUMNS: readonly Column[] = [
  { title: 'TASK' },
  { title: 'STATE' },
  { title: 'SINCE', spare: 5 },
  { title: 'SESSION', spare: 6 },
  { title: 'TRIES', spare: 3 },
  { title: 'PRIORITY', spare: 2 },
  { title: 'KEY', spare: 1 },
  { title: 'PROJECT', spare: 4 },
  { title: 'WHAT' },
];

/** Tasks for a person: what each of them is, and what there is to note of it. */
export function taskTable(tasks: readonly Task[], beside: Beside, style: PageStyle): string {
  const rows = tasks.map((task): readonly Cell[] => [
    { text: task.id },
    taskStateCell(task),
    { text: `${span(style.now - lastTime(task))} ago` },
    { text: task.session ?? '' },
    { text: String(task.attempts) },
    { text: task.priority },
    { text: task.key ?? '' },
    { text: task.project },
    whatCell(titleOf(beside.outlines.get(task.id)), taskNote(task, beside, style.now)),
  ]);
  return table(COLUMNS, rows, style);
}

const BETWEEN = ' · ';

/** Where both have no room the title is cut first, though not to less than half of it. */
function whatCell(title: string, note: string): Cell {
  if (title === '' || note === '') return { text: `${title}${note}` };
  const within = (room: number) => {
    const left = room - BETWEEN.length;
    const begin = shortened(title, Math.max(left - note.length, Math.floor(left / 2)));
    return `${begin}${BETWEEN}${note}`;
  };
  return { text: `${title}${BETWEEN}${note}`, within };
}
