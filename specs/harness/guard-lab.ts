import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { prepareSignals } from '../../actors/signals/prepare-signals.ts';
import { spoolIn } from '../../actors/signals/spool.ts';
import { createToolGuard } from '../../actors/tool-guard/tool-guard.ts';
import type { AgentConfig } from '../../config/types.ts';
import { demoAgentConfig } from './demo-home.ts';
import { tempDir } from './temp-dir.ts';

export interface GuardLabOptions {
  readonly agent?: Partial<AgentConfig>;
  /** A stand-in for the compiled hook program. */
  readonly program?: string;
  /** The daemon's environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A home, a working directory, an account and a session's folder: all that a guard is about. */
export function openGuardLab({ agent = {}, program, env = process.env }: GuardLabOptions = {}) {
  const dir = realpathSync(tempDir());
  const [home, workdir, account, stateDir] = ['home', 'work', 'account', 'state'].map((name) => {
    const made = join(dir, name);
    mkdirSync(made);
    return made;
  }) as [string, string, string, string];
  const folder = join(stateDir, 'sessions', 'pool-1');
  const guard = createToolGuard({
    agent: { ...demoAgentConfig(), permissionMode: 'bypassPermissions', ...agent },
    accounts: [{ name: 'one', home: account, priority: 1 }],
    stateDir,
    own: [stateDir],
    env: { ...env, HOME: home },
    ...(program === undefined ? {} : { program }),
  });
  /** As before a launch; gives the command line that the client runs. */
  const deploy = async (): Promise<string> => {
    await prepareSignals(folder, 'pool-1');
    const hooks = await guard.hooksFor({ workdir }, folder);
    return hooks['PreToolUse']?.[0]?.hooks[0]?.command ?? '';
  };
  return {
    dir,
    home,
    workdir,
    account,
    stateDir,
    folder,
    guard,
    deploy,
    signals: () => signalsIn(spoolIn(folder).unread),
    use: (command: string, stdin: string, more: NodeJS.ProcessEnv = {}) =>
      runHook(command, { stdin, cwd: workdir, env: { ...env, HOME: home, ...more } }),
    payload: (tool: string, input: object, cwd = workdir) =>
      JSON.stringify({
        session_id: CONVERSATION,
        cwd,
        hook_event_name: 'PreToolUse',
        tool_name: tool,
        tool_input: input,
      }),
  };
}

export const CONVERSATION = '41b24fe4-7ceb-41d5-8bfc-56a816326338';

/** What the client makes of a hook: the exit code 2 keeps it from using the tool, with the reason told. */
export interface HookAnswer {
  readonly code: number | null;
  readonly reason: string | null;
}

interface HookRun {
  readonly stdin: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function runHook(command: string, { stdin, cwd, env }: HookRun): HookAnswer {
  const { status, stdout } = spawnSync('/bin/sh', ['-c', command], {
    input: stdin,
    cwd,
    env: { ...env, CLAUDE_CODE_SESSION_ID: CONVERSATION },
    encoding: 'utf8',
  });
  return { code: status, reason: stdout === '' ? null : reasonIn(stdout) };
}

function reasonIn(stdout: string): string {
  return JSON.parse(stdout).hookSpecificOutput.permissionDecisionReason;
}

function signalsIn(folder: string): readonly unknown[] {
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}
