import type { Measured, Result } from './report.ts';
import type { Summary } from './summary.ts';
import { ms, ratio } from './table.ts';

const ROWS = [
  ['killed → noticed', 'killedToNoticed'],
  ['killed → replaced, beyond back-off', 'killedToReplaced'],
  ['noticed → replaced, beyond back-off', 'noticedToReplaced'],
  ["killed → the next agent's program runs", 'killedToRunning'],
] as const satisfies readonly (readonly [string, keyof Measured])[];

/** The tables about kills as docs/BENCHMARKS.md has them: one of latencies for each pool size, one of costs for all. */
export function killMarkdown(results: readonly Result[], idleMs: number): string {
  const tables = [...results.map(latencies), costs(results, idleMs)];
  return `${tables.map((rows) => tableText(rows)).join('\n\n')}\n`;
}

type Row = readonly string[];

function latencies({ sessions, ours, usual, pm2 }: Result): readonly Row[] {
  const head = ['ours p50', 'p99', 'poller p50', 'p99', 'pm2 p50', 'p99'];
  const ratios = ['poller ÷ ours p50', 'p99', 'pm2 ÷ ours p50', 'p99'];
  const row = ([title, key]: (typeof ROWS)[number]): Row => [
    title,
    ...[ours, usual, pm2].flatMap((way) => [ms(way[key].p50), ms(way[key].p99)]),
    ...[usual, pm2].flatMap((way) => ratiosOf(way[key], ours[key])),
  ];
  return [[`${sessions} sessions`, ...head, ...ratios], ...ROWS.map(row)];
}

function ratiosOf(theirs: Summary, mine: Summary): Row {
  return [ratio(theirs.p50, mine.p50), ratio(theirs.p99, mine.p99)];
}

function costs(results: readonly Result[], idleMs: number): readonly Row[] {
  const head = results.flatMap(({ sessions }) => [`${sessions}: ours`, 'poller', 'pm2']);
  const row = (title: string, of: (way: Measured) => string): Row => [
    title,
    ...results.flatMap(({ ours, usual, pm2 }) => [ours, usual, pm2].map(of)),
  ];
  return [
    [`sessions, idle for ${idleMs / 1000} s`, ...head],
    row('all created and at their prompts, s', ({ createdMs }) => (createdMs / 1000).toFixed(1)),
    row('CPU, % of one core', ({ idle }) => idle.cpuPercent.toFixed(2)),
    row('forks a minute', ({ idle }) => idle.forksPerMinute?.toFixed(0) ?? 'some'),
    row(
      'RSS of the supervisor, MB (peak)',
      ({ idle: { residentMb } }) => `${residentMb.now.toFixed(0)} (${residentMb.peak.toFixed(0)})`,
    ),
  ];
}

/** Numbers stand below each other, so that the source can be read, too. */
function tableText(rows: readonly Row[]): string {
  const [head = [], ...rest] = rows;
  const widths = head.map((_, i) => Math.max(4, ...rows.map((row) => row[i]?.length ?? 0)));
  const rule = widths.map((width, i) =>
    i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  const line = (row: Row): string => {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    return `| ${cells.join(' | ')} |`;
  };
  return [head, rule, ...rest].map(line).join('\n');
}
