import { readFileSync } from 'node:fs';
import type { TestPool } from '../harness/test-pool.ts';

const EVERY_MS = 1;

/** By the kernel: tmux has a new child. */
export interface Birth {
  readonly kind: 'born';
  readonly pid: number;
}

/** The watch over what the tmux server of this pool starts, which runs by now; it begins when it is called. */
export function birthsOn(
  { tmux }: Pick<TestPool, 'tmux'>,
  hear: (birth: Birth) => void,
): () => () => void {
  const server = Number(tmux('display-message', '-p', '#{pid}'));
  return () => watchBirths(server, (pid) => hear({ kind: 'born', pid }));
}

/**
 * Tells of each child that a process starts from now on, within a millisecond or two: the start time in
 * `/proc` is only exact to ten. Ends when the answer is called, or with the process.
 */
function watchBirths(parent: number, born: (pid: number) => void): () => void {
  const known = new Set(childrenOf(parent));
  const timer = setInterval(() => {
    for (const pid of childrenOf(parent)) {
      if (known.has(pid)) continue;
      known.add(pid);
      born(Number(pid));
    }
  }, EVERY_MS);
  return () => clearInterval(timer);
}

function childrenOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  } catch {
    return [];
  }
}
