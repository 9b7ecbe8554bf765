import type { Task, TaskState } from '../../supervisor/task-report.ts';
import type { Style } from '../terminal/colours.ts';
import { span } from './ago.ts';
import type { Cell } from './table.ts';

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

/** What a person would ask next, in a line: why it waits, what it said, why it ended. */
export function taskNote(task: Task, now: number): string {
  if (task.state === 'blocked') return `waits for ${task.dependsOn.join(' ')}`;
  const { notBefore } = task;
  const isEarly = task.state === 'queued' && notBefore !== null && notBefore > now;
  const begins = isEarly ? [`begins in ${span(notBefore - now)}`] : [];
  const told = task.state === 'done' ? task.result : task.error;
  const [firstLine = ''] = (told ?? '').trim().split('\n');
  return [...begins, ...(firstLine === '' ? [] : [firstLine])].join('; ');
}
