import { PassThrough } from 'node:stream';
import { runCommandLine } from '../../cli/program.ts';
import type { Terminal } from '../../cli/terminal/terminal.ts';
import type { CliWorld } from '../../cli/world.ts';
import { tempDir } from './temp-dir.ts';

/** A command line in this process, in a home of its own, and what it has said. */
export interface TestCli {
  readonly world: CliWorld;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Gives the exit code. */
  run(...args: readonly string[]): Promise<number>;
}

export function makeTestCli(overrides: Partial<CliWorld> = {}): TestCli {
  const said = { stdout: '', stderr: '' };
  const streams = { stdin: new PassThrough(), stdout: new PassThrough() } as unknown as Pick<
    Terminal,
    'stdin' | 'stdout'
  >;
  const world: CliWorld = {
    env: {},
    home: tempDir(),
    uid: process.getuid?.() ?? 0,
    version: '0.0.0-spec',
    terminal: {
      ...streams,
      print: (text) => {
        said.stdout += `${text}\n`;
      },
      say: (text) => {
        said.stderr += `${text}\n`;
      },
      hasColours: false,
      closed: new AbortController().signal,
    },
    ...overrides,
  };
  return {
    world,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    run: (...args) => runCommandLine(args, world),
  };
}
