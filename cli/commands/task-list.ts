import { summaryOf, type TaskState } from '../../supervisor/task-report.ts';
import { besideTasks } from '../beside-tasks.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { taskTable } from '../format/task-table.ts';
import { NOTHING_BESIDE } from '../format/task-words.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface TaskListOptions extends CommonOptions {
  /** null or missing: all. */
  readonly state?: readonly TaskState[];
  readonly limit?: number;
  readonly json?: boolean;
}

/** As many as a person looks through. */
const SHOWN = 100;
/** More than there can be: a program is told everything unless it says otherwise. */
const ALL = 2 ** 31 - 1;

/** The tasks of the store, oldest first. */
export async function taskList(world: CliWorld, options: TaskListOptions): Promise<number> {
  const { terminal } = world;
  const config = requireConfig(world, options);
  const limit = options.limit ?? (options.json ? ALL : SHOWN);
  const { withTaskBook } = await import('../../supervisor/compose-tasks.ts');
  const { tasks, beside } = await withTaskBook(config, 'reading', async (book) => {
    const listed = await book.list({ states: options.state ?? null, limit });
    return {
      tasks: listed,
      beside: options.json ? NOTHING_BESIDE : await besideTasks(config, book, listed),
    };
  });
  if (options.json) terminal.print(JSON.stringify(tasks.map(summaryOf)));
  else if (tasks.length === 0) terminal.say('no tasks');
  else terminal.print(taskTable(tasks, beside, pageStyleOf(world, options)));
  const isCut = tasks.length === SHOWN && limit === SHOWN && options.limit === undefined;
  if (isCut) terminal.say(`the newest ${SHOWN} are shown: --limit shows more`);
  return EXIT.OK;
}
