import { isAlive, readProcess } from '../../harness/process-tree.ts';

const EVERY_MS = 1;

/**
 * Tells once, within a millisecond or two, that a process is no more (one that only waits to be reaped is not).
 * Ends then, or when the answer is called.
 */
export function watchDeath(pid: number, gone: () => void): () => void {
  const process = readProcess(pid);
  const timer = setInterval(() => {
    if (process !== null && isAlive(process)) return;
    clearInterval(timer);
    gone();
  }, EVERY_MS);
  return () => clearInterval(timer);
}
