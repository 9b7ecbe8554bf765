import { InvalidArgumentError } from 'commander';
import { isPath } from '../../config/paths.ts';
import { printable } from '../../config/printable.ts';
import { TASK_STATES, type TaskState } from '../../supervisor/task-report.ts';
import { isTaskId } from '../task-id.ts';

const LONGEST_KEY = 200;

export function key(text: string): string {
  const length = [...text].length;
  if (length < 1 || length > LONGEST_KEY) {
    throw new InvalidArgumentError(`It has ${length} characters; a key has 1 to ${LONGEST_KEY}.`);
  }
  // What was no UTF-8 arrives as U+FFFD, and two such keys would be one.
  if (printable(text) !== text || text.includes('\ufffd')) {
    throw new InvalidArgumentError('A key has printable characters only.');
  }
  return text;
}

export function directory(text: string): string {
  if (isPath(text)) return text;
  throw new InvalidArgumentError('It is no path of a directory.');
}

/** For an option that may come again, each time with several ids. */
export function taskIds(text: string, before: readonly string[] | undefined): readonly string[] {
  const ids = wordsOf(text);
  const wrong = ids.find((id) => !isTaskId(id));
  if (wrong === undefined) return [...new Set([...(before ?? []), ...ids])];
  throw new InvalidArgumentError(`"${printable(wrong)}" is no id of a task.`);
}

/** The same for states. */
export function taskStates(
  text: string,
  before: readonly TaskState[] | undefined,
): readonly TaskState[] {
  const states = wordsOf(text).map((word) => {
    const state = TASK_STATES.find((known) => known === word);
    if (state !== undefined) return state;
    throw new InvalidArgumentError(`The states are ${TASK_STATES.join(', ')}.`);
  });
  return [...(before ?? []), ...states];
}

/** The store counts no further in a query. */
const MOST = 2 ** 31 - 1;

export function limit(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST) return count;
  throw new InvalidArgumentError('It is a whole number from 1 on.');
}

function wordsOf(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim());
}
