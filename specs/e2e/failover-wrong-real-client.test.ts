/** A move to an account on which the real client does not come to its prompt. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { filesBelow } from '../harness/files-below.ts';
import { agentsBelow } from '../harness/pool-agents.ts';
import { makeRealClientPool } from '../harness/real-client-pool.ts';
import { runCli } from '../harness/run-cli.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { toldRows } from '../harness/told-rows.ts';
import { until } from '../harness/until.ts';
import { watchOwners } from '../harness/watched-owners.ts';
import { accountState } from '../harness/wrong-move-pool.ts';
import { type WrongMoveName, wrongMove } from '../harness/wrong-moves.ts';

jest.setTimeout(500_000);

const ONE = 'ccl-auto-11';

interface Row {
  readonly name: WrongMoveName;
  /** Spoils the home of the account that comes next. */
  readonly spoil: (home: string) => void;
  /** What its client asks then; null = it comes to its prompt. */
  readonly shows: RegExp | null;
  /** What that account is in the end. */
  readonly is: string;
}

const ROWS: readonly Row[] = [
  {
    name: 'notLoggedIn',
    spoil: (home) => {
      rmSync(join(home, '.credentials.json'));
      editState(home, ({ oauthAccount: _, ...rest }) => rest);
    },
    shows: null,
    is: 'unauthenticated',
  },
  {
    name: 'trustDialog',
    spoil: (home) => editState(home, (state) => ({ ...state, projects: {} })),
    shows: /Quick safety check|trust this folder/,
    is: 'available',
  },
];

test.each(ROWS.map((row) => [wrongMove(row.name), row] as const))('%s', async (_, row) => {
  const pool = await makeRealClientPool(1, {
    accounts: ['compte1', 'compte2', 'compte3'],
    config: {
      agent: { start_timeout: '25s' },
      failover: { strategy: 'priority', reset_margin: '1s', cooldown: '1s' },
    },
  });
  const desk = taskDesk(pool);
  const owners = watchOwners(pool.dir);
  const run = await pool.start();
  const before = await pool.sessionIs(ONE, 'idle.ready', 60_000);
  const second = join(pool.dir, 'accounts', 'compte2');
  pool.stub.set(pool.tokens['compte1'] ?? '', { mode: 'limit_5h' });
  // The home is spoilt once the task is accepted, and before anybody is given it.
  expect(await pool.post(`/v1/sessions/${ONE}/hold`)).toMatchObject({ status: 200 });
  const id = await desk.add('say something');
  row.spoil(second);
  expect(await pool.post(`/v1/sessions/${ONE}/release`)).toMatchObject({ status: 200 });

  const screen = () => pool.tmux('capture-pane', '-p', '-t', `=${ONE}:`);
  const asks = () => row.shows?.test(screen()) ?? true;
  await until(asks, { withinMs: 60_000, what: 'the client to ask' });
  const task = await desk.is(id, 'done', 120_000);

  const after = await pool.sessionIs(ONE, 'idle.ready');
  const { conversation } = before;
  expect(task).toMatchObject({ attempts: 1, conversation });
  expect(after).toMatchObject({ account: 'compte3', conversation });
  expect(agentsBelow(pool.dir).map(({ pid }) => pid)).toEqual([after.pid]);
  expect(owners.most()).toBe(1);
  // Nobody has answered for the person whose login and trust it is.
  const asked = JSON.parse(readFileSync(join(second, '.claude.json'), 'utf8'));
  const { workdir } = pool.config.pool.autonomous;
  const isTrusted = asked.projects?.[workdir]?.hasTrustDialogAccepted ?? false;
  expect(isTrusted).toBe(row.name !== 'trustDialog');
  expect(await accountState(pool, 'compte2')).toBe(row.is);
  await run.logged('failover.completed', { to: 'compte3' });
});

test(wrongMove('notFound'), async () => {
  const pool = await makeRealClientPool(1, {
    accounts: ['compte1', 'compte2'],
    config: { failover: { strategy: 'priority', reset_margin: '1s', cooldown: '1s' } },
  });
  const desk = taskDesk(pool);
  const owners = watchOwners(pool.dir);
  const run = await pool.start();
  await pool.sessionIs(ONE, 'idle.ready', 60_000);
  const { conversation } = await desk.is(await desk.add('say something'), 'done', 120_000);
  await pool.sessionIs(ONE, 'idle.ready');
  // The client writes the last rows of a turn after its hook has told of the end, and by their path.
  await until(() => toldRows(pool.transcript(conversation ?? '')).includes('turn_duration'), {
    withinMs: 30_000,
    what: 'the end of the turn in the transcript',
  });
  const projects = join(pool.config.sharedState.root, 'projects');
  const file = filesBelow(projects).find((one) => one.endsWith(`${conversation}.jsonl`)) ?? '';
  // All that was said is there, but where the client keeps what was said in another directory.
  mkdirSync(join(projects, '-elsewhere'));
  const elsewhere = join('-elsewhere', `${conversation}.jsonl`);
  renameSync(join(projects, file), join(projects, elsewhere));

  const limit = ['account', 'limit', 'compte1', '--for', '1h', '--config', pool.file];
  expect(await runCli(limit, { env: pool.env })).toMatchObject({ code: 0 });
  const failed = await pool.sessionIs(ONE, 'failed', 60_000);
  expect(failed).toMatchObject({ conversation });
  expect(failed.reason).toContain(`finds no conversation ${conversation}`);
  await run.logged('failover.failed', { session: ONE });
  expect(agentsBelow(pool.dir)).toEqual([]);

  renameSync(join(projects, elsewhere), join(projects, file));
  const reset = ['session', 'reset', ONE, '--config', pool.file];
  expect(await runCli(reset, { env: pool.env })).toMatchObject({ code: 0 });
  const again = await pool.sessionIs(ONE, 'idle.ready', 60_000);
  expect(again).toMatchObject({ conversation, account: 'compte2' });
  expect(owners.most()).toBe(1);
});

function editState(home: string, edit: (state: Record<string, unknown>) => object): void {
  const file = join(home, '.claude.json');
  writeFileSync(file, JSON.stringify(edit(JSON.parse(readFileSync(file, 'utf8')))), {
    mode: 0o600,
  });
}
