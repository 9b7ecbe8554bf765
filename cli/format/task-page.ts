import { printable } from '../../config/printable.ts';
import { isoTime, type TaskDetail, type TaskRun } from '../../supervisor/task-report.ts';
import { span } from './ago.ts';
import { factLines } from './fact-lines.ts';
import type { PageStyle } from './page-style.ts';
import { happening } from './task-happening.ts';
import { askNote, type Beside, isStuck, lastTime, taskStateCell } from './task-words.ts';

type Style = Pick<PageStyle, 'paint' | 'now'>;

/** What is known beside one task. */
export interface BesidePage extends Beside {
  /** On which accounts it ran, oldest first. */
  readonly accounts: readonly TaskRun[];
}

/** One task, its text, its result and what happened to it, for a person. Nothing of it can move a cursor. */
export function taskPage(task: TaskDetail, beside: BesidePage, style: Style): string {
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

function factBlock(task: TaskDetail, beside: BesidePage, { now }: Style): string {
  const { notBefore } = task;
  return factLines(
    [
      ['key', task.key],
      ['project', task.project],
      ['priority', task.priority],
      ['depends on', needed(task, beside)],
      ['not before', notBefore === null ? null : isoTime(notBefore)],
      ['session', task.session],
      ...beside.accounts.map((run) => ['account', runText(run)] as const),
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

/** `compte1 in ccl-auto-11 for 3m, from 2026-11-24T11:48:00.000Z`. */
function runText({ account, session, from, until }: TaskRun): string {
  const lasting = until === null ? 'now' : `for ${span(Date.parse(until) - Date.parse(from))}`;
  return `${account} in ${session} ${lasting}, from ${from}`;
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
