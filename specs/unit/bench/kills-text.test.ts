import { expect, test } from '@jest/globals';
import type { Contestant, Trial } from '../../bench/contestant.ts';
import type { Idleness } from '../../bench/idleness.ts';
import { killPlot } from '../../bench/kill-plot.ts';
import { killMarkdown } from '../../bench/kills-markdown.ts';
import { killLines } from '../../bench/kills-text.ts';
import { logScale } from '../../bench/log-scale.ts';
import { parseOptions } from '../../bench/options.ts';
import { measured, type Report, type Result } from '../../bench/report.ts';
import { summarise } from '../../bench/summary.ts';

const IDLE: Idleness = {
  cpuPercent: 0.5,
  forksPerMinute: 0,
  machineForksPerMinute: 12,
  residentMb: { now: 80, peak: 100 },
};

const trial = (noticedMs: number, replacedMs: number): Trial => ({
  noticedMs,
  replacedMs,
  runningMs: replacedMs + 1,
});
const created = (createdMs: number) => ({ createdMs }) as Contestant;

const RESULT: Result = {
  sessions: 10,
  ours: measured([trial(10, 30), trial(20, 40)], created(4000), IDLE),
  usual: measured([trial(500, 510), trial(1000, 1020)], created(1000), {
    ...IDLE,
    forksPerMinute: 600,
  }),
  pm2: measured([trial(5, 15)], created(2000), { ...IDLE, forksPerMinute: null, cpuPercent: 0.25 }),
  sweep: summarise([50]),
};

const REPORT: Report = {
  startedAt: '2020-01-01T00:00:00.000Z',
  durationS: 12,
  machine: {
    ...{ cores: 2, cpu: 'A <CPU> & more', memoryGiB: 24, disk: 'ext4', kernel: '6.0' },
    ...{ node: 'v20', tmux: 'tmux 3.3a' },
  },
  load: [0.5, 1.25],
  options: parseOptions(['--only', 'kills', '--seed', '1']),
  kills: [RESULT, { ...RESULT, sessions: 100 }],
  tasks: [],
  failovers: [],
  falseMoves: [],
};

const rowOf = (title: string): readonly string[] | undefined =>
  killLines([RESULT], 30_000)
    .find((line) => line.startsWith(title))
    ?.slice(title.length)
    .trim()
    .split(/\s+/);

test('each row of kills tells three ways, and how many times as long the others took as ours', () => {
  expect(rowOf('killed → noticed')).toEqual([
    ...['10.0', '20.0', '20.0', '500', '1000', '1000', '5.0', '5.0', '5.0'],
    ...['50×', '50×', '0.5×', '0.3×'],
  ]);
});

test('who is slower at creating and waiting is told as plainly', () => {
  expect(rowOf('10 sessions created, s')).toEqual(['4', '1', '2', '0.3×', '0.5×']);
  expect(rowOf('CPU, % of one core')).toEqual(['0.50', '0.50', '0.25', '1.0×', '0.5×']);
});

test('forks that nobody has counted are some, and no multiple of anything', () => {
  expect(rowOf('forks a minute')).toEqual(['0', '600', 'some', '–']);
});

test('the tables of the documentation tell the same', () => {
  const lines = killMarkdown([RESULT], 30_000)
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '));
  expect(lines).toContain(
    '| killed → noticed | 10.0 | 20.0 | 500 | 1000 | 5.0 | 5.0 | 50× | 50× | 0.5× | 0.3× |',
  );
  expect(lines).toContain('| forks a minute | 0 | 600 | some |');
  expect(lines).toContain('| all created and at their prompts, s | 4.0 | 1.0 | 2.0 |');
});

test('nothing is said of kills when there were none', () => {
  expect(killLines([], 30_000)).toEqual([]);
});

test('the plot holds a bar of each way and size for noticing and for replacing, on light and on dark', () => {
  const svg = killPlot(REPORT);
  expect(svg.match(/<circle class="ours"/g)).toHaveLength(4);
  expect(svg.match(/<circle class="usual"/g)).toHaveLength(4);
  expect(svg.match(/<circle class="pm2"/g)).toHaveLength(4);
  expect(svg).toContain('>500 – 1000</text>');
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg).toContain('A &lt;CPU> &amp; more');
});

test('what none came of has no bar', () => {
  const none = { ...RESULT, pm2: measured([], created(1), IDLE) };
  const svg = killPlot({ ...REPORT, kills: [none] });
  expect(svg).not.toContain('<circle class="pm2"');
  expect(svg).toContain('>none</text>');
});

test('each tenfold is as wide as the next, and what is outside lies at the edge', () => {
  const x = logScale([1, 1000], [100, 400]);
  expect([1, 10, 100, 1000].map(x)).toEqual([100, 200, 300, 400]);
  expect([0.1, 5000].map(x)).toEqual([100, 400]);
});
