import type { TaskPriority } from '../../supervisor/task-report.ts';

/** A task of the demo: what a person reads of it, and how long an agent is busy with it. */
export interface DemoTask {
  /** With a number behind it the key under which it is added. */
  readonly word: string;
  readonly title: string;
  /** What the agents of the demo do is in brackets (specs/fixtures/demo-agent/README.md). */
  readonly directive: string;
  readonly priority: TaskPriority;
  /** True when the task before it must be done first. */
  readonly isLater: boolean;
}

/** Given out one after the other, then again from the first. */
const TASKS: readonly DemoTask[] = [
  task('log', 'Tidy up the change log', '[[demo:work 4s]]'),
  task('build', 'Find out why the build is slow', '[[demo:work 9s]]', { priority: 'high' }),
  task('tests', 'Run the tests, if I may', '[[demo:ask]]'),
  task('news', 'Collect what is new', '[[demo:work 5s]]'),
  task('notes', 'Write the release notes', '[[demo:work 3s]]', { isLater: true }),
  task('server', 'Ask a server that is overloaded', '[[demo:fail server_error]]'),
  task('login', 'Mend the broken login', '[[demo:work 7s]]', { priority: 'critical' }),
  task('issues', 'Sort the open issues by age', '[[demo:work 6s]]', { priority: 'low' }),
];

/** The one in the middle of which the account of its agent reaches its limit. */
export const LIMIT_TASK: DemoTask = task(
  'limit',
  'Translate the manual',
  '[[demo:work 4s]] [[demo:limit 20s]]',
  { priority: 'critical' },
);

/** The `n`th task of a demo, from 0. Pure. */
export function demoTask(n: number): DemoTask {
  const found = TASKS[n % TASKS.length];
  if (found === undefined) throw new RangeError(`there is no task ${n}`);
  return found;
}

/** The one that is added under this word; null when there is none. */
export function demoTaskOf(word: string): DemoTask | null {
  return [...TASKS, LIMIT_TASK].find((one) => one.word === word) ?? null;
}

function task(
  word: string,
  title: string,
  directive: string,
  { priority = 'default', isLater = false }: Partial<DemoTask> = {},
): DemoTask {
  return { word, title, directive, priority, isLater };
}
