import type { AnyStateMachine } from 'xstate';
import { chartOf } from './graph.ts';
import { type ChartLayout, layOut } from './layout.ts';
import { type RenderOptions, renderSvg } from './render-svg.ts';

export interface ChartGallery {
  svg(machine: AnyStateMachine, options?: RenderOptions): Promise<string>;
}

/** Charts never change while the daemon runs, so each machine is laid out once, when first asked for. */
export function createChartGallery(): ChartGallery {
  const layouts = new WeakMap<object, Promise<ChartLayout>>();
  const layoutOf = (machine: AnyStateMachine): Promise<ChartLayout> => {
    const known = layouts.get(machine.config);
    if (known !== undefined) return known;
    const layout = layOut(chartOf(machine));
    layouts.set(machine.config, layout);
    layout.catch(() => layouts.delete(machine.config));
    return layout;
  };
  return { svg: async (machine, options) => renderSvg(await layoutOf(machine), options) };
}
