import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FailoverError } from '../../config/errors.ts';
import type { Account, AgentConfig } from '../../config/types.ts';
import { GUARDED_TOOLS } from '../../machines/policy/tool-guard/judge-tool.ts';
import { isGuarded } from '../../machines/policy/tool-guard/when-guarded.ts';
import type { AgentLaunch } from '../../machines/ports.ts';
import { clientEnvironment } from '../agent/agent-environment.ts';
import { findCommand } from '../agent/find-command.ts';
import type { Hooks } from '../agent/hooks.ts';
import { writePrivateFile } from '../agent/private-file.ts';
import { signalScriptIn } from '../signals/spool.ts';
import { type GuardFile, guardFileText } from './guard-file.ts';
import { guardCommand, guardScript, HOOK_TIMEOUT_S } from './guard-script.ts';
import { testGuard } from './self-test.ts';

export interface ToolGuardOptions {
  readonly agent: AgentConfig;
  readonly accounts: readonly Account[];
  /** Where the guard is tried out; absolute. */
  readonly stateDir: string;
  /** Files and directories of the supervisor that no tool may change. */
  readonly own: readonly string[];
  /** The daemon's own environment. */
  readonly env: NodeJS.ProcessEnv;
  /** The compiled hook program; for specs, another one. */
  readonly program?: string;
}

export interface ToolGuard {
  /**
   * Writes the guard of an agent that is about to be launched into the session's own directory, and
   * gives the hooks for its settings: none when its mode asks a person. Rejects with
   * `TOOL_GUARD_FAILED` when the guard cannot be run, or does not do its work.
   */
  hooksFor(launch: Pick<AgentLaunch, 'workdir'>, folder: string): Promise<Hooks>;
}

/** The guard of all agents of a daemon; tried out before the first launch that needs it. */
export function createToolGuard(options: ToolGuardOptions): ToolGuard {
  let tested: Promise<void> | null = null;
  const testOnce = async () => {
    tested ??= test(options);
    try {
      await tested;
    } catch (error) {
      // What was wrong may be mended by the next launch.
      tested = null;
      throw error;
    }
  };
  return {
    hooksFor: async ({ workdir }, folder) => {
      if (!isGuarded(options.agent)) return {};
      await testOnce();
      const { allow } = options.agent.toolGuard;
      const signalScript = signalScriptIn(folder);
      const command = await deploy(options, folder, { workdir, allow, signalScript });
      const hook = { type: 'command', command, timeout: HOOK_TIMEOUT_S } as const;
      return { PreToolUse: [{ matcher: GUARDED_TOOLS.join('|'), hooks: [hook] }] };
    },
  };
}

async function test(options: ToolGuardOptions): Promise<void> {
  const folder = path.join(options.stateDir, 'tool-guard');
  const command = await deploy(options, folder, { workdir: folder, allow: [], signalScript: null });
  const env = clientEnvironment(options.agent, options.env);
  await testGuard({ command, workdir: folder, env });
}

/** Gives the command line that runs the guard with these rules. */
async function deploy(
  { accounts, own, env, agent, program = PROGRAM }: ToolGuardOptions,
  folder: string,
  rules: Pick<GuardFile, 'workdir' | 'allow' | 'signalScript'>,
): Promise<string> {
  const rulesFile = path.join(folder, 'tool-guard.json');
  const script = path.join(folder, 'tool-guard.sh');
  const timeout = await findCommand(['timeout'], {
    env: clientEnvironment(agent, env),
    workdir: '/',
  });
  if (timeout === null) {
    throw new FailoverError(
      'TOOL_GUARD_FAILED',
      'the tool guard needs the program timeout in the PATH of agents: install coreutils',
    );
  }
  const configDirs = accounts.map(({ home }) => home);
  await writePrivateFile(rulesFile, guardFileText({ ...rules, configDirs, own }));
  const { signalScript } = rules;
  const files = { program, rulesFile, signalScript };
  await writePrivateFile(script, guardScript({ node: process.execPath, timeout, ...files }));
  return guardCommand(script);
}

/** Compiled code runs compiled code; from the sources, what was last built of them. */
const PROGRAM = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/actors/tool-guard/hook.js' : './hook.js',
    import.meta.url,
  ),
);
