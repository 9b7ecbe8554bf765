/**
 * Where everything of a chart goes. elkjs does the work, in a worker thread of its own: a layout
 * takes tens to hundreds of milliseconds, and the daemon must not be deaf for so long.
 */
import { Worker } from 'node:worker_threads';
import type { ElkNode, ElkPoint } from 'elkjs/lib/elk-api.js';
import { packageFile } from '../package-file.ts';
import { arrowId, type Direction, dotId, elkGraph, startArrowId } from './elk-graph.ts';
import type { ChartArrow, ChartNode } from './graph.ts';

/** Absolute pixels from the top left corner of the chart. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends Box {
  readonly node: ChartNode;
}

export type Polyline = readonly ElkPoint[];

export interface PlacedArrow {
  readonly arrow: ChartArrow;
  readonly lines: readonly Polyline[];
}

/** The dot and arrow that show where a compound state begins. */
export interface PlacedStart extends Box {
  readonly lines: readonly Polyline[];
}

export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  /** Parents before their children, so that painting in order is right. */
  readonly nodes: readonly PlacedNode[];
  readonly arrows: readonly PlacedArrow[];
  readonly starts: readonly PlacedStart[];
}

export async function layOut(root: ChartNode): Promise<ChartLayout> {
  const placed = await runElk(
    flows(levelsOf(root)).map((directions) => elkGraph(root, directions)),
  );
  const { boxes, lines } = absolute(placed, { x: 0, y: 0 });
  const boxOf = (id: string) => boxes.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  const linesOf = (id: string) => lines.get(id) ?? [];
  const nodes = withDescendants(root);
  return {
    width: placed.width ?? 0,
    height: placed.height ?? 0,
    nodes: nodes.map((node) => ({ node, ...boxOf(node.id) })),
    arrows: nodes.flatMap(({ id, arrows }) =>
      arrows.map((arrow, index) => ({ arrow, lines: linesOf(arrowId(id, index)) })),
    ),
    starts: nodes
      .filter(({ initial }) => initial !== null)
      .map(({ id }) => ({ ...boxOf(dotId(id)), lines: linesOf(startArrowId(id)) })),
  };
}

/** More levels would double the work for each; deeper ones flow to the right. */
const MOST_LEVELS = 2;

/** All ways for the levels to flow are tried, and the one that best fills a screen is taken. */
function flows(levels: number): readonly (readonly Direction[])[] {
  if (levels === 0) return [[]];
  const inner = flows(levels - 1);
  return (['RIGHT', 'DOWN'] as const).flatMap((outer) => inner.map((rest) => [outer, ...rest]));
}

function levelsOf(node: ChartNode): number {
  if (node.children.length === 0) return 0;
  return Math.min(MOST_LEVELS, 1 + Math.max(...node.children.map(levelsOf)));
}

function runElk(graphs: readonly ElkNode[]): Promise<ElkNode> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(packageFile('web/chart/elk-thread.mjs'), { workerData: graphs });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the layout thread ended with ${code}`)));
  });
}

interface Placed {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: ReadonlyMap<string, readonly Polyline[]>;
}

/** ELK places children, and the bends of the edges among them, relative to their parent. */
function absolute(node: ElkNode, origin: ElkPoint): Placed {
  const { width = 0, height = 0 } = node;
  const box = { x: origin.x + (node.x ?? 0), y: origin.y + (node.y ?? 0), width, height };
  const inner = (node.children ?? []).map((child) => absolute(child, box));
  const own = (node.edges ?? []).map((edge) => {
    const polylines = (edge.sections ?? []).map(({ startPoint, bendPoints = [], endPoint }) =>
      [startPoint, ...bendPoints, endPoint].map(({ x, y }) => ({ x: box.x + x, y: box.y + y })),
    );
    return [edge.id, polylines] as const;
  });
  return {
    boxes: new Map([[node.id, box], ...inner.flatMap(({ boxes }) => [...boxes])]),
    lines: new Map([...own, ...inner.flatMap(({ lines }) => [...lines])]),
  };
}

function withDescendants(node: ChartNode): readonly ChartNode[] {
  return [node, ...node.children.flatMap(withDescendants)];
}
