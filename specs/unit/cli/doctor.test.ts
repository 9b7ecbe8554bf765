import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { accountHome } from '../../../actors/doctor/account-facts.ts';
import { freeBytes, pathFacts } from '../../../actors/doctor/path-facts.ts';
import { tmuxServer } from '../../../actors/doctor/tmux-facts.ts';
import { guardError } from '../../../config/check-error.ts';
import type { MachineFacts } from '../../../machines/doctor-facts.ts';
import { diagnose, type Examined } from '../../../supervisor/doctor/diagnose.ts';
import type { Finding, FindingCode } from '../../../supervisor/doctor/finding.ts';
import type { DaemonSaid } from '../../../supervisor/doctor/judge-daemon.ts';
import type { StatusReport } from '../../../supervisor/status-report.ts';
import { makeAccountHomes } from '../../harness/account-home.ts';
import { configOf, MINIMAL_CONFIG } from '../../harness/config-file.ts';
import { accountFacts, machineFacts } from '../../harness/machine-facts.ts';
import { poolReport, sessionReport } from '../../harness/reports.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const SOUND: Examined = {
  checked: { file: '/c.yaml', errors: [] },
  facts: machineFacts(),
  daemon: { word: 'ready', pageProblem: null, report: poolReport() },
};

function amiss(facts: Partial<MachineFacts>, examined: Partial<Examined> = {}): readonly Finding[] {
  const findings = diagnose({ ...SOUND, facts: machineFacts(facts), ...examined });
  return findings.filter(({ verdict }) => verdict !== 'ok');
}

test('a sound machine has nothing amiss, and everything that was looked at is told', () => {
  expect(amiss({})).toEqual([]);
  expect(diagnose(SOUND).map(({ code }) => code)).toEqual([
    'doctor.node',
    'doctor.tmux',
    'doctor.client',
    'doctor.config',
    'doctor.guard',
    'doctor.login',
    'doctor.prepared',
    'doctor.retention',
    'doctor.workdir',
    'doctor.tmux_server',
    'doctor.permissions',
    'doctor.disk',
    'doctor.daemon',
  ]);
});

test.each<[string, Partial<MachineFacts>, FindingCode, Finding['verdict'], string]>([
  ['Node 20', { node: '20.20.2' }, 'doctor.node', 'warn', 'Node 22 or 24'],
  ['no tmux', { tmux: null }, 'doctor.tmux', 'fail', 'apt install tmux'],
  ['a tmux too old', { tmux: 'tmux 3.1c' }, 'doctor.tmux', 'fail', 'tmux 3.2 or later'],
  [
    'no client',
    { client: { command: 'claude', path: null, version: null } },
    'doctor.client',
    'fail',
    'agent.command',
  ],
  [
    'a client that does not start',
    { client: { command: 'claude', path: '/bin/claude', version: null } },
    'doctor.client',
    'fail',
    '/bin/claude --version',
  ],
  [
    'a client that was not tested',
    { client: { command: 'claude', path: '/bin/claude', version: '2.1.1970 (Claude Code)' } },
    'doctor.client',
    'warn',
    'first sessions',
  ],
  [
    'a tmux server that a service would end',
    { server: { pid: 7, cgroups: ['/', '/system.slice/pm2-o.service'] } },
    'doctor.tmux_server',
    'warn',
    'systemctl edit pm2-o.service, and write [Service] KillMode=process',
  ],
  [
    'a service in which a tmux server would be started, and end with it',
    { server: { pid: null, cgroups: ['/system.slice/pm2-o.service'] } },
    'doctor.tmux_server',
    'warn',
    'systemctl edit pm2-o.service',
  ],
  [
    'no login',
    { accounts: [accountFacts({ isLoggedIn: false })] },
    'doctor.login',
    'warn',
    'CLAUDE_CONFIG_DIR=/home/o/.claude-compte1 claude',
  ],
  [
    'questions that nobody would answer',
    { accounts: [accountFacts({ unanswered: ['hasCompletedOnboarding'] })] },
    'doctor.prepared',
    'warn',
    'account prepare compte1',
  ],
  [
    'conversations that would be deleted',
    { accounts: [accountFacts({ unanswered: ['cleanupPeriodDays'] })] },
    'doctor.retention',
    'warn',
    'account prepare compte1',
  ],
  [
    'a store that others can read',
    { paths: [{ path: '/s/facts.db', what: 'store', mode: 0o644, isOurs: true }] },
    'doctor.permissions',
    'warn',
    'chmod 600 /s/facts.db',
  ],
  [
    'a pm2 dump with the environment in it',
    { paths: [{ path: '/p/dump.pm2', what: 'pm2_dump', mode: 0o644, isOurs: true }] },
    'doctor.permissions',
    'warn',
    'chmod 600 /p/dump.pm2',
  ],
  [
    'a state directory of somebody else',
    { paths: [{ path: '/s', what: 'state_dir', mode: 0o700, isOurs: false }] },
    'doctor.permissions',
    'warn',
    'as one user',
  ],
  [
    'a directory to work in that is missing',
    { missingWorkdirs: ['/home/o/my work'] },
    'doctor.workdir',
    'fail',
    "mkdir -p '/home/o/my work'",
  ],
  ['a full disk', { freeBytes: 1024 }, 'doctor.disk', 'warn', 'Free some space'],
])('%s is told, with what to do', (_, facts, code, verdict, remedy) => {
  expect(amiss(facts)).toEqual([
    expect.objectContaining({ code, verdict, remedy: expect.stringContaining(remedy) }),
  ]);
});

test.each([
  ['tmux 3.2', 'ok'],
  ['tmux 3.10', 'ok'],
  ['tmux 2.9a', 'fail'],
  ['tmux next-3.7', 'ok'],
  ['tmux master', 'ok'],
])('%s is judged %s', (tmux, verdict) => {
  expect(diagnose({ ...SOUND, facts: machineFacts({ tmux }) })[1]).toMatchObject({ verdict });
});

test('a tmux server in a scope of a user manager is no part of its service', () => {
  const cgroups = ['/user.slice/user-1000.slice/user@1000.service/app.slice/tmux-1.scope'];
  expect(amiss({ server: { pid: 7, cgroups } })).toEqual([]);
});

test('other lock holders matter only when our own daemon is not the holder', () => {
  const holders = [{ pid: 9, startIndex: 11, max: 10 }];
  expect(amiss({ holders })).toEqual([]);
  expect(amiss({ holders }, { daemon: said('down') })).toEqual([
    expect.objectContaining({
      code: 'doctor.lock',
      message: 'pid 9 holds indexes 11 to 20 with another config',
    }),
  ]);
});

test('a daemon that hangs, or has escalated, is told; one that is down is not amiss', () => {
  expect(amiss({}, { daemon: said('silent') })).toHaveLength(1);
  expect(amiss({}, { daemon: said('escalated') })).toHaveLength(1);
  expect(amiss({}, { daemon: said('down') })).toEqual([]);
});

test('of a daemon that hangs the pid is told, and what ends one that is stopped', () => {
  const holders = [{ pid: 9, startIndex: 11, max: 10 }];
  expect(amiss({ holders }, { daemon: said('silent') })).toEqual([
    expect.objectContaining({
      code: 'doctor.daemon',
      message: 'the daemon (pid 9) is there and does not answer',
      remedy: expect.stringMatching(/kill 9, .*kill -9 9\b.* sessions keep running/),
      facts: { state: 'silent', pid: 9 },
    }),
  ]);
});

test.each<[string, Partial<StatusReport>, FindingCode, string, string]>([
  [
    'sessions that are failed',
    {
      sessions: ['a', 'b', 'c'].map((name) =>
        sessionReport({ name, state: name === 'b' ? 'idle' : 'failed' }),
      ),
    },
    'doctor.sessions',
    '2 sessions are failed: a, c',
    'session reset a c',
  ],
  [
    'a session that is failed',
    { sessions: [sessionReport({ name: 'a', state: 'failed' })] },
    'doctor.sessions',
    '1 session is failed: a',
    'session show a',
  ],
  [
    'a degraded pool',
    { pool: { min: 3, max: 4, usable: 1, degraded: true } },
    'doctor.pool',
    'the pool is degraded: 1 of 4 sessions usable, at least 3 are wanted',
    'claude-failover status',
  ],
  [
    'a tmux that does not answer',
    {
      daemon: {
        ...poolReport().daemon,
        tmux: 'silent',
        tmuxSilentSince: '2026-11-24T11:59:15.000Z',
      },
    },
    'doctor.tmux_server',
    'tmux does not answer since 2026-11-24T11:59:15.000Z, nothing is decided',
    'kill -CONT PID',
  ],
])('%s is a warning', (_, report, code, message, remedy) => {
  const daemon = { word: 'ready', pageProblem: null, report: poolReport(report) } as const;
  expect(amiss({}, { daemon })).toEqual([
    expect.objectContaining({
      ...{ code, message, verdict: 'warn' },
      remedy: expect.stringContaining(remedy),
    }),
  ]);
});

test('a pool that comes up is not called degraded', () => {
  const { daemon } = poolReport();
  const pool = { min: 3, max: 4, usable: 1, degraded: true };
  const report = poolReport({ pool, daemon: { ...daemon, state: 'starting' } });
  expect(amiss({}, { daemon: { word: 'starting', pageProblem: null, report } })).toEqual([]);
});

function said(word: DaemonSaid['word']): DaemonSaid {
  return { word, pageProblem: null, report: null };
}

test('a daemon that serves no page says why', () => {
  const pageProblem = '127.0.0.1:8765 is taken';
  const daemon = { word: 'ready', pageProblem, report: null } as const;
  expect(amiss({}, { daemon })).toEqual([
    expect.objectContaining({
      code: 'doctor.page',
      verdict: 'warn',
      message: 'no page is served: 127.0.0.1:8765 is taken',
    }),
  ]);
});

test('without a config nothing is said of directories to work in', () => {
  const codes = diagnose({ ...SOUND, facts: machineFacts({ missingWorkdirs: null }) });
  expect(codes.map(({ code }) => code)).not.toContain('doctor.workdir');
});

test('what the guard refuses is one finding with all codes', () => {
  const errors = ['projects', 'file-history'].map((link) =>
    guardError({ code: 'guard.missing', path: `/h/${link}`, message: `${link} is missing` }),
  );
  expect(amiss({}, { checked: { file: '/c.yaml', errors } })).toEqual([
    expect.objectContaining({
      code: 'doctor.guard',
      verdict: 'fail',
      message: 'shared state: projects is missing (and 1 more)',
      facts: { file: '/c.yaml', codes: ['guard.missing', 'guard.missing'] },
    }),
  ]);
});

function poolConfig() {
  const homes = makeAccountHomes(['one']);
  return { ...configOf(MINIMAL_CONFIG), ...homes.config };
}

test('of an account home, only what prepare sets and whether a login is there are looked at', () => {
  const config = poolConfig();
  const [account] = config.accounts;
  if (account === undefined) throw new Error('no account');
  const bare = accountHome(account, config);
  expect(bare).toMatchObject({ isLoggedIn: false, broken: null });
  expect(bare.unanswered).toEqual([
    'hasCompletedOnboarding',
    'resumeReturnDismissed',
    `projects > ${config.pool.autonomous.workdir} > hasTrustDialogAccepted`,
    'cleanupPeriodDays',
  ]);

  // A login that cannot be read by anybody: only its being there counts.
  mkdirSync(join(account.home, '.credentials.json'));
  writeFileSync(join(account.home, '.claude.json'), '{"hasCompletedOnboarding":true}');
  const half = accountHome(account, config);
  expect(half.isLoggedIn).toBe(true);
  expect(half.unanswered).not.toContain('hasCompletedOnboarding');
});

test("a file of the client's that is no JSON is told and does not end the examination", () => {
  const config = poolConfig();
  const [account] = config.accounts;
  if (account === undefined) throw new Error('no account');
  writeFileSync(join(account.home, '.claude.json'), '{"half":');
  const home = accountHome(account, config);
  expect(home.broken).toMatchObject({ code: 'ACCOUNT_FILE_INVALID' });
  expect(amiss({ accounts: [home] })).toEqual([
    expect.objectContaining({ code: 'doctor.prepared', verdict: 'warn' }),
  ]);
});

test('modes are told as they are, and of what is not there nothing is told', () => {
  const dir = tempDir();
  chmodSync(dir, 0o750);
  const uid = process.getuid?.() ?? 0;
  expect(pathFacts(dir, { what: 'state_dir', uid })).toEqual([
    { path: dir, what: 'state_dir', mode: 0o750, isOurs: true },
  ]);
  expect(pathFacts(dir, { what: 'state_dir', uid: uid + 1 })[0]?.isOurs).toBe(false);
  expect(pathFacts(join(dir, 'none'), { what: 'store', uid })).toEqual([]);
});

test('while no tmux server runs, what is told is where one that we start would live', async () => {
  const { pid, cgroups } = await tmuxServer(join(tempDir(), 's'), process.env);
  expect(pid).toBeNull();
  expect(cgroups).not.toEqual([]);
  expect(readFileSync('/proc/self/cgroup', 'utf8')).toContain(cgroups[0]);
});

test('free space is that of the place where a missing directory would be made', () => {
  const dir = tempDir();
  expect(freeBytes(join(dir, 'not', 'there'))).toBeGreaterThan(0);
});
