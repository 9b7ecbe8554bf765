import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockRequest } from '../../actors/lock/acquire-locks.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { isAlive, parseStat } from './process-tree.ts';

/** A request of this process, with every default filled in. */
export function lockRequest(
  overrides: Partial<LockRequest> & Pick<LockRequest, 'socketPath'>,
): LockRequest {
  return {
    uid: process.getuid?.() ?? -1,
    startIndex: 0,
    max: 10,
    dedicated: [],
    waitMs: 0,
    self: identityOfThisProcess(),
    isAlive,
    monotonicMs: () => performance.now(),
    sleep: (ms) => sleep(ms),
    ...overrides,
  };
}

export function identityOfThisProcess(): ProcessIdentity {
  const stat = parseStat(readFileSync('/proc/self/stat', 'utf8'));
  if (stat === null) throw new Error('this process is not in /proc');
  return { pid: process.pid, startTime: stat.startTime };
}
