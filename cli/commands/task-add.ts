import type { Config } from '../../config/types.ts';
import type { TaskBook } from '../../supervisor/compose-tasks.ts';
import type { NewTask, TaskPriority, TaskState } from '../../supervisor/task-report.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { givenText, type TextSource } from '../given-text.ts';
import { nudgeDaemon } from '../nudge-daemon.ts';
import { taskProject } from '../task-project.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

export interface AddOptions extends CommonOptions, TextSource {
  readonly key?: string;
  readonly project?: string;
  readonly priority: TaskPriority;
  readonly dependsOn?: readonly string[];
  /** Epoch milliseconds. */
  readonly notBefore?: number;
  readonly json?: boolean;
}

/** Accepts a task: when its id is printed, it is stored. No daemon is needed; one that runs is told. */
export async function taskAdd(world: CliWorld, options: AddOptions): Promise<number> {
  const { terminal } = world;
  const config = requireConfig(world, options);
  const task = await wantedTask(world, config, options);
  const { withTaskBook } = await import('../../supervisor/compose-tasks.ts');
  const { id, created, state } = await withTaskBook(config, 'writing', (book) => added(book, task));
  terminal.print(options.json ? JSON.stringify({ v: 1, id, created }) : id);
  if (!created) {
    terminal.say(`the key ${task.key} exists already in ${task.project}: that task is ${state}`);
    return EXIT.OK;
  }
  const heard = await nudgeDaemon(config);
  if (!options.json) terminal.say(`${ACCEPTED[heard]}; see it: claude-failover task show ${id}`);
  return EXIT.OK;
}

const ACCEPTED = {
  told: 'accepted',
  down: 'accepted, to be done once a daemon runs (claude-failover start)',
  silent: 'accepted; the daemon does not answer now, and finds it by itself',
} as const;

async function wantedTask(world: CliWorld, config: Config, options: AddOptions): Promise<NewTask> {
  const text = await givenText(world, options);
  return {
    key: options.key ?? null,
    project: await taskProject(world, config, options.project),
    priority: options.priority,
    text,
    dependsOn: options.dependsOn ?? [],
    notBefore: options.notBefore ?? null,
  };
}

interface Added {
  readonly id: string;
  readonly created: boolean;
  /** Of the task that was there already; null when it is new, or gone since. */
  readonly state: TaskState | null;
}

async function added(book: TaskBook, task: NewTask): Promise<Added> {
  const { id, created } = await book.add(task);
  const state = created ? null : ((await book.show(id))?.state ?? null);
  return { id, created, state };
}
