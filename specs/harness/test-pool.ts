import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { controlSocketPath } from '../../config/control-path.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/types.ts';
import type { SessionReport, StatusReport } from '../../supervisor/status-report.ts';
import { makeAccountHomes } from './account-home.ts';
import { compiledProgram } from './compiled.ts';
import { atEnd } from './scope.ts';
import { spawned } from './spawned.ts';
import { tempDir } from './temp-dir.ts';
import { endServerAt } from './tmux-server.ts';
import { until } from './until.ts';

type Json = Readonly<Record<string, unknown>>;
export type LogLine = Json & { readonly event: string };

export interface PoolOptions {
  /** Merged over the defaults, one level deep: `{ restart: { intensity: 2 } }`. */
  readonly config?: Readonly<Record<string, Json>>;
  readonly start?: number;
  readonly max?: number;
  readonly accounts?: readonly string[];
  /** An existing tmux server to live on; else one of its own. */
  readonly socketPath?: string;
  /** Share accounts, state and socket of another pool (a second daemon beside it). */
  readonly beside?: TestPool;
}

/** One run of the real daemon, as a child process. */
export interface DaemonRun {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly log: readonly LogLine[];
  readonly stderr: () => string;
  /** Resolves with the exit code; a signal is its negative number's name in `signal`. */
  readonly exited: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
  }>;
  logged(event: string, where?: Json): Promise<LogLine>;
}

export interface TestPool {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly file: string;
  readonly config: Config;
  readonly socketPath: string;
  /** Starts the compiled daemon and, unless told otherwise, waits until it is ready; `env` is added to its own. */
  start(options?: {
    readonly awaitReady?: boolean;
    readonly env?: NodeJS.ProcessEnv;
  }): Promise<DaemonRun>;
  status(): Promise<StatusReport>;
  session(name: string): Promise<SessionReport>;
  /** Waits until the session is `state` or `state.substate`. */
  sessionIs(name: string, words: string, withinMs?: number): Promise<SessionReport>;
  /** Waits until every session of the pool is. */
  allAre(words: string, withinMs?: number): Promise<readonly SessionReport[]>;
  post(path: string, body?: Json): Promise<{ readonly status: number; readonly body: Json }>;
  /** A one-time link to the page, as the verb `inspect` prints it. */
  loginLink(): Promise<string>;
  /** A tmux command on the pool's server, as an operator would type it; gives stdout. */
  tmux(...args: readonly string[]): string;
}

const PATIENCE_MS = 30_000;

/** A pool of demo agents in a directory of its own: accounts, config, state and tmux server. */
export function makeTestPool(options: PoolOptions = {}): TestPool {
  const dir = options.beside?.dir ?? tempDir();
  const socketPath = options.socketPath ?? options.beside?.socketPath ?? join(dir, 'tmux.sock');
  const file = writePoolConfig(dir, socketPath, options);
  const env = poolEnvironment(dir);
  const loaded = loadConfig(file, { env, home: join(dir, 'home'), uid: process.getuid?.() ?? 0 });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors, null, 2));
  const { config } = loaded;
  if (options.socketPath === undefined && options.beside === undefined) {
    atEnd(() => endServerAt(socketPath));
  }
  const status = () => ask<StatusReport>(config, 'GET', '/v1/status');
  const session = async (name: string) => {
    const found = (await status()).sessions.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no session ${name}`);
    return found;
  };
  return {
    dir,
    env,
    file,
    config,
    socketPath,
    start: async ({ awaitReady = true, env: more = {} } = {}) => {
      const run = startDaemonProcess(file, { ...env, ...more });
      if (awaitReady) await run.logged('daemon.ready');
      return run;
    },
    status,
    session,
    sessionIs: (name, words, withinMs = PATIENCE_MS) =>
      until(async () => matching(await session(name), words), {
        withinMs,
        what: `${name} to be ${words}`,
      }),
    allAre: (words, withinMs = PATIENCE_MS) =>
      until(
        async () => {
          const { sessions } = await status();
          return sessions.map((session) => matching(session, words));
        },
        { withinMs, what: `every session to be ${words}` },
      ),
    post: (path, body = {}) => askFor(config, { method: 'POST', path, body }),
    loginLink: async () => (await ask<{ url: string }>(config, 'GET', '/v1/inspect')).url,
    tmux: (...args) => execFileSync('tmux', ['-S', socketPath, ...args], { encoding: 'utf8', env }),
  };
}

/** Throws what it is instead: `until` tells the last of it when the waiting was in vain. */
function matching(session: SessionReport, words: string): SessionReport {
  const { name, state, substate, pid, reason } = session;
  if ([state, `${state}.${substate}`].includes(words)) return session;
  throw new Error(`${name} is ${state}.${substate}, agent ${pid}, ${reason ?? 'no reason'}`);
}

function poolEnvironment(dir: string): NodeJS.ProcessEnv {
  const { PATH, LANG, CLAUDE_FAILOVER_SPEC } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(LANG === undefined ? {} : { LANG }),
    ...(CLAUDE_FAILOVER_SPEC === undefined ? {} : { CLAUDE_FAILOVER_SPEC }),
    HOME: join(dir, 'home'),
    TMUX_TMPDIR: dir,
    SHELL: '/bin/sh',
    TERM: 'xterm-256color',
  };
}

function writePoolConfig(dir: string, socketPath: string, options: PoolOptions): string {
  const { start = 11, max = 3, accounts = ['compte1', 'compte2'], config = {} } = options;
  const homes = join(dir, 'accounts');
  const workdir = join(dir, 'work');
  for (const made of [join(dir, 'home'), workdir])
    mkdirSync(made, { recursive: true, mode: 0o700 });
  if (options.beside === undefined) makeAccountHomes(accounts, homes);
  const defaults: Readonly<Record<string, Json>> = {
    shared_state: { root: join(homes, 'canon') },
    agent: {
      command: [process.execPath, compiledProgram('specs/fixtures/demo-agent/main')],
      permission_mode: 'acceptEdits',
    },
    tmux: { socket_path: socketPath },
    control: { listen: '127.0.0.1:0' },
  };
  const merged = Object.fromEntries(
    [...new Set([...Object.keys(defaults), ...Object.keys(config)])].map((key) => [
      key,
      { ...defaults[key], ...config[key] },
    ]),
  );
  const file = join(dir, `config-${start}.yaml`);
  const text = {
    accounts: accounts.map((name, i) => ({ name, home: join(homes, name), priority: i + 1 })),
    pool: { autonomous: { prefix: 'ccl-auto-', start_index: start, max, workdir } },
    state_dir: join(dir, 'state'),
    ...merged,
  };
  writeFileSync(file, JSON.stringify(text, null, 2), { mode: 0o600 });
  return file;
}

function startDaemonProcess(file: string, env: NodeJS.ProcessEnv): DaemonRun {
  const main = compiledProgram('cli/main');
  const child = spawned(
    spawn(process.execPath, [main, 'start', '--config', file], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
    'the daemon',
  );
  const log: LogLine[] = [];
  let stderr = '';
  createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)));
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  atEnd(() => endDaemon(child, exited));
  return {
    child,
    pid: child.pid ?? -1,
    log,
    stderr: () => stderr,
    exited,
    logged: (event, where = {}) =>
      until(() => found(log, event, where) ?? refused(log, stderr), {
        withinMs: PATIENCE_MS,
        what: `the daemon to log ${event} ${JSON.stringify(where)}`,
      }),
  };
}

function found(log: readonly LogLine[], event: string, where: Json): LogLine | undefined {
  return log.find((line) => line.event === event && includes(line, where));
}

/** Told when the waiting was in vain: what the daemon said instead. */
function refused(log: readonly LogLine[], stderr: string): never {
  const said = log.slice(-5).map(({ event, msg }) => `${event}: ${msg}`);
  throw new Error(`it said last: ${said.join(' | ')}; on stderr: ${stderr}`);
}

function includes(line: Json, where: Json): boolean {
  return Object.entries(where).every(([key, value]) => line[key] === value);
}

async function endDaemon(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 6000);
  await exited;
  clearTimeout(timer);
}

async function ask<T>(config: Config, method: string, path: string): Promise<T> {
  const { status, body } = await askFor(config, { method, path });
  if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
}

function askFor(
  config: Config,
  { method, path, body }: Question,
): Promise<{ readonly status: number; readonly body: Json }> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: controlSocketPath(config),
        method,
        path,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        timeout: PATIENCE_MS,
        // A connection that is kept may be closed by the daemon at the moment it is used again.
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }),
        );
      },
    );
    call.on('error', reject);
    call.on('timeout', () => call.destroy(new Error(`${path}: no answer in ${PATIENCE_MS} ms`)));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
