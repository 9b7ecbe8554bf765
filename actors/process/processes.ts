import type { ProcessPort } from '../../machines/ports.ts';
import { endProcess } from './end.ts';
import { identify, isAlive } from './identity.ts';

/** The processes of this machine, as /proc shows them. */
export function createProcesses(): ProcessPort {
  return { identify, isAlive, end: endProcess };
}
