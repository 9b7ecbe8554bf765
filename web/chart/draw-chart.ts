import type { AnyStateMachine } from 'xstate';
import { type ChartNode, chartOf } from './graph.ts';
import { type ChartLayout, layOut } from './layout.ts';
import { outlineOf } from './outline.ts';
import { type RenderOptions, renderSvg } from './render-svg.ts';

export interface DrawOptions extends RenderOptions {
  /** Only the states and the arrows between them, without their transitions. */
  readonly isOutline?: boolean;
}

type Layouts = WeakMap<object, Promise<ChartLayout>>;

/** By config, which `provide` keeps: a machine never changes, so it is laid out once in a process. */
const layouts = { full: new WeakMap() as Layouts, outline: new WeakMap() as Layouts };

/** The state chart of a machine as an SVG element, with the given states lit. */
export async function drawChart(
  machine: AnyStateMachine,
  { isOutline = false, ...options }: DrawOptions = {},
): Promise<string> {
  const layout = isOutline
    ? layoutOf(machine, { of: outlineOf, known: layouts.outline })
    : layoutOf(machine, { of: (whole) => whole, known: layouts.full });
  return renderSvg(await layout, options);
}

interface Wanted {
  readonly of: (whole: ChartNode) => ChartNode;
  readonly known: Layouts;
}

function layoutOf(machine: AnyStateMachine, { of, known }: Wanted): Promise<ChartLayout> {
  const found = known.get(machine.config);
  if (found !== undefined) return found;
  const layout = layOut(of(chartOf(machine)));
  known.set(machine.config, layout);
  layout.catch(() => known.delete(machine.config));
  return layout;
}
