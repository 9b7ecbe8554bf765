import { drive, startDrivenSession } from './session-driver.ts';
import { isPossible, MODEL_EVENTS, type ModelEvent } from './session-model-events.ts';
import type { ModelState, NewsWord, Where } from './session-model-state.ts';
import { type Edge, everyEdge } from './session-paths.ts';
import { transitionRecorder } from './session-transitions.ts';

/** A column: one innermost state, whether a hold waits there to take effect, and what it has of a task. */
export interface Column extends Pick<ModelState, 'where' | 'held' | 'halted' | 'task'> {
  /** The task is to be let go of, as soon as its agent is gone. */
  readonly parts: boolean;
}

/** What the real machine does: where it goes, or that it `stays` or has `ignored` it; and what it tells of a task. */
export interface Cell {
  readonly goes: Where | 'stays' | 'ignored';
  readonly tells: readonly NewsWord[];
}

export interface Row {
  readonly event: ModelEvent;
  /** null: it cannot happen there. */
  readonly cells: readonly (Cell | null)[];
}

/** Lets every event happen to the real machine in every column's state. */
export async function sessionTable(columns: readonly Column[]): Promise<readonly Row[]> {
  const edges = everyEdge();
  const rows: Row[] = [];
  for (const event of MODEL_EVENTS) {
    const cells: (Cell | null)[] = [];
    for (const column of columns) cells.push(await cellOf(edges, column, event));
    rows.push({ event, cells });
  }
  return rows;
}

async function cellOf(
  edges: readonly Edge[],
  column: Column,
  event: ModelEvent,
): Promise<Cell | null> {
  const edge = edges.find(({ from }) => isIn(column, from) && isPossible(from, event));
  if (edge === undefined) return null;
  const recorder = transitionRecorder();
  const t = startDrivenSession({ inspect: recorder.inspect });
  for (const before of edge.path) await drive(t, before);
  recorder.effective();
  const tells = await drive(t, event);
  t.root.stop();
  const where = t.where() as Where;
  if (where !== column.where) return { goes: where, tells };
  return { goes: recorder.effective().length > 0 ? 'stays' : 'ignored', tells };
}

/** A session is usually held with its agent; where it matters, the event asks for another state. */
function isIn({ where, held, halted, task, parts }: Column, state: ModelState): boolean {
  if (state.where !== where || state.held !== held || state.task !== task) return false;
  if (state.halted !== halted) return false;
  return (state.parting !== null) === parts;
}
