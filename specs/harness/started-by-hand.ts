import { MINE } from './dedicated-pool.ts';
import type { TestPool } from './test-pool.ts';
import { until } from './until.ts';

/** What a person has typed to start a client: the program, and the account in whose home it is. */
export interface ByHand {
  readonly account: string;
  /** Where they were. */
  readonly project: string;
  /** What they had in their environment beside that. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a client in a tmux session of its own that has the name of the dedicated one, without anything of ours, as
 * a person does: `tmux new-session -s ccl-1-conform claude`.
 */
export function startByHand(pool: TestPool, { account, project, env = {} }: ByHand): void {
  const home = pool.config.accounts.find(({ name }) => name === account)?.home ?? '';
  const variables = Object.entries({ ...env, CLAUDE_CONFIG_DIR: home });
  const options = variables.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const place = ['-d', '-s', MINE, '-c', project, '-x', '120', '-y', '40'];
  pool.tmux('new-session', ...place, ...options, ...pool.config.agent.command);
}

/** Types a line into it and sends it off, as somebody whom tmux does not count as attached. */
export async function sayByHand(pool: TestPool, line: string): Promise<void> {
  pool.tmux('send-keys', '-t', `=${MINE}:`, '-l', line);
  const end = line.slice(-12);
  await until(() => screenOf(pool).replaceAll('\n', '').includes(end), {
    withinMs: 10_000,
    what: `"${end}" on the screen`,
  });
  pool.tmux('send-keys', '-t', `=${MINE}:`, 'Enter');
}

/** What is on its screen now. */
export function screenOf(pool: TestPool): string {
  return pool.tmux('capture-pane', '-p', '-J', '-t', `=${MINE}:`);
}

/** The process in its pane. */
export function pidIn(pool: TestPool): number {
  return Number(pool.tmux('display-message', '-p', '-t', `=${MINE}:`, '#{pane_pid}'));
}
