import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../config/load.ts';
import {
  configOf,
  errorsOf,
  loadText,
  MINIMAL_CONFIG,
  writeConfig,
} from '../../harness/config-file.ts';

describe('what is not said', () => {
  test('every optional key has its default', () => {
    const { file, directory, world } = writeConfig(MINIMAL_CONFIG);
    const stateDir = join(world.home, '.local/state/claude-failover');
    expect(loadConfig(file, world)).toEqual({
      ok: true,
      config: {
        file,
        accounts: [{ name: 'compte1', home: join(world.home, '.claude-compte1'), priority: 1 }],
        sharedState: { root: join(world.home, '.claude-shared') },
        pool: {
          autonomous: { prefix: 'ccl-auto-', startIndex: 0, min: 10, max: 10, workdir: directory },
          dedicated: [],
        },
        agent: {
          command: ['claude'],
          permissionMode: 'acceptEdits',
          model: null,
          env: {},
          toolGuard: { when: 'skipping', allow: [] },
          historyLimit: 500,
          startTimeoutMs: 60_000,
        },
        tmux: { socket: { kind: 'name', name: 'claude-failover' } },
        restart: {
          intensity: 10,
          periodMs: 600_000,
          poolIntensity: 50,
          backoffInitialMs: 250,
          backoffFactor: 2,
          backoffMaxMs: 60_000,
          stableAfterMs: 60_000,
        },
        reconcile: { intervalMs: 15_000 },
        failover: {
          strategy: 'priority',
          proactiveThreshold: 1,
          returnToPreferred: false,
          cooldownMs: 300_000,
          resetMarginMs: 30_000,
          concurrency: 2,
          resumePrompt: 'Continue where you left off.',
        },
        tasks: {
          maxAttempts: 3,
          leaseMs: 30_000,
          retryBackoffMs: 30_000,
          stalledAfterMs: 3_600_000,
          stalledAction: 'report',
          waitingTimeoutMs: 1_800_000,
          inboxes: [],
          retentionMs: 2_592_000_000,
        },
        store: { url: `sqlite:${stateDir}/facts.db` },
        control: {
          host: '127.0.0.1',
          port: 8765,
          tokenFile: `${stateDir}/control.token`,
          readOnly: false,
        },
        log: { level: 'info' },
        stateDir,
      },
    });
  });

  test('min is max, and the pool allows at least as many restarts as one session', () => {
    const { pool, restart } = configOf(`${MINIMAL_CONFIG}restart: { intensity: 80 }\n`);
    expect(pool.autonomous.min).toBe(10);
    expect(restart).toMatchObject({ intensity: 80, poolIntensity: 80 });
  });

  test('a pool intensity that is given is taken as it is', () => {
    const { restart } = configOf(`${MINIMAL_CONFIG}restart: { pool_intensity: 7 }\n`);
    expect(restart.poolIntensity).toBe(7);
  });

  test('state goes to XDG_STATE_HOME when that is absolute, and is ignored when it is not', () => {
    const { file, world } = writeConfig(MINIMAL_CONFIG);
    const stateDirIn = (XDG_STATE_HOME: string) => {
      const result = loadConfig(file, { ...world, env: { XDG_STATE_HOME } });
      return result.ok ? result.config.stateDir : result.errors;
    };
    expect(stateDirIn('/var/state')).toBe('/var/state/claude-failover');
    expect(stateDirIn('state')).toBe(join(world.home, '.local/state/claude-failover'));
  });
});

describe('paths', () => {
  test('~ is the home, and a relative path starts at the config file', () => {
    const { file, directory, world } = writeConfig(
      MINIMAL_CONFIG.replace('~/.claude-compte1', 'homes/one')
        .replace('max: 10', 'max: 10\n    workdir: "~"\n  dedicated: [{ name: d, project: ../p }]')
        .replace('acceptEdits', 'plan\n  command: [bin/claude, --debug, ./as-it-is]')
        .concat('tasks: { inboxes: [~/work/*/inbox, /srv/inbox] }\n')
        .concat('tmux: { socket_path: run/tmux }\nstore: { url: "sqlite:facts/a.db" }\n')
        .concat('control: { token_file: token }\nstate_dir: state\n'),
    );
    const at = (path: string) => join(directory, path);
    expect(loadConfig(file, world)).toMatchObject({
      config: {
        accounts: [{ home: at('homes/one') }],
        pool: {
          autonomous: { workdir: world.home },
          dedicated: [{ name: 'd', project: at('../p'), account: null }],
        },
        agent: { command: [at('bin/claude'), '--debug', './as-it-is'] },
        tasks: { inboxes: [join(world.home, 'work/*/inbox'), '/srv/inbox'] },
        tmux: { socket: { kind: 'path', path: at('run/tmux') } },
        store: { url: `sqlite:${at('facts/a.db')}` },
        control: { tokenFile: at('token') },
        stateDir: at('state'),
      },
    });
  });

  test("another user's ~ is refused, not taken for a directory of that name", () => {
    const text = MINIMAL_CONFIG.replace('~/.claude-compte1', '~bob/.claude');
    expect(errorsOf(text)).toMatchObject([{ code: 'config.range', path: '/accounts/0/home' }]);
  });
});

describe('a file that is no config', () => {
  test('a missing one', () => {
    const { directory, world } = writeConfig(MINIMAL_CONFIG);
    const file = join(directory, 'none.yaml');
    expect(loadConfig(file, world)).toMatchObject({
      errors: [{ code: 'config.required', line: null, message: `there is no file ${file}` }],
    });
  });

  test('a directory', () => {
    const { directory, world } = writeConfig(MINIMAL_CONFIG);
    expect(loadConfig(directory, world)).toMatchObject({ errors: [{ code: 'config.syntax' }] });
  });

  test('a named pipe, without waiting for somebody to write', () => {
    const { directory, world } = writeConfig(MINIMAL_CONFIG);
    const file = join(directory, 'pipe');
    execFileSync('sh', ['-c', 'umask 077; exec mkfifo "$1"', 'sh', file]);
    expect(loadConfig(file, world)).toMatchObject({
      errors: [{ code: 'config.syntax', message: `${file} is not a regular file` }],
    });
  });

  test('one below a file', () => {
    const { file, world } = writeConfig(MINIMAL_CONFIG);
    expect(loadConfig(join(file, 'x'), world)).toMatchObject({
      errors: [{ code: 'config.syntax', message: expect.stringContaining('ENOTDIR') }],
    });
  });

  test('a link that leads to itself', () => {
    const { directory, world } = writeConfig(MINIMAL_CONFIG);
    const file = join(directory, 'loop');
    symlinkSync('loop', file);
    expect(loadConfig(file, world)).toMatchObject({
      errors: [{ code: 'config.syntax', message: expect.stringContaining('ELOOP') }],
    });
  });

  test.each([
    ['UTF-16 text', Buffer.from(`\ufeff${MINIMAL_CONFIG}`, 'utf16le')],
    ['bytes that are no text', Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe])],
  ])('%s', (_, bytes) => {
    expect(errorsOf(bytes)).toMatchObject([
      { code: 'config.syntax', message: expect.stringContaining('not UTF-8') },
    ]);
  });

  test('more than any config is', () => {
    expect(errorsOf(`# ${'x'.repeat(300_000)}`)).toMatchObject([{ code: 'config.syntax' }]);
  });

  test('one with a byte order mark is read', () => {
    expect(loadText(`\ufeff${MINIMAL_CONFIG}`)).toMatchObject({ ok: true });
  });

  test.each([
    ['an empty one', ''],
    ['one that only has comments', '# nothing yet\n'],
  ])('%s lists everything that is required', (_, text) => {
    expect(errorsOf(text).map(({ code, path }) => [code, path])).toEqual([
      ['config.required', '/accounts'],
      ['config.required', '/shared_state/root'],
      ['config.required', '/pool/autonomous/prefix'],
      ['config.required', '/pool/autonomous/max'],
      ['config.required', '/agent/permission_mode'],
    ]);
  });

  test.each([0o620, 0o602, 0o666])('one that others can write (mode bits %i)', (mode) => {
    const { file, world } = writeConfig(MINIMAL_CONFIG);
    chmodSync(file, mode);
    expect(loadConfig(file, world)).toMatchObject({
      errors: [{ code: 'config.range', path: '', found: `mode 0${mode.toString(8)}` }],
    });
  });

  test('one that others can only read is fine, also through a link', () => {
    const { file, directory, world } = writeConfig(MINIMAL_CONFIG);
    chmodSync(file, 0o644);
    symlinkSync(file, join(directory, 'link.yaml'));
    expect(loadConfig(join(directory, 'link.yaml'), world)).toMatchObject({ ok: true });
  });
});

describe('two accounts with one home', () => {
  test('are refused, whatever way the paths are written', () => {
    const { directory, world, file } = writeConfig(
      MINIMAL_CONFIG.replace(
        'shared_state',
        '  - { name: compte2, home: real }\n  - { name: compte3, home: link }\nshared_state',
      ),
    );
    mkdirSync(join(directory, 'real'));
    symlinkSync('real', join(directory, 'link'));
    expect(loadConfig(file, world)).toMatchObject({
      errors: [
        {
          code: 'config.duplicate',
          path: '/accounts/2/home',
          line: 5,
          column: 28,
          found: join(directory, 'real'),
        },
      ],
    });
  });

  test('are refused also before the home exists', () => {
    const text = MINIMAL_CONFIG.replace(
      'shared_state',
      '  - { name: compte2, home: ~/x/../.claude-compte1 }\nshared_state',
    );
    expect(errorsOf(text)).toMatchObject([{ code: 'config.duplicate', path: '/accounts/1/home' }]);
  });
});

test('a socket path longer than a socket can have is refused where it was written', () => {
  const { file, world } = writeConfig(MINIMAL_CONFIG);
  const long = join(world.home, 'x'.repeat(110));
  writeFileSync(file, `${MINIMAL_CONFIG}tmux:\n  socket_path: ${long}\n`);
  expect(loadConfig(file, world)).toMatchObject({
    errors: [{ code: 'config.range', path: '/tmux/socket_path', line: 13, column: 16 }],
  });
});
