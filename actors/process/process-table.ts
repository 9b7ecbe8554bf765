import { readdirSync } from 'node:fs';
import { isRunning, type ProcessStat, readStat } from './stat.ts';

/** The running processes of this machine, looked at one after the other. */
export interface ProcessTable {
  readonly byPid: ReadonlyMap<number, ProcessStat>;
  childrenOf(pid: number): readonly ProcessStat[];
}

/** Looks at every process once: some 15 ms where there are a thousand. */
export function readProcessTable(): ProcessTable {
  return tableOf(pidsNow().flatMap((pid) => readStat(pid) ?? []));
}

/** The table of these, without those that have ended and only are not reaped. */
export function tableOf(stats: readonly ProcessStat[]): ProcessTable {
  const byPid = new Map<number, ProcessStat>();
  const children = new Map<number, ProcessStat[]>();
  for (const stat of stats.filter(isRunning)) {
    byPid.set(stat.pid, stat);
    const siblings = children.get(stat.parent);
    if (siblings) siblings.push(stat);
    else children.set(stat.parent, [stat]);
  }
  return { byPid, childrenOf: (pid) => children.get(pid) ?? [] };
}

/** The pids of all processes, also of those that have ended and are not reaped. */
export function pidsNow(): readonly number[] {
  return readdirSync('/proc').filter(isNumber).map(Number);
}

/** The process and what is above it, nearest first; where a parent is hidden, nothing above that. */
export function lineOf({ byPid }: ProcessTable, pid: number): readonly ProcessStat[] {
  const line: ProcessStat[] = [];
  for (let one = byPid.get(pid); one && !line.includes(one); one = byPid.get(one.parent)) {
    line.push(one);
  }
  return line;
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
