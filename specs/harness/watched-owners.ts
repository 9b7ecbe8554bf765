import { agentsBelow, type PoolAgent } from './pool-agents.ts';
import { isAlive } from './process-tree.ts';
import { atEnd } from './scope.ts';

const LOOK_EVERY_MS = 50;

/** Looks at the kernel's own list of processes all the time, whatever the daemon believes. */
export interface WatchedOwners {
  /** How many agents one session had at the same time at most, so far. */
  most(): number;
}

/** More than one agent of a session would be two of its conversation. Ends with the spec. */
export function watchOwners(dir: string): WatchedOwners {
  let most = 0;
  const timer = setInterval(() => {
    const agents = agentsBelow(dir);
    const sessions = new Set(agents.map(({ session }) => session));
    const ofEach = [...sessions].map((name) => agents.filter(({ session }) => session === name));
    most = Math.max(most, ...ofEach.map(together));
  }, LOOK_EVERY_MS);
  atEnd(() => clearInterval(timer));
  return { most: () => most };
}

/** One may have ended and the next have begun while the list was read: those that live after it lived together. */
function together(agents: readonly PoolAgent[]): number {
  return agents.length < 2 ? agents.length : Math.max(1, agents.filter(isAlive).length);
}
