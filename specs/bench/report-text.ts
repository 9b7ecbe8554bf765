import { falseMoveLines } from './failovers/false-moves-text.ts';
import { failoverLines } from './failovers/report-text.ts';
import { killLines } from './kills-text.ts';
import type { Report } from './report.ts';
import { taskLines } from './tasks/report-text.ts';

/** The report for a person: for each pool size one table of latencies and one of idleness; then tasks, then failovers. */
export function reportText(report: Report): string {
  const { machine, load, options, kills, tasks, failovers, falseMoves } = report;
  return [
    `claude-failover bench, ${report.startedAt}, ${report.durationS} s, seed ${options.seed}`,
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.disk}, Linux ${machine.kernel}, node ${machine.node}, ${machine.tmux}`,
    `load before ${load[0].toFixed(1)}, after ${load[1].toFixed(1)}`,
    ...killLines(kills, options.idleMs),
    ...(tasks.length > 0 ? taskLines(tasks) : []),
    ...(failovers.length > 0 ? failoverLines(failovers) : []),
    ...(falseMoves.length > 0 ? falseMoveLines(falseMoves) : []),
  ].join('\n');
}
