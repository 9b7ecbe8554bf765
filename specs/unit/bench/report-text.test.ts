import { expect, test } from '@jest/globals';
import { compared } from '../../bench/compared.ts';
import { parseOptions } from '../../bench/options.ts';
import type { Report } from '../../bench/report.ts';
import { reportText } from '../../bench/report-text.ts';

const REPORT: Report = {
  startedAt: '2020-01-01T00:00:00.000Z',
  durationS: 12,
  machine: {
    ...{
      cores: 2,
      cpu: 'A CPU',
      memoryGiB: 24,
      disk: 'ext4',
      kernel: '6.0',
      node: 'v20',
      tmux: 'tmux 3.3a',
    },
  },
  load: [0.5, 1.25],
  options: parseOptions(['--only', 'tasks', '--seed', '1']),
  kills: [],
  tasks: [
    {
      title: 'Turn ended',
      usual: 'poller',
      rows: [
        compared('→ known', [0.5, 1.5, 2], [500, 1000, 1500]),
        compared('→ confirmed', [100, null], null),
        compared('→ launched', [100], [1]),
        compared('→ lost', [7], [null]),
      ],
      missed: { ours: 0, usual: 1 },
    },
  ],
  failovers: [],
  falseMoves: [],
};

const lineOf = (report: Report, title: string) =>
  reportText(report)
    .split('\n')
    .find((line) => line.startsWith(title))
    ?.slice(title.length)
    .trim()
    .split(/\s+/);

test('each row tells both ways, and how many times as long the usual one took', () => {
  expect(lineOf(REPORT, '→ known')).toEqual([
    ...['3', '1.5', '2.0', '2.0'],
    ...['3', '1000', '1500', '1500'],
    ...['667×', '750×'],
  ]);
});

test('what is slower with us is told as plainly', () => {
  expect(lineOf(REPORT, '→ launched')?.slice(-2)).toEqual(['0.01×', '0.01×']);
});

test('what the usual way does not have is left empty; what did not come is not counted', () => {
  expect(lineOf(REPORT, '→ confirmed')).toEqual(['1', '100', '100', '100']);
  expect(lineOf(REPORT, '→ lost')).toEqual([
    ...['1', '7.0', '7.0', '7.0'],
    ...['0', '–', '–', '–', '–', '–'],
  ]);
});

test('how often nothing came of it is told where it happened', () => {
  const [table, ...others] = REPORT.tasks;
  expect(reportText(REPORT)).toContain('missed: ours 0, poller 1.');
  const missed = { ours: 0, usual: 0 };
  const clean = { ...REPORT, tasks: table ? [{ ...table, missed }, ...others] : [] };
  expect(reportText(clean)).not.toContain('missed');
});

const FAILOVERS: Report = {
  ...REPORT,
  failovers: [
    {
      title: 'A demo agent meets the limit',
      usual: 'poller',
      rows: [
        compared(
          '→ known',
          oneTo(100),
          oneTo(100).map((n) => 10 * n),
        ),
        compared('  gone → issued', [20], [-270.4]),
      ],
      missed: { ours: 0, usual: 0 },
    },
  ],
};

function oneTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

test('of failovers the 95th percentile is told as well', () => {
  expect(lineOf({ ...FAILOVERS, tasks: [] }, '→ known')).toEqual([
    ...['100', '50.0', '95.0', '99.0'],
    ...['100', '500', '950', '990'],
    ...['10×', '10×'],
  ]);
});

test('what came before its time is told as it is, and is no multiple of anything', () => {
  expect(lineOf(FAILOVERS, '  gone → issued')).toEqual([
    ...['1', '20.0', '20.0', '20.0'],
    ...['1', '-270', '-270', '-270', '–', '–'],
  ]);
});

test('of turns that only look like a limit it is told how many were taken for one, each way and in all', () => {
  const falseMoves = [
    { what: 'a reply', ours: { turns: 3, moved: 0 }, usual: { turns: 3, moved: 2 } },
    { what: 'throttling', ours: { turns: 3, moved: 0 }, usual: { turns: 2, moved: 0 } },
  ];
  const report = { ...FAILOVERS, falseMoves };
  expect(lineOf(report, 'a reply')?.join(' ')).toBe('0 of 3 2 of 3');
  expect(lineOf(report, 'all')?.join(' ')).toBe('0 of 6 2 of 5');
  expect(lineOf(FAILOVERS, 'all')).toBeUndefined();
});

test('a part that was not measured is not spoken of', () => {
  expect(reportText(REPORT)).not.toContain('killed');
  expect(reportText(REPORT)).not.toContain('--resume');
  expect(reportText({ ...REPORT, tasks: [] })).not.toContain('prompt');
});

test('the columns of all rows stand below each other', () => {
  const lines = reportText(REPORT).split('\n');
  const head = lines.find((line) => line.startsWith('Turn ended, ms')) ?? '';
  const row = lines.find((line) => line.startsWith('→ known')) ?? '';
  expect(row.indexOf(' 667×') + ' 667×'.length).toBe(head.lastIndexOf('p50') + 'p50'.length);
});
