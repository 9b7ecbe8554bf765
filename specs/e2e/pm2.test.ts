import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { relink } from '../harness/account-home.ts';
import { filesBelow } from '../harness/files-below.ts';
import { ECOSYSTEM, ecosystemWith, openPm2, type Pm2 } from '../harness/pm2.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { isAlive, readProcess } from '../harness/process-tree.ts';
import { runCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { spyOnTmux } from '../harness/tmux-spy.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

const APP = 'claude-failover';
const ADOPTED = ['session.adopted', 'session.adopted', 'session.adopted'];

/** A pool whose daemon runs under a pm2 of its own, from the file that is shipped. */
async function poolUnderPm2(env: Readonly<Record<string, string>> = {}) {
  const pool = makeTestPool();
  const pm2 = openPm2(pool, { ...pool.env, ...env });
  await pm2.run('start', ECOSYSTEM);
  await pool.allAre('idle.ready');
  return { pool, pm2, agents: agentBySession(pool.dir) };
}

/** What the daemon that runs now did to come by its agents. */
async function origins(pool: TestPool, pm2: Pm2): Promise<readonly string[]> {
  await pool.allAre('idle.ready');
  const { daemon } = await pool.status();
  // pm2 writes down what the daemon says a little later: until then its last life is the one before.
  const isWritten = () => {
    const [born, ...more] = pm2.lastLife();
    return born?.['daemonPid'] === daemon.pid && more.some(({ event }) => event === 'daemon.ready');
  };
  await until(isWritten, { withinMs: 45_000, what: 'pm2 to have written that it is ready' });
  return pm2
    .lastLife()
    .map(({ event }) => event)
    .filter((event) => ['session.adopted', 'session.created', 'session.recreated'].includes(event));
}

test('a guard that refuses is one start, then stopped: nothing is created and tmux is not called', async () => {
  const pool = makeTestPool();
  const home = pool.config.accounts[1]?.home ?? '';
  relink(home, 'projects', '/nowhere');
  const spy = spyOnTmux(pool.env);
  const pm2 = openPm2(pool, spy.env);
  const before = filesBelow(pool.dir);

  await pm2.run('start', ECOSYSTEM);

  expect(await pm2.appIs('stopped')).toEqual({
    pid: 0,
    status: 'stopped',
    exitCode: 78,
    restarts: 0,
  });
  expect(pm2.log().map(({ event }) => event)).toEqual(['daemon.starting', 'guard.failed']);
  expect(pm2.lines('error').join('\n')).toContain('guard.dangling');
  expect(spy.calls()).toEqual([]);
  expect(filesBelow(pool.dir)).toEqual(before);

  relink(home, 'projects', join(pool.config.sharedState.root, 'projects'));
  await pm2.run('restart', APP);
  await pool.allAre('idle.ready');
  expect(spy.calls()).not.toEqual([]);
});

test('pm2 start returns when the pool is ready, and not before', async () => {
  const pool = makeTestPool();
  const holder = await pool.start();
  await pool.allAre('idle.ready');
  const pm2 = openPm2(pool);

  // pm2 would give up waiting for `ready` long after this spec has failed.
  const starting = pm2.begin('start', ecosystemWith({ listen_timeout: 900_000 }));
  await pm2.logged('guard.passed');
  expect(await pm2.app()).toMatchObject({ status: 'launching' });
  expect(starting.child.exitCode).toBeNull();
  holder.child.kill('SIGTERM');
  expect(await starting.ended).toMatchObject({ code: 0 });
  const { daemon } = await pool.status();

  const app = await pm2.app();
  expect(app).toMatchObject({ status: 'online', restarts: 0 });
  expect(daemon).toMatchObject({ state: 'ready', pid: app?.pid });
  expect(await origins(pool, pm2)).toEqual(ADOPTED);
});

test('pm2 restart ends the daemon in order and touches no agent; the next daemon adopts them', async () => {
  const { pool, pm2, agents } = await poolUnderPm2();
  const before = await pm2.app();

  await pm2.run('restart', APP);

  const after = await pm2.app();
  expect(after).toMatchObject({ status: 'online', restarts: 1 });
  expect(after?.pid).not.toBe(before?.pid);
  expect(await origins(pool, pm2)).toEqual(ADOPTED);
  expect(agentBySession(pool.dir)).toEqual(agents);
  expect(pm2.log()).toContainEqual(expect.objectContaining({ event: 'daemon.stopped' }));
  expect(pm2.ownLog()).not.toContain('SIGKILL');
});

test('pm2 delete ends the daemon in order and touches no agent', async () => {
  const { pool, pm2, agents } = await poolUnderPm2();

  await pm2.run('delete', APP);

  expect(await pm2.app()).toBeNull();
  expect(pm2.log().at(-1)).toMatchObject({ event: 'daemon.stopped', exitCode: 0 });
  expect(pm2.ownLog()).not.toContain('SIGKILL');
  expect(agentBySession(pool.dir)).toEqual(agents);
});

test('the verb stop leaves it stopped, and every agent running', async () => {
  const { pool, pm2, agents } = await poolUnderPm2();

  const stopped = await runCli(['stop', '--config', pool.file], { env: pool.env });

  expect(stopped).toMatchObject({ code: 0, stderr: '' });
  expect(await pm2.appIs('stopped')).toMatchObject({ pid: 0, exitCode: 79, restarts: 0 });
  expect(agentBySession(pool.dir)).toEqual(agents);
});

test('a daemon that is killed is started again, and adopts every agent', async () => {
  const { pool, pm2, agents } = await poolUnderPm2();
  const victim = (await pm2.app())?.pid;

  sendSignal(victim);

  await until(async () => (await pool.status()).daemon.pid !== victim, {
    withinMs: 30_000,
    what: 'the next daemon to answer',
  });
  expect(await origins(pool, pm2)).toEqual(ADOPTED);
  expect(await pm2.app()).toMatchObject({ status: 'online', restarts: 1 });
  expect(agentBySession(pool.dir)).toEqual(agents);
});

test('when pm2 itself is killed the daemon stops in order, and one started by hand adopts every agent', async () => {
  const { pool, pm2, agents } = await poolUnderPm2();
  const daemon = readProcess((await pm2.app())?.pid ?? -1);
  if (daemon === null) throw new Error('no daemon');

  process.kill(Number(readFileSync(join(pm2.home, 'pm2.pid'), 'utf8')), 'SIGKILL');

  await until(() => !isAlive(daemon), { withinMs: 20_000, what: 'the daemon to stop' });
  const next = await pool.start();
  await pool.allAre('idle.ready');
  expect(next.log.filter(({ event }) => event === 'session.adopted')).toHaveLength(3);
  expect(agentBySession(pool.dir)).toEqual(agents);
});

test('no variable of pm2 and no secret of the operator reaches an agent or the tmux server', async () => {
  const filtered = {
    ANTHROPIC_API_KEY: 'not-a-key-1',
    CLAUDE_CODE_OAUTH_TOKEN: 'not-a-key-2',
    CLAUDE_CONFIG_DIR: '/not-an-account',
    SSH_AUTH_SOCK: '/not-a-socket',
    AWS_SECRET_ACCESS_KEY: 'not-a-key-3',
    GITHUB_TOKEN: 'not-a-key-4',
    NPM_TOKEN: 'not-a-key-5',
  };
  const { pool, pm2, agents } = await poolUnderPm2({ ...filtered, OPERATORS_TOKEN: 'not-a-key-6' });

  const daemon = namesOf(readProcess((await pm2.app())?.pid ?? -1)?.environment ?? '');
  expect(daemon).toEqual(expect.arrayContaining(['pm_id', 'PM2_HOME', 'OPERATORS_TOKEN']));
  for (const name of Object.keys(filtered)) expect(daemon).not.toContain(name);
  await pm2.run('save');
  const saved = readFileSync(join(pm2.home, 'dump.pm2'), 'utf8');
  for (const value of Object.values(filtered)) expect(saved).not.toContain(value);

  for (const pid of Object.values(agents)) {
    const agent = namesOf(readProcess(pid)?.environment ?? '');
    expect(agent.filter((name) => !OF_AN_AGENT.has(name))).toEqual([]);
  }
  const server = namesOf(pool.tmux('show-environment', '-g').replaceAll('\n', '\0'));
  expect(server.filter((name) => !OF_THE_SERVER.has(name))).toEqual([]);
});

test('every line that pm2 keeps of stdout is one event as JSON, and stderr stays empty', async () => {
  const { pool, pm2, agents } = await poolUnderPm2();
  sendSignal(agents['ccl-auto-12']);
  await pm2.logged('session.recreated');
  await pool.allAre('idle.ready');
  await pm2.run('restart', APP);
  await pm2.run('stop', APP);

  const lines = pm2.lines('out');
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: expect.stringMatching(/^(error|warn|info|debug)$/),
      event: expect.stringMatching(/^[a-z]+\.[a-z]+$/),
      msg: expect.any(String),
    });
  }
  expect(pm2.lines('error')).toEqual([]);
});

const OF_THE_LOGIN = ['HOME', 'LANG', 'PATH', 'PWD', 'SHELL', 'TERM'] as const;
const OF_THE_SERVER = new Set<string>([...OF_THE_LOGIN, 'TMUX_TMPDIR']);
/** CLAUDE_CONFIG_DIR is the account's: `agentBySession` knows an agent by it. */
const OF_AN_AGENT = new Set<string>([
  ...OF_THE_LOGIN,
  'TMUX',
  'TMUX_PANE',
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_FAILOVER_SESSION',
  'CLAUDE_FAILOVER_AGENT',
  'CLAUDE_FAILOVER_CONVERSATION',
  'DISABLE_AUTOUPDATER',
]);

/** The names of `NAME=value` entries, each ended by a NUL. */
function namesOf(environment: string): readonly string[] {
  const entries = environment.split('\0').filter((entry) => entry !== '');
  return entries.map((entry) => entry.split('=', 1)[0] ?? '');
}
