import type { AnyStateMachine } from 'xstate';
import { chartOf } from './graph.ts';
import { type ChartLayout, layOut } from './layout.ts';
import { type RenderOptions, renderSvg } from './render-svg.ts';

/** By config, which `provide` keeps: a machine never changes, so it is laid out once in a process. */
const layouts = new WeakMap<object, Promise<ChartLayout>>();

/** The state chart of a machine as an SVG element, with the given states lit. */
export async function drawChart(
  machine: AnyStateMachine,
  options: RenderOptions = {},
): Promise<string> {
  return renderSvg(await layoutOf(machine), options);
}

async function layoutOf(machine: AnyStateMachine): Promise<ChartLayout> {
  const known = layouts.get(machine.config);
  if (known !== undefined) return known;
  const layout = layOut(chartOf(machine));
  layouts.set(machine.config, layout);
  layout.catch(() => layouts.delete(machine.config));
  return layout;
}
