import type { ChartNode } from './graph.ts';
import type { Box, ChartLayout, PlacedArrow, PlacedNode, PlacedStart, Polyline } from './layout.ts';
import { DOT_PX, HEADER_PX, LINE_PX, NOTE_PX, PAD_PX, TITLE_PX } from './metrics.ts';
import { type Row, rowsOf } from './rows.ts';

export interface RenderOptions {
  /** Ids of the active states, lit. */
  readonly active?: readonly string[];
  /** Style sheet to embed (`web/static/chart.css`); none when the page already has it. */
  readonly css?: string;
  /** Read out by screen readers; the machine's name by default. */
  readonly title?: string;
}

/**
 * The chart as an SVG element. `data-state` on states, `data-moves` on arrows, `data-event` and
 * `data-targets` on rows let the page light them without drawing again. Pure; all text is escaped.
 */
export function renderSvg(layout: ChartLayout, options: RenderOptions = {}): string {
  const { active = [], css, title = layout.nodes[0]?.node.key ?? 'state chart' } = options;
  const { width, height } = layout;
  const lit = new Set(active);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="${escaped(title)}"`,
    ` width="${px(width)}" height="${px(height)}" viewBox="0 0 ${px(width)} ${px(height)}">`,
    css === undefined ? '' : `<style>${css}</style>`,
    ARROW_HEAD,
    ...layout.nodes.map((placed) => drawNode(placed, lit.has(placed.node.id))),
    ...layout.starts.map(drawStart),
    ...layout.arrows.map(drawArrow),
    '</svg>\n',
  ].join('\n');
}

/** `context-stroke` is not everywhere yet, so arrow heads take their colour from a class. */
const ARROW_HEAD = [
  '<defs>',
  ...['head', 'head-taken', 'head-failure'].map(
    (id) =>
      `<marker id="${id}" class="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="10" markerHeight="10" orient="auto"><path d="M0,0.8 L7.4,4 L0,7.2 z"/></marker>`,
  ),
  '</defs>',
].join('');

function drawNode({ node, ...box }: PlacedNode, isActive: boolean): string {
  const classes = ['state', node.type, ...(isActive ? ['active'] : [])].join(' ');
  return [
    `<g class="${classes}" data-state="${escaped(node.id)}">`,
    rectangle(box, 9),
    node.type === 'final' ? rectangle(inset(box, 3), 6) : '',
    `<text class="title" x="${px(box.x + PAD_PX)}" y="${px(box.y + 18)}" font-size="${TITLE_PX}">${escaped(node.key)}</text>`,
    ...drawRows(node, box),
    '</g>',
  ].join('');
}

function drawRows(node: ChartNode, { x, y }: Box): readonly string[] {
  return rowsOf(node).map((row, line) => {
    const baseline = y + HEADER_PX + 9 + line * LINE_PX;
    return `<text class="row ${row.kind}" x="${px(x + PAD_PX)}" y="${px(baseline)}" font-size="${NOTE_PX}"${rowData(row)}>${rowParts(row)}</text>`;
  });
}

function rowData({ event, targets }: Row): string {
  if (event === null) return '';
  return ` data-event="${escaped(event)}" data-targets="${escaped(targets.join(' '))}"`;
}

function rowParts({ name, guard, goesTo }: Row): string {
  const part = (css: string, text: string) =>
    text === '' ? '' : ` <tspan class="${css}">${escaped(text)}</tspan>`;
  return `${escaped(name)}${part('guard', guard)}${part('to', goesTo)}`;
}

function drawStart({ x, y, lines }: PlacedStart): string {
  const half = DOT_PX / 2;
  return [
    '<g class="start">',
    `<circle cx="${px(x + half)}" cy="${px(y + half)}" r="${half - 0.5}"/>`,
    ...lines.map((line) => `<path d="${rounded(line)}"/>`),
    '</g>',
  ].join('');
}

function drawArrow({ arrow, lines }: PlacedArrow): string {
  const paths = lines.map((line) => `<path d="${rounded(line)}"/>`).join('');
  const css = arrow.isFailure ? 'arrow failure' : 'arrow';
  return `<g class="${css}" data-moves="${escaped(arrow.moves.join(' '))}">${paths}</g>`;
}

function rectangle({ x, y, width, height }: Box, radius: number): string {
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="${radius}"/>`;
}

function inset({ x, y, width, height }: Box, by: number): Box {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}

/** Orthogonal lines with softened corners: a bend becomes a short curve through its point. */
function rounded(line: Polyline): string {
  return line.map((point, i) => segment(line[i - 1], point, line[i + 1])).join(' ');
}

type Point = Polyline[number];

function segment(before: Point | undefined, at: Point, after: Point | undefined): string {
  if (!before) return `M${px(at.x)},${px(at.y)}`;
  if (!after) return `L${px(at.x)},${px(at.y)}`;
  const [from, to] = [towards(at, before), towards(at, after)];
  return `L${px(from.x)},${px(from.y)} Q${px(at.x)},${px(at.y)} ${px(to.x)},${px(to.y)}`;
}

const CORNER_PX = 7;

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const part = Math.min(CORNER_PX, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** A tenth of a pixel is plenty, and keeps generated files the same on every machine. */
function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
