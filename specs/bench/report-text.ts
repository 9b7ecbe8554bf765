import type { Measured, Report, Result } from './report.ts';
import type { Summary } from './summary.ts';

const LATENCIES = [
  ['killed → noticed', 'killedToNoticed'],
  ['killed → replaced *', 'killedToReplaced'],
  ['noticed → replaced *', 'noticedToReplaced'],
  ['killed → agent runs *', 'killedToRunning'],
] as const satisfies readonly (readonly [string, keyof Measured])[];

/** The report for a person: for each pool size one table of latencies and one of idleness. */
export function reportText(report: Report): string {
  const { machine, load, options } = report;
  return [
    `claude-failover bench, ${report.startedAt}, ${report.durationS} s, seed ${options.seed}`,
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Linux ${machine.kernel}, node ${machine.node}, ${machine.tmux}`,
    `load before ${load[0].toFixed(1)}, after ${load[1].toFixed(1)}`,
    ...report.results.flatMap((result) => [
      '',
      ...latencies(result),
      '',
      ...idleness(result, options.idleMs),
    ]),
    '',
    ...NOTES,
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
  const head = [
    `${sessions} sessions, ms`,
    'n',
    'p50',
    'p99',
    'max',
    'n',
    'p50',
    'p99',
    'max',
    'p50',
    'p99',
  ];
  const rows = LATENCIES.map(([title, key]) => {
    const [mine, theirs] = [ours[key], usual[key]];
    const ratios = [ratio(theirs.p50, mine.p50), ratio(theirs.p99, mine.p99)];
    return [title, ...cells(mine), ...cells(theirs), ...ratios];
  });
  return [
    `${' '.repeat(FIRST)}${'ours'.padStart(4 * WIDTH)}${'poller'.padStart(4 * WIDTH)}${'ratio'.padStart(2 * WIDTH)}`,
    ...[head, ...rows].map(tableLine),
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
  ].map(tableLine);
}

const FIRST = 32;
const WIDTH = 9;

function tableLine([first = '', ...rest]: readonly string[]): string {
  return `${first.padEnd(FIRST)}${rest.map((cell) => cell.padStart(WIDTH)).join('')}`;
}

function cells({ n, p50, p99, max }: Summary): readonly string[] {
  return [String(n), ms(p50), ms(p99), ms(max)];
}

function ms(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function amount(value: number | null): string {
  if (value === null) return 'some';
  return value.toFixed(value < 10 && !Number.isInteger(value) ? 2 : 0);
}

/** Nothing is no multiple of anything. */
function ratio(theirs: number, mine: number): string {
  const times = theirs / mine;
  return Number.isFinite(times) ? `${times.toFixed(times < 10 ? 1 : 0)}×` : '–';
}
