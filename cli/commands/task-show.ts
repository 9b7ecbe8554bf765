import { descriptionOf } from '../../supervisor/task-report.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { taskPage } from '../format/task-page.ts';
import { noSuchTask, wholeTaskId } from '../named-task.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface TaskShowOptions extends CommonOptions {
  /** Or its beginning. */
  readonly id: string;
  readonly json?: boolean;
}

/** One task: its facts, its text, its result, and what happened to it. Exit 66 when there is none. */
export async function taskShow(world: CliWorld, options: TaskShowOptions): Promise<number> {
  const config = requireConfig(world, options);
  const { withTaskBook } = await import('../../supervisor/compose-tasks.ts');
  const task = await withTaskBook(config, 'reading', async (book) =>
    book.show(await wholeTaskId(book, options.id)),
  );
  if (task === null) throw noSuchTask(options.id);
  world.terminal.print(
    options.json
      ? JSON.stringify(descriptionOf(task))
      : taskPage(task, pageStyleOf(world, options)),
  );
  return EXIT.OK;
}
