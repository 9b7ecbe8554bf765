import { livingPids, readProcess } from './process-tree.ts';

export interface PoolAgent {
  readonly pid: number;
  readonly startTime: string;
  readonly session: string;
}

/**
 * The agents that really live, as the kernel shows them and not as the daemon believes: every
 * process that bears the name of a session and a home below `dir` in its environment, without those
 * that such a process runs (its hooks).
 */
export function agentsBelow(dir: string): readonly PoolAgent[] {
  const found = livingPids().flatMap((pid) => {
    const process = readProcess(pid);
    if (process === null) return [];
    const variables = new Map(process.environment.split('\0').map(pairOf));
    const session = variables.get('CLAUDE_FAILOVER_SESSION');
    const home = variables.get('CLAUDE_CONFIG_DIR');
    if (session === undefined || !home?.startsWith(`${dir}/`)) return [];
    return [{ pid, startTime: process.startTime, session, parent: process.parent }];
  });
  const pids = new Set(found.map(({ pid }) => pid));
  return found
    .filter(({ parent }) => !pids.has(parent))
    .map(({ pid, startTime, session }) => ({ pid, startTime, session }));
}

/** `name → pid` of the agents below `dir`; throws when a session has two. */
export function agentBySession(dir: string): Readonly<Record<string, number>> {
  const bySession: Record<string, number> = {};
  for (const { session, pid } of agentsBelow(dir)) {
    const other = bySession[session];
    if (other !== undefined) throw new Error(`${session} has two agents: ${other} and ${pid}`);
    bySession[session] = pid;
  }
  return bySession;
}

function pairOf(variable: string): readonly [string, string] {
  const at = variable.indexOf('=');
  return [variable.slice(0, at), variable.slice(at + 1)];
}
