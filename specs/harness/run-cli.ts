import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { compiledProgram } from './compiled.ts';
import { spawned } from './spawned.ts';
import { until } from './until.ts';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of the compiled command line. */
export interface CliRun {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves once its stdout contains the text. */
  prints(text: string, withinMs?: number): Promise<unknown>;
  readonly ended: Promise<CliResult>;
}

const PATIENCE_MS = 20_000;

export interface CliOptions {
  /** The whole environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads on stdin; else there is nothing. */
  readonly input?: string | Uint8Array;
}

/** Starts `claude-failover ARGS` as a child, without a terminal. */
export function startCli(
  args: readonly string[],
  { env = process.env, input }: CliOptions = {},
): CliRun {
  const child = spawned(
    spawn(process.execPath, [compiledProgram('cli/main'), ...args], { env }),
    `claude-failover ${args.join(' ')}`,
  );
  // It may have seen enough before it has read all.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const stdout = collected(child.stdout);
  const stderr = collected(child.stderr);
  const ended = once(child, 'close').then(([code]) => ({
    code,
    stdout: stdout(),
    stderr: stderr(),
  }));
  return {
    child,
    pid: child.pid ?? -1,
    stdout,
    stderr,
    prints: (text, withinMs = PATIENCE_MS) =>
      until(() => stdout().includes(text), {
        withinMs,
        what: `"${text}" from claude-failover ${args.join(' ')}; it has said: ${stderr()}`,
      }),
    ended,
  };
}

/** Runs `claude-failover ARGS` to its end. */
export async function runCli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  return await startCli(args, options).ended;
}

/**
 * The same of a verb that only reads, or may be told twice: on a busy machine a living daemon may be called
 * silent, and a person would ask again.
 */
export function runAnswered(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const answered = async () => {
    const run = await runCli(args, options);
    return run.stderr.includes('[DAEMON_SILENT]') ? null : run;
  };
  const what = `an answer to claude-failover ${args.join(' ')}`;
  return until(answered, { withinMs: 10_000, what });
}

function collected(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
