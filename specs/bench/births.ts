import { readFileSync } from 'node:fs';

const EVERY_MS = 1;

/**
 * Tells of each child that a process starts from now on, within a millisecond or two: the start time in
 * `/proc` is only exact to ten. Ends when the answer is called, or with the process.
 */
export function watchBirths(parent: number, born: (pid: number) => void): () => void {
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
