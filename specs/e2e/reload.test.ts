import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { makeHome, relink } from '../harness/account-home.ts';
import { complaintsOf, openBrowser } from '../harness/chromium.ts';
import { editConfig, setMax } from '../harness/edited-config.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { runCli, startCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

function reload(pool: TestPool) {
  return runCli(['reload', '--config', pool.file], { env: pool.env });
}

/** What must not have changed where nothing was to change. */
async function portrait(pool: TestPool) {
  const { sessions, accounts, pool: range } = await pool.status();
  return { sessions, accounts, range, agents: agentBySession(pool.dir) };
}

function lines(run: DaemonRun, ...events: readonly string[]) {
  return run.log.filter(({ event }) => events.includes(event));
}

test('a config with mistakes changes nothing: every mistake is told at once, and the exit code is 78', async () => {
  const pool = makeTestPool({ max: 2 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const before = await portrait(pool);
  editConfig(pool, (text) => {
    text.pool.autonomous['max'] = 5000;
    text['restart'] = { intensty: 3 };
    text['tasks'] = { lease: 'soon' };
  });

  const refused = await reload(pool);

  expect(refused).toMatchObject({ code: 78, stdout: '' });
  for (const word of ['CONFIG_INVALID', 'max', 'intensty', 'lease', 'config.unknown_key']) {
    expect(refused.stderr).toContain(word);
  }
  expect(await portrait(pool)).toEqual(before);
  expect(lines(run, 'config.failed').map(({ path }) => path)).toEqual([
    '/pool/autonomous/max',
    '/restart/intensty',
    '/tasks/lease',
  ]);
  expect(lines(run, 'daemon.reload_refused')).toMatchObject([{ code: 'CONFIG_INVALID' }]);
  expect(lines(run, 'daemon.reloaded', 'session.retired')).toEqual([]);
});

test('a file that is no YAML at all, or is gone, leaves the pool as it is', async () => {
  const pool = makeTestPool({ max: 1 });
  await pool.start();
  await pool.allAre('idle.ready');
  const before = await portrait(pool);
  writeFileSync(
    pool.file,
    `{"state_dir": "${pool.config.stateDir}", "pool": {"autonomous": {"start_index": 11`,
  );

  expect(await reload(pool)).toMatchObject({ code: 78, stdout: '' });

  expect(await portrait(pool)).toEqual(before);
});

test('the guard is asked again: an account whose links are wrong leaves the pool as it is', async () => {
  const pool = makeTestPool({ max: 1 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const homes = join(pool.dir, 'accounts');
  makeHome(join(homes, 'compte3'), join(homes, 'canon'));
  relink(join(homes, 'compte3'), 'projects', '/tmp');
  editConfig(pool, (text) => {
    text.accounts.push({ name: 'compte3', home: join(homes, 'compte3'), priority: 3 });
  });

  const refused = await reload(pool);

  expect(refused).toMatchObject({ code: 78, stdout: '' });
  expect(refused.stderr).toContain('guard.divergent');
  expect((await pool.status()).accounts.map(({ name }) => name)).toEqual(['compte1', 'compte2']);
  expect(lines(run, 'guard.failed')).toMatchObject([{ account: 'compte3', link: 'projects' }]);
});

test('keys that a running daemon cannot take over are refused, each by its name', async () => {
  const pool = makeTestPool({ max: 1 });
  await pool.start();
  await pool.allAre('idle.ready');
  const before = await portrait(pool);
  editConfig(pool, (text) => {
    text.pool.autonomous['prefix'] = 'other-';
    text['tmux'] = { socket_name: 'elsewhere' };
    text['control'] = { listen: '127.0.0.1:4711' };
    text['restart'] = { intensity: 4 };
  });

  const refused = await reload(pool);

  expect(refused).toMatchObject({ code: 78, stdout: '' });
  expect(refused.stderr).toContain(
    'cannot take over another pool.autonomous.prefix, tmux, control.listen, and nothing was changed',
  );
  expect(refused.stderr).toContain('[CONFIG_NEEDS_RESTART]');
  expect(await portrait(pool)).toEqual(before);
});

test('a config that is as it was changes nothing and is no failure', async () => {
  const pool = makeTestPool({ max: 1 });
  await pool.start();
  await pool.allAre('idle.ready');
  const before = await portrait(pool);

  expect(await reload(pool)).toEqual({ code: 0, stdout: 'nothing to change\n', stderr: '' });

  expect(await portrait(pool)).toEqual(before);
});

test('SIGHUP does the same as the verb, and tells each mistake in a line of the log', async () => {
  const pool = makeTestPool({ max: 1 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  editConfig(pool, (text) => {
    text['restart'] = { intensty: 3, period: 'soon' };
  });
  run.child.kill('SIGHUP');
  await run.logged('daemon.reload_refused', { code: 'CONFIG_INVALID' });
  expect(lines(run, 'config.failed')).toMatchObject([
    { level: 'error', path: '/restart/intensty' },
    { level: 'error', path: '/restart/period' },
  ]);
  expect((await pool.status()).daemon.state).toBe('ready');

  editConfig(pool, (text) => {
    delete text['restart'];
    text.pool.autonomous['max'] = 2;
  });
  run.child.kill('SIGHUP');

  await run.logged('daemon.reloaded', { sessions: 2 });
  expect(lines(run, 'daemon.reloading')).toMatchObject([
    { reason: 'SIGHUP' },
    { reason: 'SIGHUP' },
  ]);
  await pool.allAre('idle.ready');
});

test('SIGHUP while another daemon is waited for ends nobody, and is made up for', async () => {
  const pool = makeTestPool({ max: 1 });
  const first = await pool.start();
  const words = ['start', '--wait-lock', '60s', '--config', pool.file];
  const second = startCli(words, { env: pool.env });
  await second.prints('guard.passed');
  setMax(pool, 2);
  second.child.kill('SIGHUP');
  await new Promise((resolve) => setTimeout(resolve, 500));

  first.child.kill('SIGTERM');

  await second.prints('daemon.reloaded');
  expect(await pool.allAre('idle.ready')).toHaveLength(2);
  second.child.kill('SIGTERM');
  expect((await second.ended).code).toBe(0);
});

test('without a daemon there is nobody to reload: 69, and a config with mistakes is 78', async () => {
  const pool = makeTestPool({ max: 1 });
  expect(await reload(pool)).toMatchObject({ code: 69, stdout: '' });
  editConfig(pool, (text) => {
    text['restart'] = { intensty: 3 };
  });
  const refused = await reload(pool);
  expect(refused).toMatchObject({ code: 78, stdout: '' });
  expect(refused.stderr).toContain('config.unknown_key');
});

test('an account that is added is used, and one that is removed is left with its conversations', async () => {
  const pool = makeTestPool({ max: 2, accounts: ['compte1'] });
  const run = await pool.start();
  const before = await pool.allAre('idle.ready');
  const homes = join(pool.dir, 'accounts');
  const added = { name: 'compte9', home: join(homes, 'compte9'), priority: 9 };
  makeHome(added.home, join(homes, 'canon'));
  editConfig(pool, (text) => void text.accounts.push(added));
  expect(await reload(pool)).toMatchObject({ code: 0, stdout: 'reloaded; changed: accounts\n' });
  expect(await pool.allAre('idle.ready')).toMatchObject(
    before.map(({ pid, account }) => ({ pid, account })),
  );

  editConfig(pool, (text) => {
    text.accounts = [added];
  });
  expect(await reload(pool)).toMatchObject({ code: 0 });

  for (const { name } of before) {
    await until(async () => (await pool.session(name)).account === 'compte9', {
      withinMs: 30_000,
      what: `${name} to be on the account that is left`,
    });
  }
  const after = await pool.allAre('idle.ready');
  expect(after.map(({ conversation }) => conversation)).toEqual(
    before.map(({ conversation }) => conversation),
  );
  expect((await pool.status()).accounts.map(({ name }) => name)).toEqual(['compte9']);
  expect(lines(run, 'session.crashed')).toEqual([]);
});

test('an account that was removed while no daemon ran is left, too: its agents are heard, and moved', async () => {
  const pool = makeTestPool({ max: 1 });
  const first = await pool.start();
  const [before] = await pool.allAre('idle.ready');
  expect(before?.account).toBe('compte1');
  first.child.kill('SIGKILL');
  await first.exited;
  editConfig(pool, (text) => {
    text.accounts = text.accounts.filter(({ name }) => name !== 'compte1');
  });

  const second = await pool.start();

  await second.logged('session.adopted', { pid: before?.pid });
  await second.logged('failover.completed', { from: 'compte1', to: 'compte2' });
  expect(await pool.sessionIs('ccl-auto-11', 'idle.ready')).toMatchObject({
    account: 'compte2',
    conversation: before?.conversation,
    restarts: 0,
  });
});

test('the restart policy that is read again counts from then on', async () => {
  const pool = makeTestPool({ max: 1, config: { restart: { intensity: 10 } } });
  const run = await pool.start();
  const [session] = await pool.allAre('idle.ready');
  editConfig(pool, (text) => {
    text['restart'] = { intensity: 1, backoff_initial: '10ms' };
  });
  expect(await reload(pool)).toMatchObject({ code: 0 });

  sendSignal(session?.pid);
  await run.logged('session.recreated', { attempt: 1, of: 1 });
  sendSignal((await pool.sessionIs('ccl-auto-11', 'idle.ready')).pid);

  await pool.sessionIs('ccl-auto-11', 'failed');
});

test('the command line goes on through a reload, and so does a link to the page', async () => {
  const pool = makeTestPool({ max: 1 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const { daemon } = await pool.status();
  const link = await pool.loginLink();
  const watching = startCli(['status', '--watch', '--config', pool.file], { env: pool.env });
  await watching.prints('ccl-auto-11');
  setMax(pool, 2);

  const reloading = reload(pool);
  await run.logged('daemon.reloading');
  // In the middle of it, too: whoever asks waits a moment, and may be told to ask again,
  // but never that there is no such session.
  const show = ['session', 'show', 'ccl-auto-11', '--config', pool.file];
  const shown = await until(
    async () => {
      const told = await runCli(show, { env: pool.env });
      return /\[(CONFLICT|DAEMON_SILENT)\]/.test(told.stderr) ? null : told;
    },
    { withinMs: 10_000, what: 'the session to be shown' },
  );
  expect(shown).toMatchObject({ code: 0, stderr: '' });

  expect(await reloading).toMatchObject({ code: 0 });
  await pool.allAre('idle.ready');
  expect((await pool.status()).daemon).toEqual(daemon);
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
  await watching.prints('ccl-auto-12');
  watching.child.kill('SIGTERM');
  await watching.ended;
  const hold = ['session', 'hold', 'ccl-auto-12', '--config', pool.file];
  expect(await runCli(hold, { env: pool.env })).toMatchObject({ code: 0 });
  await run.logged('session.held', { session: 'ccl-auto-12' });
});

test('an open page goes on through a reload: it shows the new session, and each of the others once', async () => {
  const pool = makeTestPool({ max: 1 });
  await pool.start();
  const [before] = await pool.allAre('idle.ready');
  const page = await (await openBrowser()).newPage();
  const complaints = complaintsOf(page);
  await page.goto(await pool.loginLink());
  const patience = { timeout: 40_000 };
  const rowOf = (name: string) => page.locator(`[data-actor="${name}"]`);
  await rowOf('ccl-auto-11').click();
  const facts = (text: string) => page.locator('#facts dd', { hasText: text }).first();
  await facts(before?.conversation ?? '').waitFor(patience);
  setMax(pool, 2);

  expect(await reload(pool)).toMatchObject({ code: 0 });

  await rowOf('ccl-auto-12').waitFor(patience);
  await pool.allAre('idle.ready');
  expect(await rowOf('ccl-auto-11').count()).toBe(1);
  // It is the new machine that is shown, and it lives.
  sendSignal(before?.pid);
  await facts('signal 9').waitFor(patience);
  expect(complaints).toEqual([]);
});
