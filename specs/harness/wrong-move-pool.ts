import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { SessionReport } from '../../supervisor/status-report.ts';
import { filesBelow } from './files-below.ts';
import { type HeardPrompts, hearPrompts } from './heard-prompts.ts';
import { agentsBelow } from './pool-agents.ts';
import { runCli } from './run-cli.ts';
import { type ShownTask, type TaskDesk, taskDesk } from './task-desk.ts';
import { type DaemonRun, makeTestPool, type PoolOptions, type TestPool } from './test-pool.ts';
import { until } from './until.ts';
import { type WatchedOwners, watchOwners } from './watched-owners.ts';

/** The only session of such a pool. */
export const ONE = 'ccl-auto-11';

/** A session on `compte1` that has begun a conversation and is to leave, with something wrong in its way. */
export interface WrongMovePool extends TestPool {
  readonly desk: TaskDesk;
  readonly heard: HeardPrompts;
  readonly owners: WatchedOwners;
  readonly run: DaemonRun;
  /** As it was at its prompt, before all of it. */
  readonly before: SessionReport;
  home(account: string): string;
  /** Its account refuses from now on: the agent is told so in the middle of its task. */
  meetLimit(): void;
  /** A task that meets the limit once it is told to; resolves once it runs. */
  startTask(): Promise<string>;
  verb(...args: readonly string[]): Promise<void>;
}

/** Three demo accounts, unless told otherwise; `prepare` comes before the daemon. */
export async function startWrongMovePool(
  options: Pick<PoolOptions, 'accounts' | 'config'> = {},
  prepare: (pool: TestPool) => void = () => {},
): Promise<WrongMovePool> {
  const { accounts = ['compte1', 'compte2', 'compte3'], config } = options;
  const failover = { strategy: 'priority', reset_margin: '0s', cooldown: '0s' };
  const pool = makeTestPool({ max: 1, accounts, config: { failover, ...config } });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  prepare(pool);
  const owners = watchOwners(pool.dir);
  const run = await pool.start();
  const before = await pool.sessionIs(ONE, 'idle.ready');
  expect(before.account).toBe('compte1');
  const gate = join(pool.dir, 'limit-is-met');
  return {
    ...pool,
    desk,
    heard,
    owners,
    run,
    before,
    home: (account) => join(pool.dir, 'accounts', account),
    meetLimit: () => writeFileSync(gate, ''),
    startTask: async () => {
      const id = await desk.add(`walk on [[demo:until ${gate}]] [[demo:limit 1h]]`);
      await run.logged('task.confirmed', { task: id });
      return id;
    },
    verb: async (...args) => {
      const { code, stderr } = await runCli([...args, '--config', pool.file], { env: pool.env });
      if (code !== 0) throw new Error(`${args.join(' ')}: ${code} ${stderr}`);
    },
  };
}

/** The agent that does not heed SIGTERM has been asked to end: the move stands between two of its steps. */
export async function isBeingEnded({ tmux }: TestPool): Promise<void> {
  const asked = () => tmux('capture-pane', '-p', '-t', `=${ONE}:`).includes('Asked to end');
  await until(asked, { withinMs: 20_000, what: 'the agent of before to be asked to end' });
}

/** Its task has ended well on this account, and all that was said is in the one conversation. */
export async function goesOnAt(
  pool: WrongMovePool,
  account: string,
  id: string,
): Promise<ShownTask> {
  const task = await pool.desk.is(id, 'done');
  const after = await pool.sessionIs(ONE, 'idle.ready');
  const { conversation } = pool.before;
  expect(after).toMatchObject({ account, conversation });
  expect(task).toMatchObject({ conversation, session: ONE });
  expectOneConversation(pool);
  expect(agentsBelow(pool.dir).map(({ pid }) => pid)).toEqual([after.pid]);
  return task;
}

/** Nothing was begun afresh, and at no moment two agents had the conversation. */
export function expectOneConversation({ before, owners, ...pool }: WrongMovePool): void {
  expect(conversationsOf(pool)).toEqual([before.conversation]);
  expect(owners.most()).toBe(1);
}

/** Where the conversation of the session is on the disk. */
export function transcriptFileOf({ config, before }: WrongMovePool): string {
  const projects = join(config.sharedState.root, 'projects');
  const file = filesBelow(projects).find((one) => one.endsWith(`${before.conversation}.jsonl`));
  if (file === undefined) throw new Error('the conversation is not on the disk');
  return join(projects, file);
}

/** The state of an account, as `status` tells it. */
export async function accountState(pool: TestPool, account: string): Promise<string | undefined> {
  return (await pool.status()).accounts.find(({ name }) => name === account)?.state;
}

/** Whether an agent was ever started there. */
export function wasStartedOn(home: string): boolean {
  return existsSync(join(home, 'sessions')) && filesBelow(join(home, 'sessions')).length > 0;
}

/** All that are on the disk. */
export function conversationsOf({ config }: Pick<TestPool, 'config'>): readonly string[] {
  return filesBelow(join(config.sharedState.root, 'projects'))
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => file.replace(/^.*\/|\.jsonl$/g, ''));
}
