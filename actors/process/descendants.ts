import { readdirSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { isRunning, type ProcessStat, readStat } from './stat.ts';

/**
 * Every running process below `pid`, itself not included. Ask while it lives: once it is gone its
 * children belong to init and nothing tells whose they were.
 */
export function descendantsOf(pid: number): readonly ProcessIdentity[] {
  return below(pid, childrenByParent(allProcesses())).map(({ pid, startTime }) => ({
    pid,
    startTime,
  }));
}

function allProcesses(): readonly ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? [])
    .filter(isRunning);
}

function childrenByParent(
  processes: readonly ProcessStat[],
): ReadonlyMap<number, readonly ProcessStat[]> {
  const children = new Map<number, ProcessStat[]>();
  for (const process of processes) {
    const siblings = children.get(process.parent);
    if (siblings) siblings.push(process);
    else children.set(process.parent, [process]);
  }
  return children;
}

function below(
  pid: number,
  children: ReadonlyMap<number, readonly ProcessStat[]>,
): readonly ProcessStat[] {
  return (children.get(pid) ?? []).flatMap((child) => [child, ...below(child.pid, children)]);
}
