import type { Measured, Result } from './report.ts';
import type { Summary } from './summary.ts';
import { ms, ratio, tableLine } from './table.ts';

const LATENCIES = [
  ['killed → noticed', 'killedToNoticed'],
  ['killed → replaced *', 'killedToReplaced'],
  ['noticed → replaced *', 'noticedToReplaced'],
  ['killed → agent runs *', 'killedToRunning'],
] as const satisfies readonly (readonly [string, keyof Measured])[];

const SHOWN = ['p50', 'p99', 'max'] as const;
const FIRST = 30;
const WIDTH = 8;

/** The tables about kills for a person: for each pool size latencies, then creation and idleness; and what they mean. */
export function killLines(results: readonly Result[], idleMs: number): readonly string[] {
  return [
    ...results.flatMap((result) => ['', ...latencies(result), '', ...costs(result, idleMs)]),
    ...(results.length > 0 ? ['', ...NOTES] : []),
  ];
}

const NOTES = [
  'ours = the daemon, read through its log; poller = `tmux has-session` forked for each session once a second; pm2 = a real',
  'pm2 that keeps the same agents as its apps, without tmux, read through its bus. All keep the same agents, killed in turns',
  'in this one run. Ratio = poller / ours, pm2 / ours.',
  '* without the back-off that is chosen on purpose.',
  'Created = from the start of the supervisor until the last agent is at its prompt.',
  'CPU = supervisor + its tmux clients + its tmux server + children that ended. 0 forks is proven: no new child, and no',
  'page fault of an ended one. "on the machine" is what everybody on it started in the same time.',
];

function latencies({ sessions, ours, usual, pm2, sweep }: Result): readonly string[] {
  const row = (key: (typeof LATENCIES)[number][1]): readonly string[] => [
    ...[ours, usual, pm2].flatMap((way) => cells(way[key])),
    ...[usual, pm2].flatMap((way) => [
      ratio(way[key].p50, ours[key].p50),
      ratio(way[key].p99, ours[key].p99),
    ]),
  ];
  const owners = [
    'ours',
    '',
    '',
    'poller',
    '',
    '',
    'pm2',
    '',
    '',
    'poller',
    '/ ours',
    'pm2',
    '/ ours',
  ];
  const head = [...SHOWN, ...SHOWN, ...SHOWN, 'p50', 'p99', 'p50', 'p99'];
  const n = Math.min(...[ours, usual, pm2].map((way) => way.killedToRunning.n));
  return [
    line(['', ...owners]),
    line([`${sessions} sessions, ms, n = ${n}`, ...head]),
    ...LATENCIES.map(([title, key]) => line([title, ...row(key)])),
    `missed: ours ${ours.missed}, poller ${usual.missed}, pm2 ${pm2.missed}. A sweep of the poller took p50 ${ms(sweep.p50)}, max ${ms(sweep.max)} ms.`,
  ];
}

function cells(summary: Summary): readonly string[] {
  return SHOWN.map((key) => (summary.n === 0 ? '–' : ms(summary[key])));
}

function costs({ sessions, ours, usual, pm2 }: Result, idleMs: number): readonly string[] {
  const row = (title: string, of: (way: Measured) => number | null): readonly string[] => {
    const [mine = null, ...theirs] = [ours, usual, pm2].map(of);
    const ratios = theirs.map((one) => (one === null || mine === null ? '' : ratio(one, mine)));
    return [title, ...[mine, ...theirs].map(amount), ...ratios];
  };
  return [
    ['', 'ours', 'poller', 'pm2', 'poller/', 'pm2/'],
    row(`${sessions} sessions created, s`, ({ createdMs }) => createdMs / 1000),
    [`idle for ${idleMs / 1000} s`],
    row('CPU, % of one core', ({ idle }) => idle.cpuPercent),
    row('forks a minute', ({ idle }) => idle.forksPerMinute),
    row('  on the machine', ({ idle }) => idle.machineForksPerMinute),
    row('RSS of the supervisor, MB', ({ idle }) => idle.residentMb.now),
    row('  at its peak', ({ idle }) => idle.residentMb.peak),
  ].map(line);
}

function amount(value: number | null): string {
  if (value === null) return 'some';
  return value.toFixed(value < 10 && !Number.isInteger(value) ? 2 : 0);
}

function line(row: readonly string[]): string {
  return tableLine(row, FIRST, WIDTH);
}
