import { printable } from '../../config/printable.ts';
import { isoTime, type TaskDetail } from '../../supervisor/task-report.ts';
import { span } from './ago.ts';
import { factLines } from './fact-lines.ts';
import type { PageStyle } from './page-style.ts';
import { happening } from './task-happening.ts';
import { askNote, type Beside, isStuck, lastTime, taskStateCell } from './task-words.ts';

type Style = Pick<PageStyle, 'paint' | 'now'>;

/** One task, its text, its result and what happened to it, for a person. Nothing of it can move a cursor. */
export function taskPage(task: TaskDetail, beside: Beside, style: Style): string {
  return [
    headline(task, style),
    factBlock(task, beside, style),
    quoted('its text:', task.text, style),
    quoted('its result:', task.result ?? '', style),
    historyLines(task, style),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function headline(task: TaskDetail, { paint, now }: Style): string {
  const { text, style = 'reset' } = taskStateCell(task);
  return `${paint('bold', task.id)}  ${paint(style, text)} for ${span(now - lastTime(task))}`;
}

function factBlock(task: TaskDetail, beside: Beside, { now }: Style): string {
  const { notBefore } = task;
  return factLines(
    [
      ['key', task.key],
      ['project', task.project],
      ['priority', task.priority],
      ['depends on', needed(task, beside)],
      ['not before', notBefore === null ? null : isoTime(notBefore)],
      ['session', task.session],
      ['attempts', task.attempts],
      ['conversation', task.conversation],
      ['accepted', when(task.createdAt, now)],
      ['started', when(task.startedAt, now)],
      ['ended', when(task.endedAt, now)],
      ['error', task.error],
      ['waits', askNote(task, beside)],
    ],
    14,
  );
}

/** Each with its state, and what has to be done where it will not be done by itself. */
function needed({ dependsOn }: TaskDetail, { outlines }: Beside): string | null {
  const told = dependsOn.map((id) => {
    const outline = outlines.get(id);
    if (outline === undefined) return id;
    return `${id} (${outline.state}${isStuck(outline) ? `: task retry ${id}` : ''})`;
  });
  return told.length === 0 ? null : told.join(', ');
}

function when(at: number | null, now: number): string | null {
  return at === null ? null : `${span(now - at)} ago (${isoTime(at)})`;
}

/** A text may have a megabyte; a program gets all of it with `--json`. */
const LINES = 200;

function quoted(title: string, text: string, { paint }: Style): string {
  const lines = text.trimEnd().split('\n');
  if (lines.join('') === '') return '';
  const shown = lines.slice(0, LINES).map((line) => `  ${paint('dim', '│')} ${shownLine(line)}`);
  const more = lines.length - shown.length;
  return [title, ...shown, ...(more > 0 ? [`  and ${more} lines more (--json has all)`] : [])].join(
    '\n',
  );
}

function shownLine(line: string): string {
  return printable(line.replaceAll('\t', '    '));
}

function historyLines({ history }: TaskDetail, { paint, now }: Style): string {
  if (history.length === 0) return '';
  const lines = history.map((entry) => {
    const time = paint('dim', `${isoTime(entry.at)}  ${`${span(now - entry.at)} ago`.padStart(8)}`);
    return `  ${time}  ${happening(entry)}`;
  });
  return ['history, newest last:', ...lines].join('\n');
}
