import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atEnd } from './scope.ts';
import { spawned } from './spawned.ts';
import { tempDir } from './temp-dir.ts';
import type { LogLine, TestPool } from './test-pool.ts';
import { until } from './until.ts';

/** The file that operators are given. */
export const ECOSYSTEM = fileURLToPath(
  new URL('../../deploy/ecosystem.config.cjs', import.meta.url),
);

/** A copy of it that differs only in these options of pm2. */
export function ecosystemWith(changes: Readonly<Record<string, unknown>>): string {
  // pm2 runs a file of any other name as a script.
  const file = join(tempDir(), 'ecosystem.config.cjs');
  const shipped = `require(${JSON.stringify(ECOSYSTEM)}).apps[0]`;
  writeFileSync(
    file,
    `module.exports = { apps: [{ ...${shipped}, ...${JSON.stringify(changes)} }] };`,
  );
  return file;
}

/** What pm2 says of the daemon (`pm2 jlist`). */
export interface Pm2App {
  readonly pid: number;
  /** online, launching, stopping, stopped, errored or waiting restart. */
  readonly status: string;
  readonly exitCode: number | undefined;
  /** How often pm2 has started it again. */
  readonly restarts: number;
}

/** One run of the `pm2` command. */
export interface Pm2Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

/** A pm2 of its own: its home, its God daemon, and the daemon of one pool as its only app. */
export interface Pm2 {
  readonly home: string;
  begin(...args: readonly string[]): Pm2Run;
  /** Runs a pm2 command to its end; throws what it printed unless it exits with 0. */
  run(...args: readonly string[]): Promise<string>;
  /** null when pm2 knows of no such app. */
  app(): Promise<Pm2App | null>;
  appIs(status: string): Promise<Pm2App>;
  /** What pm2 has kept of its stdout or stderr, line by line as it is. */
  lines(stream: 'out' | 'error'): readonly string[];
  /** Its log, parsed: of all its lives, or of the last one. */
  log(): readonly LogLine[];
  lastLife(): readonly LogLine[];
  /** Waits until its last life has logged it. */
  logged(event: string): Promise<LogLine>;
  /** The God daemon's own log: what it did to the app. */
  ownLog(): string;
}

const APP = 'claude-failover';
const PATIENCE_MS = 45_000;
const require = createRequire(import.meta.url);
const PROGRAM = require.resolve('pm2/bin/pm2');

/** @param env the operator's environment, from which pm2 and the daemon are started */
export function openPm2(pool: TestPool, env: NodeJS.ProcessEnv = pool.env): Pm2 {
  const home = join(tempDir(), 'pm2');
  const whole = {
    ...env,
    PM2_HOME: home,
    // It would ask a server on the internet.
    PM2_DISABLE_VERSION_CHECK: '1',
    CLAUDE_FAILOVER_CONFIG: pool.file,
  };
  const begin = (...args: readonly string[]) => beginPm2(args, { env: whole, cwd: pool.dir });
  const run = async (...args: readonly string[]) => {
    const { code, output } = await begin(...args).ended;
    if (code !== 0) throw new Error(`pm2 ${args.join(' ')} ended with ${code}: ${output}`);
    return output;
  };
  const app = async () => appIn(await run('jlist'));
  const lines = (stream: string) => linesOf(join(home, 'logs', `${APP}-${stream}.log`));
  const log = () => lines('out').map((line) => JSON.parse(line) as LogLine);
  const lastLife = () => log().slice(log().findLastIndex(({ event }) => event === BIRTH));
  atEnd(async () => {
    // Any other command would start a God daemon only to end it.
    if (existsSync(join(home, 'pm2.pid'))) await run('kill');
  });
  return {
    home,
    begin,
    run,
    app,
    appIs: (status) =>
      until(
        async () => {
          const found = await app();
          if (found?.status === status) return found;
          throw new Error(`it is ${JSON.stringify(found)}`);
        },
        { withinMs: PATIENCE_MS, what: `pm2 to show ${status}`, everyMs: 200 },
      ),
    lines,
    log,
    lastLife,
    logged: (event) =>
      until(() => lastLife().find((line) => line.event === event), {
        withinMs: PATIENCE_MS,
        what: `the daemon under pm2 to log ${event}`,
      }),
    ownLog: () => linesOf(join(home, 'pm2.log')).join('\n'),
  };
}

const BIRTH = 'daemon.starting';

function beginPm2(
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
): Pm2Run {
  const child = spawned(
    spawn(process.execPath, [PROGRAM, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] }),
    `pm2 ${args.join(' ')}`,
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  return { child, ended };
}

interface Listed {
  readonly name: string;
  readonly pid: number;
  readonly pm2_env: {
    readonly status: string;
    readonly exit_code?: number;
    readonly restart_time: number;
  };
}

function appIn(jlist: string): Pm2App | null {
  const found = (JSON.parse(jlist) as readonly Listed[]).find(({ name }) => name === APP);
  if (found === undefined) return null;
  const { status, exit_code: exitCode, restart_time: restarts } = found.pm2_env;
  return { pid: found.pid, status, exitCode, restarts };
}

function linesOf(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}
