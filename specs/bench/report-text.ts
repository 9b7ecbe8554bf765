import { failoverLines } from './failovers/report-text.ts';
import type { Measured, Report, Result } from './report.ts';
import { comparison, headOf, ms, ownersLine, ratio, tableLine } from './table.ts';
import { taskLines } from './tasks/report-text.ts';

const LATENCIES = [
  ['killed → noticed', 'killedToNoticed'],
  ['killed → replaced *', 'killedToReplaced'],
  ['noticed → replaced *', 'noticedToReplaced'],
  ['killed → agent runs *', 'killedToRunning'],
] as const satisfies readonly (readonly [string, keyof Measured])[];

/** The report for a person: for each pool size one table of latencies and one of idleness; then tasks, then failovers. */
export function reportText(report: Report): string {
  const { machine, load, options, kills, tasks, failovers } = report;
  return [
    `claude-failover bench, ${report.startedAt}, ${report.durationS} s, seed ${options.seed}`,
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.disk}, Linux ${machine.kernel}, node ${machine.node}, ${machine.tmux}`,
    `load before ${load[0].toFixed(1)}, after ${load[1].toFixed(1)}`,
    ...kills.flatMap((result) => [
      '',
      ...latencies(result),
      '',
      ...idleness(result, options.idleMs),
    ]),
    ...(kills.length > 0 ? ['', ...NOTES] : []),
    ...(tasks.length > 0 ? taskLines(tasks) : []),
    ...(failovers.length > 0 ? failoverLines(failovers) : []),
  ].join('\n');
}

const NOTES = [
  'ours = the daemon, read through its log; poller = `tmux has-session` forked for each session once a second.',
  'Both keep the same agents, killed in turns in this one run. Ratio = poller / ours.',
  '* without the back-off that is chosen on purpose.',
  'CPU = supervisor + its tmux clients + its tmux server + children that ended. 0 forks is proven: no new child, and no',
  'page fault of an ended one. "on the machine" is what everybody on it started in the same time.',
];

function latencies({ sessions, ours, usual, sweep }: Result): readonly string[] {
  const rows = LATENCIES.map(([title, key]) => [title, ...comparison(ours[key], usual[key])]);
  return [
    ownersLine('poller'),
    ...[headOf(`${sessions} sessions, ms`), ...rows].map((row) => tableLine(row)),
    `missed: ours ${ours.missed}, poller ${usual.missed}. A sweep of the poller took p50 ${ms(sweep.p50)}, max ${ms(sweep.max)} ms.`,
  ];
}

function idleness({ sessions, ours, usual }: Result, idleMs: number): readonly string[] {
  const [mine, theirs] = [ours.idle, usual.idle];
  const row = (title: string, a: number | null, b: number | null): readonly string[] => [
    title,
    amount(a),
    amount(b),
    a !== null && b !== null ? ratio(b, a) : '',
  ];
  return [
    [`${sessions} sessions, idle for ${idleMs / 1000} s`, 'ours', 'poller', 'ratio'],
    row('CPU, % of one core', mine.cpuPercent, theirs.cpuPercent),
    row('forks a minute', mine.forksPerMinute, theirs.forksPerMinute),
    row('  on the machine', mine.machineForksPerMinute, theirs.machineForksPerMinute),
    row('RSS of the supervisor, MB', mine.residentMb.now, theirs.residentMb.now),
    row('  at its peak', mine.residentMb.peak, theirs.residentMb.peak),
  ].map((row) => tableLine(row));
}

function amount(value: number | null): string {
  if (value === null) return 'some';
  return value.toFixed(value < 10 && !Number.isInteger(value) ? 2 : 0);
}
