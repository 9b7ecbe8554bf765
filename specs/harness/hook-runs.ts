import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sessionSettings } from '../../actors/agent/session-settings.ts';
import { prepareSignals } from '../../actors/signals/prepare-signals.ts';
import { spawned } from './spawned.ts';
import { tempDir } from './temp-dir.ts';

export interface HookSession {
  /** What a signal port takes: the folder of all sessions. */
  readonly sessions: string;
  readonly session: string;
  /** The session's own directory. */
  readonly folder: string;
  /** The command lines that the client is given. */
  readonly hook: string;
  readonly statusLine: string;
  /** The names in one of the spool's directories. */
  names(part: 'new' | 'tmp'): readonly string[];
  /** What the hooks have stored, oldest first. */
  stored(): readonly string[];
}

/** A session that is prepared for a launch, with nothing launched. */
export async function prepareHookSession({
  session = 'pool-1',
  dir = tempDir(),
} = {}): Promise<HookSession> {
  const sessions = join(dir, 'state', 'sessions');
  const folder = join(sessions, session);
  await prepareSignals(folder, session);
  const settings = sessionSettings({ permissionMode: 'default' }, { folder, guard: {} });
  const hook = settings.hooks['Stop']?.[0]?.hooks[0]?.command ?? '';
  const names = (part: string) => readdirSync(join(folder, 'signals', part)).sort();
  return {
    sessions,
    session,
    folder,
    hook,
    statusLine: settings.statusLine.command,
    names,
    stored: () =>
      names('new').map((name) => readFileSync(join(folder, 'signals', 'new', name), 'utf8')),
  };
}

export interface HookRun {
  readonly code: number | null;
  readonly output: string;
  readonly ms: number;
}

/** Runs a command line with a text on stdin, as the client does; resolves when it has ended. */
export function runHook(
  command: string,
  input: string,
  { env = {}, cwd = '/' }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<HookRun> {
  const startedAt = performance.now();
  const child = spawn(command, [], { shell: true, env, cwd, stdio: 'pipe' });
  spawned(child, 'a hook');
  let output = '';
  let broken: Error | null = null;
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  // The client shows a pipe that breaks as an error of the hook.
  child.stdin.on('error', (error) => (broken = error));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (broken !== null) reject(broken);
      else resolve({ code, output, ms: performance.now() - startedAt });
    });
  });
}

/** A program that ends by itself. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('close', resolve));
}
