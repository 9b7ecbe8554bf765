import { execFile } from 'node:child_process';
import { FailoverError } from '../../config/errors.ts';

/** Slow machines start a program in seconds; one that takes longer would hold up every tool. */
const TIMEOUT_MS = 20_000;

export interface SelfTest {
  /** The command line that the client is given. */
  readonly command: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs the guard as the client would, with a command that must be refused and one that must pass.
 * Rejects with `TOOL_GUARD_FAILED` when it does not tell them apart.
 */
export async function testGuard(test: SelfTest): Promise<void> {
  const refused = await codeFor('rm -rf /', test);
  if (refused !== 2) throw failed('does not refuse "rm -rf /"', refused);
  const passed = await codeFor('ls', test);
  if (passed !== 0) throw failed('refuses "ls"', passed);
}

function failed(how: string, exitCode: number | null): FailoverError {
  return new FailoverError(
    'TOOL_GUARD_FAILED',
    `the tool guard ${how}, so no agent is started that nobody would ask: mend the installation, or set agent.tool_guard.when to never`,
    { exitCode },
  );
}

/** The exit code of the guard; null when it gave none. */
async function codeFor(command: string, { command: hook, workdir, env }: SelfTest) {
  const payload = {
    session_id: '00000000-0000-4000-8000-000000000000',
    cwd: workdir,
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command },
  };
  return await new Promise<number | null>((resolve) => {
    const options = { cwd: workdir, env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
    const child = execFile('/bin/sh', ['-c', hook], options, () => resolve(child.exitCode));
    // One that ends before it has read all is judged by its code.
    child.stdin?.on('error', () => {});
    child.stdin?.end(JSON.stringify(payload));
  });
}
