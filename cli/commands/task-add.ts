import type { Config } from '../../config/types.ts';
import type { TaskBook } from '../../supervisor/compose-tasks.ts';
import type { NewTask, TaskPriority, TaskState } from '../../supervisor/task-report.ts';
import { EXIT } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { isStuck } from '../format/task-words.ts';
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
  const told = await withTaskBook(config, 'writing', (book) => added(book, task));
  const { id, created } = told;
  terminal.print(options.json ? JSON.stringify({ v: 1, id, created }) : id);
  if (told.known !== null) {
    terminal.say(knownTask(task, id, told.known));
    return EXIT.OK;
  }
  for (const [needed, state] of told.stuck) terminal.say(waitsInVain(needed, state));
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
  /** The task that was there already; null when this one is new. */
  readonly known: Known | null;
  /** Of those that it waits for: the ones that nobody works on any more. */
  readonly stuck: readonly (readonly [id: string, state: TaskState])[];
}

interface Known {
  /** null when it is gone since. */
  readonly state: TaskState | null;
  readonly hasThisText: boolean;
}

async function added(book: TaskBook, task: NewTask): Promise<Added> {
  const { id, created } = await book.add(task);
  if (!created) {
    const shown = await book.show(id);
    const hasThisText = shown === null || shown.text === task.text;
    return { id, created, known: { state: shown?.state ?? null, hasThisText }, stuck: [] };
  }
  const outlines = await book.outlines(task.dependsOn);
  const stuck = [...outlines].filter(([, outline]) => isStuck(outline));
  return { id, created, known: null, stuck: stuck.map(([needed, { state }]) => [needed, state]) };
}

function knownTask({ key, project }: NewTask, id: string, { state, hasThisText }: Known): string {
  const isOver = state === 'dead' || state === 'cancelled';
  return [
    `nothing was added: the key ${key} exists already in ${project}, and its task is ${state ?? 'gone by now'}`,
    ...(hasThisText ? [] : ['its text is another one: the new text was dropped']),
    ...(isOver ? [`to try it again: claude-failover task retry ${id}`] : []),
  ].join('\n');
}

function waitsInVain(id: string, state: TaskState): string {
  return `it waits for ${id}, which is ${state}: it stays blocked until that one is retried (claude-failover task retry ${id})`;
}
