import { forEachChild, type SyntaxNode } from 'unbash';
import type { Invocation } from './invocation.ts';
import type { ShellState } from './shell-state.ts';

/** What a command was found to do, as far as its text tells. */
export interface Scan {
  /** Every program that it may run, those inside others first. */
  readonly invocations: Invocation[];
  isForkBomb: boolean;
}

/** Where in a command the reader is. */
export interface ScanPlace {
  readonly state: ShellState;
  /** What comes in on stdin here, and its text where the command itself holds it. */
  readonly fedBy: readonly Invocation[];
  readonly input: string | null;
  /** How many texts of commands this one is inside of (`sh -c '…'`, `eval '…'`). */
  readonly depth: number;
  readonly scan: Scan;
  /** Reads a part of the command. */
  readonly visit: (node: SyntaxNode, place: ScanPlace) => void;
  /** Reads a text that is run as a command of its own. */
  readonly read: (text: string, place: ScanPlace) => void;
}

/** Notes what the parts of a node run, in subshells of their own as `$(…)` is; tells what that was. */
export function visitChildren(node: SyntaxNode, place: ScanPlace): readonly Invocation[] {
  const { invocations } = place.scan;
  const start = invocations.length;
  forEachChild(node, (child) => place.visit(child, place));
  return invocations.slice(start);
}
