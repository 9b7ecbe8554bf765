import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from 'node:os';

/** Where the numbers were measured: without it they say little. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  /** The file system on which everything is kept. */
  readonly disk: string;
  readonly kernel: string;
  readonly node: string;
  readonly tmux: string;
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    disk: printed('df', '--output=fstype', tmpdir()).split('\n').at(-1) ?? 'unknown',
    kernel: release(),
    node: process.version,
    tmux: printed('tmux', '-V'),
  };
}

function printed(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim();
}

/** Processes that wanted a core, averaged over the last minute. */
export function load(): number {
  return loadavg()[0] ?? Number.NaN;
}
