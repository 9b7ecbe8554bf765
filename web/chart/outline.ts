import type { ChartNode } from './graph.ts';

/**
 * The same states and arrows without the lines that say which event does what. A third of the size,
 * so a machine of twenty states can be seen whole, and read, in one pane of the page. Pure.
 */
export function outlineOf(node: ChartNode): ChartNode {
  return { ...node, invokes: [], transitions: [], children: node.children.map(outlineOf) };
}
