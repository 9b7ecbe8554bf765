import type { ChartNode, ChartTransition } from './graph.ts';

/** One line of text in a state's box, in up to three parts. */
export interface Row {
  readonly kind: 'invoke' | ChartTransition['kind'];
  readonly name: string;
  readonly guard: string;
  readonly goesTo: string;
  /** null for an invoked actor, which is not a transition. */
  readonly event: string | null;
  readonly targets: readonly string[];
}

/** The lines under a state's name: who works while it lasts, then its transitions as declared. */
export function rowsOf({ invokes, transitions }: ChartNode): readonly Row[] {
  return [...invokes.map(invokeRow), ...transitions.map(transitionRow)];
}

/** As it is measured and read aloud. */
export function rowText({ name, guard, goesTo }: Row): string {
  return [name, guard, goesTo].filter((part) => part !== '').join(' ');
}

function invokeRow(actor: string): Row {
  return { kind: 'invoke', name: `runs ${actor}`, guard: '', goesTo: '', event: null, targets: [] };
}

function transitionRow({ kind, name, guard, event, targets }: ChartTransition): Row {
  return {
    kind,
    name,
    guard: guard === null ? '' : `[${guard}]`,
    goesTo: targets.length === 0 ? '' : `→ ${targets.map((target) => target.name).join(', ')}`,
    event,
    targets: targets.map(({ id }) => id),
  };
}
