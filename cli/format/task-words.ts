import { printable } from '../../config/printable.ts';
import type { Task, TaskOutline, TaskState } from '../../supervisor/task-report.ts';
import type { Style } from '../terminal/colours.ts';
import { wait } from './ago.ts';
import { asksPerson } from './session-words.ts';
import { type Cell, shortened } from './table.ts';

/** The state, coloured by whether a person is needed. */
export function taskStateCell({ state, cancelRequested }: Task): Cell {
  const isEnding = state === 'running' && cancelRequested;
  return { text: isEnding ? 'running, to be cancelled' : state, style: STYLES[state] };
}

const STYLES: Readonly<Record<TaskState, Style>> = {
  queued: 'reset',
  blocked: 'yellow',
  running: 'cyan',
  done: 'green',
  dead: ['bold', 'red'],
  cancelled: 'dim',
};

/** Epoch milliseconds at which it came to what it is now, as far as is known. */
export function lastTime({ createdAt, startedAt, endedAt }: Task): number {
  return endedAt ?? startedAt ?? createdAt;
}

/** What is known of other tasks, and of sessions, when one is shown. */
export interface Beside {
  /** Of the tasks that are shown, and of those that they wait for, as far as these exist. */
  readonly outlines: ReadonlyMap<string, TaskOutline>;
  /** The session whose agent asks a person, by the task that it holds. */
  readonly asking: ReadonlyMap<string, string>;
}

export const NOTHING_BESIDE: Beside = { outlines: new Map(), asking: new Map() };

/** One short line. */
const LINE = 80;

/** The first line of its text that says something, printable. */
export function titleOf(outline: TaskOutline | undefined): string {
  return firstLine(outline?.begin ?? '');
}

/** What a person would ask next, in a line: why it waits, what it said, why it ended. */
export function taskNote(task: Task, beside: Beside, now: number): string {
  if (task.state === 'blocked') return waitNote(task, beside);
  const { notBefore } = task;
  const isEarly = task.state === 'queued' && notBefore !== null && notBefore > now;
  const told = task.state === 'done' ? task.result : task.error;
  return [
    isEarly ? `begins in ${wait(notBefore - now)}` : '',
    askNote(task, beside) ?? '',
    firstLine(told ?? ''),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** For which tasks a blocked one waits, and what has to be done for those that will not be done by themselves. */
export function waitNote({ dependsOn }: Pick<Task, 'dependsOn'>, { outlines }: Beside): string {
  const stuck = dependsOn.filter((id) => isStuck(outlines.get(id)));
  const [first] = stuck;
  if (first === undefined) {
    const open = dependsOn.filter((id) => outlines.get(id)?.state !== 'done');
    return `waits for ${open.join(' ')}`;
  }
  const which = stuck.length > 1 ? 'dead or cancelled ones' : `a ${outlines.get(first)?.state} one`;
  return `waits for ${which}: task retry ${stuck.join(' ')}`;
}

/** Whether it stays undone until a person retries it. */
export function isStuck(outline: TaskOutline | undefined): boolean {
  return outline?.state === 'dead' || outline?.state === 'cancelled';
}

/** That its agent asks a person, and how to answer; null when it does not, or nobody knows. */
export function askNote({ id, state }: Pick<Task, 'id' | 'state'>, { asking }: Beside) {
  const session = state === 'running' ? asking.get(id) : undefined;
  return session === undefined ? null : asksPerson(session);
}

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return shortened(printable(line.replaceAll(/[ \t]+/g, ' ').trim()), LINE);
}
