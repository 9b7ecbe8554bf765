import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { identify } from '../../actors/process/identity.ts';
import { controlSocketPath } from '../../config/control-path.ts';
import { relink } from '../harness/account-home.ts';
import { runCli, startCli } from '../harness/run-cli.ts';
import { atEnd } from '../harness/scope.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';

jest.setTimeout(60_000);

/** Runs the command line on a pool whose daemon does not run. */
function run(pool: TestPool, ...args: readonly string[]) {
  return runCli([...args, '--config', pool.file], { env: pool.env });
}

function written(text: string): string {
  const file = join(tempDir(), 'c.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

test('check --json tells every mistake of a config at once, with its place, and exits 78', async () => {
  const file = written(`accounts:
  - { name: a, home: /nowhere/a, prioritee: 1 }
shared_state: { root: /nowhere/shared }
pool: { autonomous: { prefix: 'a.b', max: many } }
agent: { permission_mode: acceptEdits }
`);
  const { code, stdout, stderr } = await runCli(['check', '--json', '--config', file]);
  expect({ code, stderr }).toEqual({ code: 78, stderr: '' });
  const report = JSON.parse(stdout);
  expect(report).toEqual({ v: 1, ok: false, errors: expect.any(Array) });
  const nothing = { account: null, link: null };
  expect(report.errors).toEqual([
    expect.objectContaining({ code: 'config.unknown_key', line: 2, column: 34, ...nothing }),
    expect.objectContaining({ code: 'config.range', line: 4, column: 31, ...nothing }),
    expect.objectContaining({ code: 'config.type', line: 4, column: 43, ...nothing }),
  ]);
  expect(report.errors.map(({ path }: { path: string }) => path)).toEqual([
    '/accounts/0/prioritee',
    '/pool/autonomous/prefix',
    '/pool/autonomous/max',
  ]);
});

test('check tells what the guard refuses, on stderr for a person and as JSON for a program', async () => {
  const pool = makeTestPool();
  const [first] = pool.config.accounts;
  if (first === undefined) throw new Error('no account');
  relink(first.home, 'projects', '/nowhere');

  const forPeople = await run(pool, 'check');
  expect(forPeople).toMatchObject({ code: 78, stdout: '' });
  expect(forPeople.stderr).toContain('account compte1:\n  guard.dangling  ');

  const { code, stdout } = await run(pool, 'check', '--json');
  expect(code).toBe(78);
  expect(JSON.parse(stdout)).toEqual({
    v: 1,
    ok: false,
    errors: [
      {
        code: 'guard.dangling',
        path: join(first.home, 'projects'),
        message: expect.any(String),
        line: null,
        column: null,
        account: 'compte1',
        link: 'projects',
        expected: expect.any(String),
        found: expect.any(String),
      },
    ],
  });
});

test('check of a sound pool is 0 and creates nothing', async () => {
  const pool = makeTestPool();
  const { code, stdout } = await run(pool, 'check', '--json');
  expect({ code, report: JSON.parse(stdout) }).toEqual({
    code: 0,
    report: { v: 1, ok: true, errors: [] },
  });
  expect(existsSync(pool.config.stateDir)).toBe(false);
});

test('with no daemon, status is 0, shows every session of the config, and creates nothing', async () => {
  const pool = makeTestPool();
  const { code, stdout, stderr } = await run(pool, 'status', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    v: 1,
    daemon: { state: 'down', pid: null, startedAt: null },
    pool: { min: 3, max: 3, usable: 0, degraded: true },
  });
  expect(report.sessions.map(({ name }: { name: string }) => name)).toEqual([
    'ccl-auto-11',
    'ccl-auto-12',
    'ccl-auto-13',
  ]);
  for (const session of report.sessions) expect(session).toMatchObject({ substate: null });
  expect(existsSync(pool.config.stateDir)).toBe(false);
  const { stdout: page } = await run(pool, 'status');
  expect(page).toContain('daemon  down: nothing is stored yet\npool    not known');
  expect(page).not.toMatch(/starting|idle|available/);
  expect(await run(pool, 'session', 'list')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ccl-auto-11 {2}- /),
    stderr: 'no daemon runs: nothing is stored yet\n',
  });
});

test('with no daemon, a config with mistakes is 78 for whatever would ask it', async () => {
  const pool = makeTestPool();
  const text = readFileSync(pool.file, 'utf8');
  writeFileSync(pool.file, text.replace('{', '{ "lgo": {},'));
  for (const args of [['status'], ['stop'], ['session', 'reset', '--all'], ['inspect']]) {
    const { code, stdout, stderr } = await run(pool, ...args);
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toContain('config.unknown_key');
  }
});

test('what needs a daemon is 69 without one, and says how to start it', async () => {
  const pool = makeTestPool();
  for (const args of [['session', 'hold', 'ccl-auto-11'], ['inspect']]) {
    const { code, stdout, stderr } = await run(pool, ...args);
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toContain(
      `[DAEMON_DOWN]\nStart it: claude-failover --config ${pool.file} start\n`,
    );
  }
});

test('to stop a daemon that does not run is done already', async () => {
  expect(await run(makeTestPool(), 'stop')).toEqual({
    code: 0,
    stdout: 'not running\n',
    stderr: '',
  });
});

test('a name that is not of the pool is 66', async () => {
  const pool = makeTestPool();
  for (const args of [
    ['session', 'show', 'ccl-auto-1'],
    ['session', 'reset', 'ccl-auto-11', 'ccl-auto-110'],
    ['account', 'show', 'compte9'],
  ]) {
    expect(await run(pool, ...args)).toMatchObject({ code: 66, stdout: '' });
  }
});

test('a daemon that hangs is 69: stored facts never pass for its answer', async () => {
  const pool = makeTestPool();
  mkdirSync(pool.config.stateDir, { mode: 0o700 });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    atEnd(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(controlSocketPath(pool.config), resolve));
  atEnd(() => new Promise((resolve) => server.close(resolve)));

  const { code, stdout, stderr } = await run(pool, 'status', '--json');
  expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
  expect(stderr).toMatch(/does not answer \[DAEMON_SILENT\]/);
  const doctor = await run(pool, 'doctor', '--json');
  expect(findings(doctor.stdout)['doctor.daemon']).toMatchObject({ verdict: 'warn' });
});

test('doctor tells each thing it looked at; warnings alone are 0', async () => {
  const pool = makeTestPool();
  const { code, stdout, stderr } = await run(pool, 'doctor', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ v: 1, ok: true });
  expect(findings(stdout)).toMatchObject({
    'doctor.tmux': { verdict: 'ok', remedy: null },
    'doctor.client': { facts: { tested: expect.stringMatching(/^\d+\.\d+\.\d+$/) } },
    'doctor.config': { verdict: 'ok' },
    'doctor.guard': { verdict: 'ok' },
    'doctor.login': { verdict: 'warn', facts: { account: expect.any(String) } },
    'doctor.daemon': { verdict: 'ok', facts: { state: 'down' } },
  });
  expect(existsSync(pool.config.stateDir)).toBe(false);
});

test('doctor without tmux and client is 69, with a config that is refused 78', async () => {
  const pool = makeTestPool({
    config: { agent: { command: ['no-such-client'], permission_mode: 'plan' } },
  });
  const env = { ...pool.env, PATH: tempDir() };
  const bare = await runCli(['doctor', '--json', '--config', pool.file], { env });
  expect(bare.code).toBe(69);
  expect(findings(bare.stdout)).toMatchObject({
    'doctor.tmux': { verdict: 'fail' },
    'doctor.client': { verdict: 'fail' },
  });
  const broken = await runCli(['doctor', '--json', '--config', written('accounts: []\n')], { env });
  expect(broken.code).toBe(78);
  expect(findings(broken.stdout)['doctor.config']).toMatchObject({ verdict: 'fail' });
});

function findings(stdout: string): Readonly<Record<string, unknown>> {
  const report = JSON.parse(stdout) as { readonly findings: readonly { readonly code: string }[] };
  return Object.fromEntries(report.findings.map((finding) => [finding.code, finding]));
}

test('account link shows the plan, creates it with --apply, and then has nothing left to do', async () => {
  const dir = tempDir();
  const file = written(`accounts: [ { name: a, home: ${dir}/a, priority: 1 } ]
shared_state: { root: ${dir}/shared }
pool: { autonomous: { prefix: p-, max: 1 } }
agent: { permission_mode: acceptEdits }
`);
  const link = (...args: readonly string[]) =>
    runCli(['account', 'link', '--config', file, ...args]);

  const plan = await link();
  expect(plan.code).toBe(0);
  expect(plan.stdout).toContain(`create link       ${dir}/a/projects -> ${dir}/shared/projects`);
  expect(plan.stderr).toContain('account link --apply');
  expect(existsSync(`${dir}/a`)).toBe(false);

  const applied = JSON.parse((await link('--apply', '--json')).stdout);
  expect(applied).toMatchObject({ v: 1, applied: true });
  expect(new Set(applied.steps.map(({ outcome }: { outcome: string }) => outcome))).toEqual(
    new Set(['created']),
  );
  expect((await runCli(['check', '--config', file])).code).toBe(0);

  const again = JSON.parse((await link('--apply', '--json')).stdout);
  expect(again.steps.map(({ outcome }: { outcome: string }) => outcome)).toEqual(
    again.steps.map(() => 'fine'),
  );
});

test('account link leaves what is wrongly in place to a person, and is 78', async () => {
  const pool = makeTestPool();
  const [first] = pool.config.accounts;
  if (first === undefined) throw new Error('no account');
  relink(first.home, 'session-env', '/tmp');
  const { code, stdout, stderr } = await run(pool, 'account', 'link', '--apply');
  expect(code).toBe(78);
  expect(stdout).toContain('refused');
  expect(stderr).toContain('yours to mend');
});

test('account prepare answers once, says what, and then finds everything prepared', async () => {
  const pool = makeTestPool();
  const first = await run(pool, 'account', 'prepare', 'compte1', '--trust', pool.dir);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(
    'compte1: prepared\n  .claude.json  hasCompletedOnboarding = true',
  );
  expect(first.stdout).toContain(`projects > ${pool.dir} > hasTrustDialogAccepted = true`);
  expect(first.stdout).not.toContain('compte2');

  const all = await run(pool, 'account', 'prepare', '--trust', pool.dir);
  expect(all.stdout).toMatch(/^compte1: already prepared\ncompte2: prepared\n/);
  expect(findings((await run(pool, 'doctor', '--json')).stdout)['doctor.prepared']).toMatchObject({
    verdict: 'ok',
  });
});

test('a workdir that is missing is told once, with how to make it, by prepare and by doctor', async () => {
  const pool = makeTestPool();
  const { workdir } = pool.config.pool.autonomous;
  rmSync(workdir, { recursive: true });
  const { code, stdout, stderr } = await run(pool, 'account', 'prepare');
  expect({ code, stdout }).toEqual({ code: 66, stdout: '' });
  expect(stderr).toContain(`Make it: mkdir -p ${workdir}, then claude-failover`);
  expect(stderr.split(`no directory: ${workdir}`)).toHaveLength(2);
  const doctor = await run(pool, 'doctor', '--json');
  expect(doctor.code).toBe(69);
  expect(findings(doctor.stdout)['doctor.workdir']).toMatchObject({
    verdict: 'fail',
    remedy: `mkdir -p ${workdir}`,
  });
});

test('account prepare refuses a home that an agent lives in, and prepares the others', async () => {
  const pool = makeTestPool();
  const [first] = pool.config.accounts;
  if (first === undefined) throw new Error('no account');
  mkdirSync(join(first.home, 'sessions'));
  const status = { pid: process.pid, procStart: identify(process.pid)?.startTime };
  writeFileSync(join(first.home, 'sessions', `${process.pid}.json`), JSON.stringify(status));

  const { code, stdout, stderr } = await run(pool, 'account', 'prepare');
  expect(code).toBe(69);
  expect(stderr).toContain(`(pid ${process.pid}) runs on compte1`);
  expect(stdout).toMatch(/^compte2: prepared/);
  expect(existsSync(join(first.home, '.claude.json'))).toBe(false);
});

test('init writes a config where it is looked for, privately, once; and it is a valid one', async () => {
  const home = tempDir();
  const env = { PATH: process.env['PATH'], HOME: home };
  const file = join(home, '.config', 'claude-failover', 'config.yaml');
  const first = await runCli(['init'], { env });
  expect(first).toMatchObject({ code: 0, stdout: `${file}: written\n` });
  for (const step of ['mkdir -p ~/work', 'CLAUDE_CONFIG_DIR=~/.claude-compte2 claude\n']) {
    expect(first.stderr).toContain(step);
  }
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(40);
  expect(
    existsSync(/^# (\/.*config\.example\.yaml)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? ''),
  ).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const { stdout } = await runCli(['check', '--json'], { env });
  const codes = JSON.parse(stdout).errors.map(({ code }: { code: string }) => code);
  expect(codes.filter((code: string) => code.startsWith('config.'))).toEqual([]);

  writeFileSync(file, '# mine\n');
  const second = await runCli(['init'], { env });
  expect(second).toEqual({
    code: 0,
    stdout: `${file}: already there, left as it is\n`,
    stderr: '',
  });
  expect(readFileSync(file, 'utf8')).toBe('# mine\n');
});

test('a reader that has seen enough is no error', async () => {
  const pool = makeTestPool({ max: 1000 });
  const cli = startCli(['status', '--json', '--config', pool.file], { env: pool.env });
  cli.child.stdout?.once('data', () => cli.child.stdout?.destroy());
  const { code, stderr } = await cli.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('what is printed to a file has no colours, whatever the terminal is', async () => {
  const pool = makeTestPool();
  const env = { ...pool.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', FORCE_COLOR: '1' };
  const { stdout } = await runCli(['status', '--config', pool.file], { env });
  expect(stdout).not.toContain('\u001b');
});
