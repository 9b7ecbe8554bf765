import type { ProcessIdentity } from '../../machines/ports.ts';
import { type ProcessTable, readProcessTable } from './process-table.ts';
import type { ProcessStat } from './stat.ts';

/**
 * Every running process below `pid`, itself not included. Ask while it lives: once it is gone its
 * children belong to init and nothing tells whose they were.
 */
export function descendantsOf({ pid }: ProcessIdentity): readonly ProcessIdentity[] {
  const table = readProcessTable();
  return below(table, pid, () => true).map(({ pid, startTime }) => ({ pid, startTime }));
}

/** Everything below `pid` in the table, without those that `isMeant` does not mean and what is below them. */
export function below(
  table: ProcessTable,
  pid: number,
  isMeant: (process: ProcessStat) => boolean,
): readonly ProcessStat[] {
  return table
    .childrenOf(pid)
    .filter(isMeant)
    .flatMap((child) => [child, ...below(table, child.pid, isMeant)]);
}
