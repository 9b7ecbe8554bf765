import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { setup } from 'xstate';
import { exportCharts } from '../../../web/chart/export.ts';
import { type ChartNode, chartOf } from '../../../web/chart/graph.ts';
import { type Box, type ChartLayout, layOut } from '../../../web/chart/layout.ts';
import { outlineOf } from '../../../web/chart/outline.ts';
import { renderSvg } from '../../../web/chart/render-svg.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { toyMachine } from '../../harness/toy-pool.ts';

// Each layout starts a thread that loads a large program.
jest.setTimeout(60_000);

const HOSTILE = '"><script>alert(1)</script>';
const hostile = setup({}).createMachine({
  id: 'hostile',
  initial: HOSTILE,
  states: { [HOSTILE]: { on: { [`${HOSTILE}&`]: 'b' } }, b: {} },
});

let layout: ChartLayout;
beforeAll(async () => {
  layout = await layOut(chartOf(toyMachine));
});

function boxOf(id: string): Box {
  const found = layout.nodes.find(({ node }) => node.id === id);
  if (!found) throw new Error(`no node ${id}`);
  return found;
}

function contains(outer: Box, inner: Box): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function families(node: ChartNode): readonly ChartNode[] {
  return [node, ...node.children.flatMap(families)];
}

test('every state lies within its parent, and siblings do not overlap', () => {
  for (const { id, children } of families(chartOf(toyMachine))) {
    for (const child of children) expect(contains(boxOf(id), boxOf(child.id))).toBe(true);
    const pairs = children.flatMap((a, i) => children.slice(i + 1).map((b) => [a, b] as const));
    for (const [a, b] of pairs) expect(overlap(boxOf(a.id), boxOf(b.id))).toBe(false);
  }
});

test('every arrow begins at the border of its source and ends at that of its target', () => {
  const touches = ({ x, y, width, height }: Box, point?: { x: number; y: number }) =>
    point !== undefined &&
    point.x >= x - 1 &&
    point.x <= x + width + 1 &&
    point.y >= y - 1 &&
    point.y <= y + height + 1;
  expect(layout.arrows.length).toBeGreaterThan(5);
  for (const { arrow, lines } of layout.arrows) {
    expect(touches(boxOf(arrow.source), lines[0]?.[0])).toBe(true);
    expect(touches(boxOf(arrow.target), lines.at(-1)?.at(-1))).toBe(true);
  }
});

test('an outline has the same states and arrows, and is smaller', async () => {
  const outline = await layOut(outlineOf(chartOf(toyMachine)));
  const statesOf = ({ nodes }: ChartLayout) => nodes.map(({ node }) => node.id);
  const movesOf = ({ arrows }: ChartLayout) => arrows.map(({ arrow }) => arrow.moves);
  expect(statesOf(outline)).toEqual(statesOf(layout));
  expect(movesOf(outline)).toEqual(movesOf(layout));
  expect(outline.width * outline.height).toBeLessThan(layout.width * layout.height * 0.6);
});

test('each compound state has the dot where it begins', () => {
  expect(layout.starts).toHaveLength(2);
  for (const { lines } of layout.starts) expect(lines.length).toBeGreaterThan(0);
});

test('the same machine is drawn the same, byte for byte', async () => {
  expect(renderSvg(await layOut(chartOf(toyMachine)))).toBe(renderSvg(layout));
});

test('exactly the active states are lit', () => {
  const svg = renderSvg(layout, { active: ['toy', 'toy.working'] });
  const lit = [...svg.matchAll(/<g class="state[^"]* active" data-state="([^"]+)"/g)];
  expect(lit.map(([, id]) => id)).toEqual(['toy', 'toy.working']);
});

test('rows and arrows can be found by the transition they stand for', () => {
  const svg = renderSvg(layout);
  expect(svg).toContain('data-event="turn.began" data-targets="toy.working"');
  expect(svg).toMatch(/data-moves="[^"]*toy\.idle\.ready&#62;toy\.working/);
});

test('names in a machine cannot break out of their place', async () => {
  const svg = renderSvg(await layOut(chartOf(hostile)), { title: HOSTILE });
  expect(svg).not.toContain('<script');
  expect(svg).toContain('&#60;script&#62;');
});

test('a file of its own carries its style sheet, for light and dark', async () => {
  const directory = tempDir();
  await exportCharts({
    machines: [{ name: 'toy', machine: toyMachine }],
    directory,
    mode: 'write',
  });
  const svg = readFileSync(join(directory, 'toy.svg'), 'utf8');
  expect(svg).toContain('<style>');
  expect(svg).toContain('prefers-color-scheme: dark');
});

test('charts that are up to date are neither written again nor complained of', async () => {
  const request = { machines: [{ name: 'toy', machine: toyMachine }], directory: tempDir() };
  const file = join(request.directory, 'toy.svg');
  expect(await exportCharts({ ...request, mode: 'check' })).toEqual([file]);
  expect(await exportCharts({ ...request, mode: 'write' })).toEqual([file]);
  expect(await exportCharts({ ...request, mode: 'check' })).toEqual([]);
  writeFileSync(file, '<svg/>');
  expect(await exportCharts({ ...request, mode: 'check' })).toEqual([file]);
  expect(readFileSync(file, 'utf8')).toBe('<svg/>');
});
