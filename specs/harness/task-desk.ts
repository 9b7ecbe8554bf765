import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './run-cli.ts';
import { tempDir } from './temp-dir.ts';
import type { TestPool } from './test-pool.ts';
import { trustIn } from './trusting.ts';
import { until } from './until.ts';

/** One line of `task list --json`. */
export interface ListedTask {
  readonly id: string;
  readonly key: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly session: string | null;
  readonly conversation: string | null;
  readonly result: string | null;
  readonly error: string | null;
}

export interface ShownTask extends ListedTask {
  readonly text: string;
  readonly history: readonly { readonly event: string }[];
}

/** An operator with tasks: everything goes through the command line, as theirs would. */
export interface TaskDesk {
  /** Adds the text from a file, so that no shell and no argv has a say in it; gives the id. */
  add(text: string, ...flags: readonly string[]): Promise<string>;
  list(): Promise<readonly ListedTask[]>;
  show(id: string): Promise<ShownTask>;
  /** Waits until the task is in this state. */
  is(id: string, state: string, withinMs?: number): Promise<ShownTask>;
  /** Waits until none of them is queued, blocked or running any more. */
  allEnd(ids: readonly string[], withinMs: number): Promise<readonly ListedTask[]>;
}

const PATIENCE_MS = 60_000;
const UNENDED = new Set(['queued', 'blocked', 'running']);

export function taskDesk(pool: TestPool): TaskDesk {
  // `task add` refuses a directory in which the client would ask whether it is trusted.
  trustIn(pool.config.accounts, pool.config.pool.autonomous.workdir);
  const drafts = tempDir();
  let drafted = 0;
  const json = async <T>(...args: readonly string[]): Promise<T> => {
    const run = await runCli(['task', ...args, '--json', '--config', pool.file], { env: pool.env });
    if (run.code !== 0) throw new Error(`task ${args.join(' ')}: ${run.code} ${run.stderr}`);
    return JSON.parse(run.stdout) as T;
  };
  const list = () => json<readonly ListedTask[]>('list', '--limit', '10000');
  const show = (id: string) => json<ShownTask>('show', id);
  return {
    add: async (text, ...flags) => {
      drafted += 1;
      const file = join(drafts, `${drafted}.md`);
      writeFileSync(file, text);
      return (await json<{ id: string }>('add', '--file', file, ...flags)).id;
    },
    list,
    show,
    is: (id, state, withinMs = PATIENCE_MS) =>
      until(
        async () => {
          const task = await show(id);
          if (task.state === state) return task;
          throw new Error(`it is ${task.state}, attempt ${task.attempts}, ${task.error}`);
        },
        { withinMs, what: `${id} to be ${state}` },
      ),
    allEnd: (ids, withinMs) =>
      until(
        async () => {
          const tasks = (await list()).filter(({ id }) => ids.includes(id));
          const open = tasks.filter(({ state }) => UNENDED.has(state));
          if (tasks.length === ids.length && open.length === 0) return tasks;
          throw new Error(`${open.length} open: ${open.slice(0, 5).map(said).join(', ')}`);
        },
        { withinMs, what: 'every task to end' },
      ),
  };
}

function said({ id, state, session, attempts }: ListedTask): string {
  return `${id} ${state} ${session ?? ''} attempt ${attempts}`;
}
