import { type Summary, summarise } from './summary.ts';

/** Things that were measured both ways, in milliseconds. */
export interface ComparedTable {
  readonly title: string;
  /** The usual way, in a word. */
  readonly usual: string;
  readonly rows: readonly ComparedRow[];
  /** How often nothing came of it, each way. */
  readonly missed: { readonly ours: number; readonly usual: number };
}

export interface ComparedRow {
  readonly what: string;
  readonly ours: Summary;
  /** null = the usual way has nothing like it. */
  readonly usual: Summary | null;
}

/** A row of what really came; null = it did not. */
export function compared(
  what: string,
  ours: readonly (number | null)[],
  usual: readonly (number | null)[] | null,
): ComparedRow {
  return { what, ours: summaryOf(ours), usual: usual && summaryOf(usual) };
}

function summaryOf(values: readonly (number | null)[]): Summary {
  return summarise(values.filter((value) => value !== null));
}

export const NONE_MISSED: ComparedTable['missed'] = { ours: 0, usual: 0 };
