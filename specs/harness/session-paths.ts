import {
  FIRST_STATE,
  isPossible,
  MODEL_EVENTS,
  type ModelEvent,
  type ModelState,
  nextState,
} from './session-model.ts';

/** One step of the model, and the shortest way to where it begins. */
export interface Edge {
  readonly path: readonly ModelEvent[];
  readonly from: ModelState;
  readonly event: ModelEvent;
  readonly to: ModelState;
}

/** Every step that the model can take, breadth first: each state with each event possible in it. */
export function everyEdge(): readonly Edge[] {
  const edges: Edge[] = [];
  const seen = new Set([JSON.stringify(FIRST_STATE)]);
  const queue: { readonly state: ModelState; readonly path: readonly ModelEvent[] }[] = [
    { state: FIRST_STATE, path: [] },
  ];
  for (const { state: from, path } of queue) {
    for (const event of MODEL_EVENTS.filter((one) => isPossible(from, one))) {
      const to = nextState(from, event);
      edges.push({ path, from, event, to });
      const key = JSON.stringify(to);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ state: to, path: [...path, event] });
    }
  }
  return edges;
}
