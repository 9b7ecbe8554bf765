/** A chart in the terms of ELK: boxes with sizes, arrows between siblings, and spacing. Pure. */
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { ChartNode } from './graph.ts';
import { DOT_PX, HEADER_PX, LINE_PX, NOTE_PX, PAD_PX, TITLE_PX, textWidth } from './metrics.ts';
import { rowsOf, rowText } from './rows.ts';

const SPACING: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  // Forward is as the code orders the states of a machine: those that follow each other stay near.
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '10',
};

export type Direction = 'RIGHT' | 'DOWN';

/**
 * The ids: a state's own, `dotId` of its start, `arrowId` of its nth arrow. `directions` says how
 * the children of each level flow, outermost first; deeper levels flow to the right.
 */
export function elkGraph(root: ChartNode, directions: readonly Direction[]): ElkNode {
  return {
    id: 'canvas',
    layoutOptions: { 'elk.algorithm': 'layered', 'elk.padding': padding(6, 6) },
    children: [elkNode(root, directions)],
  };
}

export function dotId(parent: string): string {
  return `start:${parent}`;
}

export function startArrowId(parent: string): string {
  return `start-arrow:${parent}`;
}

export function arrowId(parent: string, index: number): string {
  return `arrow:${index}:${parent}`;
}

function elkNode(node: ChartNode, [direction = 'RIGHT', ...inner]: readonly Direction[]): ElkNode {
  const size = boxSize(node);
  if (node.children.length === 0) return { id: node.id, ...size };
  return {
    id: node.id,
    children: [...dots(node), ...node.children.map((child) => elkNode(child, inner))],
    edges: [...startArrows(node), ...arrows(node)],
    layoutOptions: {
      ...SPACING,
      'elk.direction': direction,
      'elk.padding': padding(size.height + PAD_PX, 16),
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${size.width},${size.height})`,
    },
  };
}

/** Room for the state's name and its rows. */
function boxSize(node: ChartNode): { readonly width: number; readonly height: number } {
  const rows = rowsOf(node);
  const widths = rows.map((row) => textWidth(rowText(row), NOTE_PX));
  return {
    width: Math.max(textWidth(node.key, TITLE_PX), ...widths) + 2 * PAD_PX,
    height: HEADER_PX + rows.length * LINE_PX + (rows.length > 0 ? PAD_PX : 4),
  };
}

function dots({ id, initial }: ChartNode): readonly ElkNode[] {
  return initial === null ? [] : [{ id: dotId(id), width: DOT_PX, height: DOT_PX }];
}

function startArrows({ id, initial }: ChartNode): readonly ElkExtendedEdge[] {
  if (initial === null) return [];
  return [{ id: startArrowId(id), sources: [dotId(id)], targets: [initial] }];
}

function arrows(node: ChartNode): readonly ElkExtendedEdge[] {
  return node.arrows.map(({ source, target }, index) => ({
    id: arrowId(node.id, index),
    sources: [source],
    targets: [target],
  }));
}

function padding(top: number, around: number): string {
  return `[top=${top},left=${around},bottom=${around},right=${around}]`;
}
