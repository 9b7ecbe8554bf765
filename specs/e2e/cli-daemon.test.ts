import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import { spawn } from 'node-pty';
import { compiledProgram } from '../harness/compiled.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { runCli, startCli } from '../harness/run-cli.ts';
import { atEnd } from '../harness/scope.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

async function readyPool(): Promise<TestPool> {
  const pool = makeTestPool();
  await pool.start();
  await pool.allAre('idle.ready');
  return pool;
}

function run(pool: TestPool, ...args: readonly string[]) {
  return runCli([...args, '--config', pool.file], { env: pool.env });
}

/** The command line in a terminal of its own, and what that terminal was sent. */
function inTerminal(pool: TestPool, env: Readonly<Record<string, string>>, ...args: string[]) {
  const terminal = spawn(
    process.execPath,
    [compiledProgram('cli/main'), ...args, '--config', pool.file],
    {
      cols: 120,
      rows: 30,
      env: { ...pool.env, ...env } as Record<string, string>,
    },
  );
  let drawn = '';
  let exitCode: number | null = null;
  terminal.onData((data) => {
    drawn += data;
  });
  terminal.onExit((exit) => {
    exitCode = exit.exitCode;
  });
  const ended = () =>
    until(() => (exitCode === null ? null : { exitCode }), {
      withinMs: 15_000,
      what: 'the program to end',
    });
  atEnd(async () => {
    if (exitCode === null) terminal.kill('SIGKILL');
    await ended();
  });
  return {
    type: (keys: string) => terminal.write(keys),
    drawn: () => drawn,
    shows: (text: string) =>
      until(() => drawn.includes(text), { withinMs: 15_000, what: `"${text}" on the terminal` }),
    ended,
  };
}

test('status, session list and account list tell the same as the daemon', async () => {
  const pool = await readyPool();
  const status = JSON.parse((await run(pool, 'status', '--json')).stdout);
  const sessions = JSON.parse((await run(pool, 'session', 'list', '--json')).stdout);
  const accounts = JSON.parse((await run(pool, 'account', 'list', '--json')).stdout);
  expect(status).toEqual(await pool.status());
  expect(sessions).toEqual(status.sessions);
  expect(accounts).toEqual(status.accounts);
  expect((await run(pool, 'status')).stdout).toContain('pool    3 of 3 usable');
  const account = await run(pool, 'account', 'show', 'compte1', '--json');
  expect(JSON.parse(account.stdout)).toEqual({
    ...accounts[0],
    ...{ window: null, probes: 0, since: expect.stringMatching(/Z$/), evidence: null },
    home: pool.config.accounts[0]?.home,
    priority: 1,
    sessions: ['ccl-auto-11', 'ccl-auto-12', 'ccl-auto-13'],
    moves: [],
    history: [],
  });
});

test('a verb says what changed, and the second time that it was so already', async () => {
  const pool = await readyPool();
  const both = ['ccl-auto-11', 'ccl-auto-12'];
  expect(await run(pool, 'session', 'hold', ...both)).toEqual({
    code: 0,
    stdout: 'ccl-auto-11: held\nccl-auto-12: held\n',
    stderr: '',
  });
  expect((await run(pool, 'session', 'hold', 'ccl-auto-11')).stdout).toBe(
    'ccl-auto-11: already so\n',
  );
  await pool.sessionIs('ccl-auto-11', 'idle.held');
  expect((await run(pool, 'session', 'release', ...both)).code).toBe(0);
  await pool.allAre('idle.ready');
  expect((await run(pool, 'session', 'reset', 'ccl-auto-11')).stdout).toBe(
    'ccl-auto-11: already so\n',
  );
});

test('a verb for all is told to every session of the pool', async () => {
  const pool = await readyPool();
  expect(await run(pool, 'session', 'hold', '--all')).toEqual({
    code: 0,
    stdout: 'ccl-auto-11: held\nccl-auto-12: held\nccl-auto-13: held\n',
    stderr: '',
  });
});

test('an edit of the config that went wrong locks nobody out of the daemon that runs', async () => {
  const pool = await readyPool();
  appendFileSync(pool.file, 'lgo: {}\n');
  const warning = `claude-failover: ${pool.file} has mistakes (see: claude-failover --config ${pool.file} check); the daemon that runs is asked\n`;
  const status = await run(pool, 'status', '--json');
  expect(status).toMatchObject({ code: 0, stderr: warning });
  expect(JSON.parse(status.stdout)).toEqual(await pool.status());
  expect(await run(pool, 'session', 'hold', 'ccl-auto-11')).toEqual({
    code: 0,
    stdout: 'ccl-auto-11: held\n',
    stderr: warning,
  });
  expect(await run(pool, 'session', 'show', 'ccl-auto-11')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('idle held'),
  });
  expect(await run(pool, 'session', 'show', 'no-such')).toMatchObject({ code: 66 });
  expect((await run(pool, 'stop')).stdout).toContain('stopped; 3 agents keep running');
});

test('a port that is taken costs the page only, and log, inspect and doctor say what to do', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  atEnd(() => new Promise((resolve) => taken.close(resolve)));
  const { port } = taken.address() as AddressInfo;
  const pool = makeTestPool({ config: { control: { listen: `127.0.0.1:${port}` } } });
  const daemon = await pool.start();
  const why = `127.0.0.1:${port} is taken: set control.listen to another port or 127.0.0.1:0; the pool runs without the page`;
  expect(await daemon.logged('daemon.error')).toMatchObject({ reason: why, msg: why });
  const inspect = await run(pool, 'inspect');
  expect(inspect).toMatchObject({ code: 69, stdout: '' });
  expect(inspect.stderr).toContain(why);
  expect((await run(pool, 'doctor')).stdout).toContain(`warn  no page is served: ${why}`);
});

test('a verb that is refused says why and does not keep the next session from being told', async () => {
  const pool = await readyPool();
  await run(pool, 'session', 'hold', 'ccl-auto-11');
  const before = agentBySession(pool.dir);
  const { code, stdout, stderr } = await run(
    pool,
    'session',
    'restart',
    'ccl-auto-11',
    'ccl-auto-12',
  );
  expect(code).toBe(69);
  expect(stderr).toContain('session release ccl-auto-11');
  expect(stdout).toBe('ccl-auto-12: restarting\n');
  await until(() => agentBySession(pool.dir)['ccl-auto-12'] !== before['ccl-auto-12'], {
    withinMs: 15_000,
    what: 'a new agent',
  });
});

test('show tells a crash in words and facts, while the daemon runs and after', async () => {
  const pool = await readyPool();
  const { pid } = await pool.session('ccl-auto-12');
  sendSignal(pid);
  await until(async () => (await pool.session('ccl-auto-12')).restarts === 1, {
    withinMs: 15_000,
    what: 'the session to be recreated',
  });
  await pool.allAre('idle.ready');

  const shown = await run(pool, 'session', 'show', 'ccl-auto-12');
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toContain(`agent ${pid} on compte1 was ended by signal 9; restart 1 of 10`);
  const live = JSON.parse((await run(pool, 'session', 'show', 'ccl-auto-12', '--json')).stdout);
  expect(live.history).toContainEqual({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    event: 'session.crashed',
    facts: expect.objectContaining({ pid, cause: { kind: 'signal', signal: 9 } }),
  });

  await run(pool, 'stop');
  const stored = JSON.parse((await run(pool, 'session', 'show', 'ccl-auto-12', '--json')).stdout);
  expect(stored).toMatchObject({
    restarts: 1,
    crashedAt: live.crashedAt,
    conversation: live.conversation,
    history: live.history,
  });
});

test('stop waits until the daemon is gone, and every agent lives on', async () => {
  const pool = makeTestPool();
  const daemon = await pool.start();
  await pool.allAre('idle.ready');
  const agents = agentBySession(pool.dir);
  const stopped = await run(pool, 'stop');
  expect(stopped).toEqual({
    code: 0,
    stdout: 'stopped; 3 agents keep running in their sessions\n',
    stderr: '',
  });
  await expect(daemon.exited).resolves.toEqual({ code: 0, signal: null });
  expect(agentBySession(pool.dir)).toEqual(agents);
  const { stdout } = await run(pool, 'status');
  expect(stdout).toContain('daemon  down');
  for (const conversation of await storedConversations(pool))
    expect(stdout).toContain(conversation);
  expect((await run(pool, 'stop')).stdout).toBe('not running\n');
});

test('a config that is edited under a daemon, so that it says another place, hides it from nobody', async () => {
  const pool = makeTestPool({ max: 1 });
  const daemon = await pool.start();
  await pool.allAre('idle.ready');
  const edit = (from: RegExp, to: string) =>
    writeFileSync(pool.file, readFileSync(pool.file, 'utf8').replace(from, to));

  const started = inTerminal(pool, {}, 'start');
  expect(await started.ended()).toEqual({ exitCode: 75 });
  expect(started.drawn().match(/Nothing was changed/g)).toHaveLength(2);
  expect(started.drawn()).not.toMatch(/\[LOCK_HELD\]|hold-locks/);

  edit(/("?state_dir"?: *"?)([^",\n]+)/, '$1$2-moved');
  expect(await run(pool, 'stop')).toMatchObject({
    code: 0,
    stdout: 'not running\n',
    stderr: expect.stringContaining(`pid ${daemon.pid} holds indexes 11 to 11`),
  });
  edit(/-moved/, '');
  edit(/("?start_index"?: *)11/, '$131');
  expect(await run(pool, 'status')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('daemon  ready'),
    stderr: expect.stringContaining('runs with start_index 11, and the config says 31 now'),
  });
  expect(await run(pool, 'reload')).toMatchObject({
    code: 78,
    stderr: expect.stringContaining('start_index'),
  });
  expect(await run(pool, 'stop')).toMatchObject({
    code: 0,
    stdout: 'stopped; 1 agent keeps running in its session\n',
  });
  await expect(daemon.exited).resolves.toEqual({ code: 0, signal: null });
});

async function storedConversations(pool: TestPool): Promise<readonly string[]> {
  const { stdout } = await run(pool, 'session', 'list', '--json');
  const sessions = JSON.parse(stdout) as readonly { readonly conversation: string }[];
  return sessions.map(({ conversation }) => conversation.slice(0, 8));
}

test('attach shows exactly that session in this terminal, also from within another tmux', async () => {
  const pool = await readyPool();
  const elsewhere = { TMUX: '/tmp/somewhere/else,1,0' };
  const terminal = inTerminal(pool, elsewhere, 'session', 'attach', 'ccl-auto-11');
  await terminal.shows('Demo agent');
  expect(pool.tmux('list-clients', '-F', '#{client_session} #{client_readonly}')).toContain(
    'ccl-auto-11 0\n',
  );
  terminal.type('\u0002d');
  expect(await terminal.ended()).toEqual({ exitCode: 0 });
});

test('attach --read-only looks without touching', async () => {
  const pool = await readyPool();
  const terminal = inTerminal(pool, {}, 'session', 'attach', 'ccl-auto-12', '--read-only');
  await terminal.shows('Demo agent');
  expect(pool.tmux('list-clients', '-F', '#{client_session} #{client_readonly}')).toContain(
    'ccl-auto-12 1\n',
  );
  terminal.type('\u0002d');
  expect(await terminal.ended()).toEqual({ exitCode: 0 });
});

test('attach without a terminal is refused, in words', async () => {
  const pool = await readyPool();
  const { code, stderr } = await run(pool, 'session', 'attach', 'ccl-auto-11');
  expect(code).toBe(69);
  expect(stderr).toContain('attaching needs a terminal');
});

test('status --watch on a terminal follows the pool until q, and gives the terminal back', async () => {
  const pool = await readyPool();
  const terminal = inTerminal(pool, { TERM: 'xterm-256color' }, 'status', '--watch');
  await terminal.shows('3 of 3 usable');
  await run(pool, 'session', 'hold', 'ccl-auto-13');
  await terminal.shows('idle held');
  terminal.type('q');
  expect(await terminal.ended()).toEqual({ exitCode: 0 });
  expect(terminal.drawn()).not.toContain('\u001b[2J');
  expect(terminal.drawn().endsWith('\u001b[?1049l')).toBe(true);
});

test('status --watch without a terminal prints once per change, and ends when nobody reads on', async () => {
  const pool = await readyPool();
  const watch = startCli(['status', '--watch', '--json', '--config', pool.file], { env: pool.env });
  await watch.prints('"state":"ready"');
  await run(pool, 'session', 'hold', 'ccl-auto-13');
  await watch.prints('"substate":"held"');
  expect(watch.stdout().trimEnd().split('\n')).toHaveLength(2);
  watch.child.stdout?.destroy();
  await run(pool, 'session', 'release', 'ccl-auto-13');
  expect(await watch.ended).toMatchObject({ code: 0, stderr: '' });
});

test('doctor finds the tmux server, and the daemon that holds the range', async () => {
  const pool = await readyPool();
  const { code, stdout } = await run(pool, 'doctor', '--json');
  expect(code).toBe(0);
  const { findings } = JSON.parse(stdout);
  const named = (code: string) =>
    findings.find((finding: { code: string }) => finding.code === code);
  const server = Number(pool.tmux('display-message', '-p', '#{pid}').trim());
  expect(named('doctor.tmux_server')).toMatchObject({ facts: { pid: server } });
  expect(named('doctor.daemon')).toMatchObject({ verdict: 'ok', facts: { state: 'ready' } });
  expect(named('doctor.lock')).toBeUndefined();
});

test('inspect prints a link to the page, a new one each time, and nothing else on stdout', async () => {
  const pool = await readyPool();
  const first = await run(pool, 'inspect');
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+\n$/);
  expect((await run(pool, 'inspect')).stdout).not.toBe(first.stdout);
});
