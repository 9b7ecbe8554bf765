import { logScale } from './log-scale.ts';
import type { Measured, Report, Result } from './report.ts';
import type { Summary } from './summary.ts';
import { ms } from './table.ts';

const WAYS = [
  { key: 'ours', name: 'claude-failover' },
  { key: 'usual', name: 'fork-polling' },
  { key: 'pm2', name: 'pm2' },
] as const satisfies readonly { readonly key: keyof Result; readonly name: string }[];

const SHOWN = [
  ['noticed', 'killedToNoticed'],
  ['replaced', 'killedToReplaced'],
] as const satisfies readonly (readonly [string, keyof Measured])[];

const [WIDTH, LEFT, RIGHT, TOP] = [900, 250, 110, 78];
const [ROW, GROUP_GAP, SIZE_GAP] = [19, 10, 34];
const [FROM_MS, TO_MS] = [1, 10_000];
const TICKS = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000];
const x = logScale([FROM_MS, TO_MS], [LEFT, WIDTH - RIGHT]);

/** How soon a killed agent was noticed and replaced, each way and pool size: an SVG file, readable on light and dark. */
export function killPlot({ kills, machine, options }: Report): string {
  const body: string[] = [];
  let y = TOP;
  for (const result of kills) {
    body.push(text(16, y, `${result.sessions} sessions`, 'size'));
    y += ROW;
    for (const [what, key] of SHOWN) {
      body.push(text(16, y + ROW, `killed → ${what}`, 'soft'));
      for (const way of WAYS) {
        body.push(range(y, way, result[way.key][key]));
        y += ROW;
      }
      y += GROUP_GAP;
    }
    y += SIZE_GAP - ROW;
  }
  const about = `${options.trials} kills of each · ${machine.cores} cores, ${machine.cpu} · Node ${machine.node}, ${machine.tmux}`;
  const height = y + 26;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" aria-label="From the kill of an agent, in milliseconds" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    text(
      16,
      26,
      'From the kill of an agent, in milliseconds: median (dot) to 99th percentile (bar)',
      'title',
    ),
    ...TICKS.map((tick) => gridLine(tick, y - SIZE_GAP / 2)),
    ...body,
    text(16, height - 12, `${about} · logarithmic`, 'soft'),
    '</svg>',
    '',
  ].join('\n');
}

function range(y: number, { key, name }: (typeof WAYS)[number], { n, p50, p99 }: Summary): string {
  const label = `<text class="way ${key}" x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${name}</text>`;
  if (n === 0) return `${label}${text(LEFT + 4, y + 4, 'none', 'soft')}`;
  const [from, to] = [x(p50), x(p99)];
  return [
    label,
    `<line class="${key}" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/>`,
    `<line class="${key} end" x1="${to}" x2="${to}" y1="${y - 4}" y2="${y + 4}"/>`,
    `<circle class="${key}" cx="${from}" cy="${y}" r="4.5"/>`,
    text(to + 8, y + 4, `${ms(p50)} – ${ms(p99)}`, 'soft'),
  ].join('');
}

function gridLine(tick: number, bottom: number): string {
  const at = x(tick);
  const line = `<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 26}" y2="${bottom}"/>`;
  return `${line}<text class="soft" x="${at}" y="${TOP - 32}" text-anchor="middle">${tick}</text>`;
}

function text(x: number, y: number, content: string, kind: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text class="${kind}" x="${x}" y="${y}">${escaped}</text>`;
}

const STYLE = `
.plot { --ink: #1d2733; --soft: #5b6875; --grid: #dde3e9; --ground: #fdfdfe; --ours: #0a7d57; --usual: #c2410c; --pm2: #3b5bdb;
  font: 13px ui-sans-serif, system-ui, "Segoe UI", "DejaVu Sans", "Liberation Sans", sans-serif; }
@media (prefers-color-scheme: dark) {
  .plot { --ink: #e4e9ef; --soft: #98a5b3; --grid: #2b3540; --ground: #11161c; --ours: #3ddc9c; --usual: #ffab5e; --pm2: #91a7ff; }
}
.ground { fill: var(--ground); }
.title, .size { fill: var(--ink); font-weight: 600; }
.soft { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--grid); }
line { stroke-width: 3; } line.grid { stroke-width: 1; } line.end { stroke-width: 2; }
${WAYS.map(({ key }) => `text.${key} { fill: var(--${key}); } line.${key} { stroke: var(--${key}); } circle.${key} { fill: var(--${key}); }`).join('\n')}
`;
