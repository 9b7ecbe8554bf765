import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { compiledFixture } from './compiled.ts';
import { spawned } from './spawned.ts';
import { until } from './until.ts';

/** A fixture program that runs, and the lines it has printed so far. */
export interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly lines: readonly string[];
  /** Resolves with the first line that satisfies. */
  says(expected: (line: string) => boolean, what: string): Promise<string>;
  /** Sends the signal and resolves once the process is gone and all it printed was read. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

const LONG_ENOUGH_MS = 20_000;

/** Starts `specs/fixtures/NAME.ts`, compiled. What it says on stderr goes to the spec's. */
export function startProgram(name: string, args: readonly string[]): Program {
  const child = spawned(
    spawn(process.execPath, [compiledFixture(name), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
    name,
  );
  const closed = once(child, 'close');
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));

  return {
    child,
    pid: child.pid ?? -1,
    lines,
    says: (expected, what) =>
      until(() => lines.find(expected), { withinMs: LONG_ENOUGH_MS, what: `${name} to ${what}` }),
    async end(signal = 'SIGKILL') {
      child.kill(signal);
      await closed;
    },
  };
}
