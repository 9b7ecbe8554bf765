import { descriptionOf } from '../../supervisor/task-report.ts';
import { besideTasks } from '../beside-tasks.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { taskPage } from '../format/task-page.ts';
import { NOTHING_BESIDE } from '../format/task-words.ts';
import { noSuchTask, wholeTaskId } from '../named-task.ts';
import { type CliWorld, type CommonOptions, pageStyleOf } from '../world.ts';

export interface TaskShowOptions extends CommonOptions {
  /** Or its beginning. */
  readonly id: string;
  readonly json?: boolean;
}

/** One task: its facts, the accounts on which it ran, its text, its result, and what happened to it. Exit 66 when there is none. */
export async function taskShow(world: CliWorld, options: TaskShowOptions): Promise<number> {
  const config = requireConfig(world, options);
  const { withTaskBook } = await import('../../supervisor/compose-tasks.ts');
  const { task, beside } = await withTaskBook(config, 'reading', async (book) => {
    const shown = await book.show(await wholeTaskId(book, options.id));
    if (shown === null) throw noSuchTask(options.id);
    return {
      task: shown,
      beside: options.json ? NOTHING_BESIDE : await besideTasks(config, book, [shown]),
    };
  });
  const { accountsOfTask } = await import('../../supervisor/compose-facts.ts');
  const accounts = await accountsOfTask({ config, world }, task);
  world.terminal.print(
    options.json
      ? JSON.stringify(descriptionOf(task, accounts))
      : taskPage(task, { ...beside, accounts }, pageStyleOf(world, options)),
  );
  return EXIT.OK;
}
