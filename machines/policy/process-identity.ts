import type { ProcessIdentity } from '../ports.ts';

/** Whether both name the same process: a pid alone is given again, with its start time it is not. */
export function isSameProcess(a: ProcessIdentity | null, b: ProcessIdentity | null): boolean {
  return a !== null && a.pid === b?.pid && a.startTime === b.startTime;
}
