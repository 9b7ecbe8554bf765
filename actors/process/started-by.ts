import type { ProcessIdentity } from '../../machines/ports.ts';
import { familyIn, type Look } from './family.ts';
import { type Origin, readOrigin } from './origin.ts';
import { lineOf, readProcessTable } from './process-table.ts';

/** What an agent has started and still runs, and of which other agents something runs that is no older than it. */
export interface Started {
  readonly processes: readonly ProcessIdentity[];
  readonly agents: readonly ProcessIdentity[];
}

/**
 * Every running process that this agent has started, itself not included; whether it lives or not: its
 * descendants, and what has its name in its environment, in whichever process group, session and place.
 *
 * Never among them: what holds others (a tmux server, screen, pm2, a key agent) and all below it, what another
 * agent has started, what runs in another tmux pane, this process and those above it, and processes
 * that we may not signal.
 */
export function startedBy(agent: ProcessIdentity): Started {
  const look = lookFor(agent);
  const processes = familyIn(look).filter(({ pid }) => maySignal(pid));
  return {
    processes: processes.map(({ pid, startTime }) => ({ pid, startTime })),
    agents: [...look.origins.values()].map((origin) => origin.agent),
  };
}

function lookFor(agent: ProcessIdentity): Look {
  const table = readProcessTable();
  const origins = new Map<number, Origin>();
  for (const { pid, startTime } of table.byPid.values()) {
    // What is older cannot come from it, and need not be opened.
    const origin = Number(startTime) < Number(agent.startTime) ? null : readOrigin(pid);
    if (origin !== null) origins.set(pid, origin);
  }
  const own = new Set(lineOf(table, process.pid).map(({ pid }) => pid));
  return { agent, table, origins, own };
}

/** Not what has become another user's: it would keep a session down for ever. */
function maySignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
