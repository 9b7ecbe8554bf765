import { drive, startDrivenSession } from './session-driver.ts';
import {
  isPossible,
  MODEL_EVENTS,
  type ModelEvent,
  type ModelState,
  type Where,
} from './session-model.ts';
import { type Edge, everyEdge } from './session-paths.ts';
import { transitionRecorder } from './session-transitions.ts';

/** A column: one innermost state, and whether a hold waits there to take effect. */
export interface Column {
  readonly where: Where;
  readonly held: boolean;
}

/** What the real machine does: where it goes, that it `stays`, `ignored`, or null: cannot happen. */
export type Cell = Where | 'stays' | 'ignored' | null;

export interface Row {
  readonly event: ModelEvent;
  readonly cells: readonly Cell[];
}

/** Lets every event happen to the real machine in every column's state. */
export async function sessionTable(columns: readonly Column[]): Promise<readonly Row[]> {
  const edges = everyEdge();
  const rows: Row[] = [];
  for (const event of MODEL_EVENTS) {
    const cells: Cell[] = [];
    for (const column of columns) cells.push(await cellOf(edges, column, event));
    rows.push({ event, cells });
  }
  return rows;
}

async function cellOf(edges: readonly Edge[], column: Column, event: ModelEvent): Promise<Cell> {
  const edge = edges.find(({ from }) => isIn(column, from) && isPossible(from, event));
  if (edge === undefined) return null;
  const recorder = transitionRecorder();
  const t = startDrivenSession({ inspect: recorder.inspect });
  for (const before of edge.path) await drive(t, before);
  recorder.effective();
  await drive(t, event);
  t.root.stop();
  const where = t.where() as Where;
  if (where !== column.where) return where;
  return recorder.effective().length > 0 ? 'stays' : 'ignored';
}

/** A session is usually held with its agent; where it matters, the event asks for another state. */
function isIn({ where, held }: Column, state: ModelState): boolean {
  return state.where === where && state.held === held;
}
