import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { makeHome } from '../harness/account-home.ts';
import { editConfig } from '../harness/edited-config.ts';
import { filesBelow } from '../harness/files-below.ts';
import { noteLogin, watchLogins } from '../harness/home-logins.ts';
import { runCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, type LogLine, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { spyOnTmux } from '../harness/tmux-spy.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

const ONE = 'ccl-auto-11';
const FAST = { strategy: 'priority', reset_margin: '0s', cooldown: '0s' };

function eventsOf({ log }: DaemonRun, event: string): readonly LogLine[] {
  return log.filter((line) => line.event === event);
}

/** The operator logs in there. */
function logIn(pool: TestPool, account: string, person: string): string {
  const home = join(pool.dir, 'accounts', account);
  noteLogin(home, person);
  return home;
}

async function cli(pool: TestPool, ...args: readonly string[]) {
  return await runCli([...args, '--config', pool.file], { env: pool.env });
}

test('two homes with the same login are refused by start, check and doctor: exit 78, nothing created, tmux not called', async () => {
  const pool = makeTestPool({ accounts: ['compte1', 'compte2', 'compte3'] });
  logIn(pool, 'compte1', 'alice');
  logIn(pool, 'compte2', 'bob');
  const third = logIn(pool, 'compte3', 'alice');
  const spy = spyOnTmux(pool.env);
  const before = filesBelow(pool.dir);

  const started = await runCli(['start', '--config', pool.file], spy);
  const checked = await cli(pool, 'check', '--json');
  const examined = await cli(pool, 'doctor', '--json');

  expect(started.code).toBe(78);
  expect(started.stdout).toContain('"event":"guard.failed"');
  expect(started.stderr).toContain('guard.same_login  compte3 is logged in as compte1 is');
  expect(spy.calls()).toEqual([]);
  expect(checked.code).toBe(78);
  expect(JSON.parse(checked.stdout)).toMatchObject({
    ok: false,
    errors: [{ code: 'guard.same_login', account: 'compte3', path: join(third, '.claude.json') }],
  });
  expect(examined.code).toBe(78);
  expect(examined.stdout).toContain('guard.same_login');
  expect(filesBelow(pool.dir)).toEqual(before);
});

test('a reload that would bring in a login for the second time is refused, and the pool stays as it is', async () => {
  const pool = makeTestPool({ max: 1 });
  logIn(pool, 'compte1', 'alice');
  const run = await pool.start();
  await pool.allAre('idle.ready');
  makeHome(join(pool.dir, 'accounts', 'compte3'), pool.config.sharedState.root);
  const home = logIn(pool, 'compte3', 'alice');
  editConfig(pool, (text) => {
    text.accounts.push({ name: 'compte3', home, priority: 3 });
  });

  const refused = await cli(pool, 'reload');

  expect(refused.code).toBe(78);
  expect(refused.stderr).toContain('guard.same_login');
  expect((await pool.status()).accounts.map(({ name }) => name)).toEqual(['compte1', 'compte2']);
  expect(eventsOf(run, 'guard.failed')).toMatchObject([
    { code: 'guard.same_login', account: 'compte3' },
  ]);
});

test('somebody logs in with the account of another home while the pool runs: nothing is started there until it is put right', async () => {
  const pool = makeTestPool({
    max: 1,
    accounts: ['compte1', 'compte2', 'compte3'],
    config: { failover: FAST, reconcile: { interval: '1s' } },
  });
  const desk = taskDesk(pool);
  for (const account of ['compte1', 'compte2', 'compte3']) logIn(pool, account, account);
  const run = await pool.start();
  await pool.sessionIs(ONE, 'idle.ready');
  const second = logIn(pool, 'compte2', 'compte1');

  const id = await desk.add('walk on [[demo:limit 1h]]');
  await desk.is(id, 'done');

  expect(await pool.session(ONE)).toMatchObject({ account: 'compte3' });
  expect(await run.logged('account.quarantined')).toMatchObject({
    account: 'compte2',
    evidence: [{ code: 'guard.same_login', path: join(second, '.claude.json') }],
  });
  expect(filesBelow(second).filter((file) => file.startsWith('sessions/'))).toEqual([]);
  const shown = await cli(pool, 'account', 'show', 'compte2');
  expect(shown.stdout).toContain('compte2 is logged in as compte1 is');

  logIn(pool, 'compte2', 'somebody new');
  await run.logged('account.available', { account: 'compte2' });
});

test('of the agents that share a login the first has spoken before the next is started, and the accounts start side by side', async () => {
  const pool = makeTestPool({ max: 4, config: { failover: FAST, agent: SLOW_START } });
  for (const account of ['compte1', 'compte2']) logIn(pool, account, account);
  const project = pool.config.pool.autonomous.workdir;
  editConfig(pool, (text) => {
    text.pool.dedicated = ['one', 'two'].map((name) => ({ name, project, account: 'compte2' }));
  });

  const run = await pool.start();
  await pool.allAre('idle.ready');

  for (const [account, agents] of [
    ['compte1', 4],
    ['compte2', 2],
  ] as const) {
    const starts = startsOf(run, account);
    expect(starts.filter((event) => event === 'session.created')).toHaveLength(agents);
    expect(starts.slice(0, 3)).toEqual(['session.created', 'session.ready', 'session.created']);
  }
  expect(startsOf(run).slice(0, 2)).toEqual(['session.created', 'session.created']);
});

/** So long that launches are at once between start and prompt wherever nothing keeps them from it. */
const SLOW_START = { env: { DEMO_START_MS: '2000' } };

/** That agents were started, and came to their prompt, in the order of the log; on this account, or on all. */
function startsOf({ log }: DaemonRun, account?: string): readonly string[] {
  const started = new Set<unknown>();
  return log.flatMap((line) => {
    if (line.event === 'session.created' && (account ?? line['account']) === line['account']) {
      started.add(line['session']);
      return [line.event];
    }
    return line.event === 'session.ready' && started.has(line['session']) ? [line.event] : [];
  });
}

test('in the whole life of a pool nothing of ours writes a login file: starts, tasks, a failover, crashes, a reload, a daemon that is killed', async () => {
  const pool = makeTestPool({ max: 2, config: { failover: FAST } });
  const desk = taskDesk(pool);
  const { accounts } = pool.config;
  for (const { name } of accounts) logIn(pool, name, name);
  const logins = watchLogins(accounts);
  const before = logins.portrait();

  const run = await pool.start();
  const [victim] = await pool.allAre('idle.ready');
  await desk.is(await desk.add('walk on [[demo:limit 1h]]'), 'done');
  await run.logged('failover.completed', { to: 'compte2' });
  await pool.allAre('idle.ready');
  sendSignal((await pool.session(victim?.name ?? '')).pid);
  await run.logged('session.recreated');
  await pool.allAre('idle.ready');
  for (const verb of ['clear', 'disable', 'enable']) {
    expect(await cli(pool, 'account', verb, 'compte1')).toMatchObject({ code: 0 });
  }
  expect(await cli(pool, 'reload')).toMatchObject({ code: 0 });
  expect(await cli(pool, 'doctor')).toMatchObject({ code: 0 });
  run.child.kill('SIGKILL');
  await run.exited;
  const next = await pool.start();
  await desk.is(await desk.add('once more'), 'done');
  expect(await cli(pool, 'stop')).toMatchObject({ code: 0 });
  await next.exited;

  expect(logins.changes()).toEqual([]);
  expect(logins.portrait()).toEqual(before);
  // The watch would have told.
  logIn(pool, 'compte2', 'somebody new');
  await until(() => logins.changes().length > 0, { withinMs: 5000, what: 'a change to be told' });
  expect(logins.portrait()).not.toEqual(before);
});
