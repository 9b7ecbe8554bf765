import { type Budget, loggable } from './loggable.ts';

/** Longer lines are split by what reads them (a pipe's chunk under pm2); 16 kB with the newline. */
export const LINE_BYTES = 16_384;

/** Tried in turn until the line fits. The last one always does: a few short facts, nothing nested. */
const BUDGETS: readonly Budget[] = [
  { chars: 4_096, items: 100, depth: 6 },
  { chars: 1_024, items: 50, depth: 5 },
  { chars: 256, items: 20, depth: 4 },
  { chars: 64, items: 12, depth: 1 },
];

/**
 * What JSON leaves as it is but a terminal or an editor obeys: C1 controls, marks of direction,
 * invisible characters, line separators.
 */
const OBEYED = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export interface Head {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly msg: string;
}

/**
 * One line of the log, with its newline: valid JSON of at most `LINE_BYTES` bytes in one object,
 * first the head, then the facts. Secrets are hidden; what was cut says so in its place.
 * Never throws.
 */
export function lineOf(head: Head, facts: Readonly<Record<string, unknown>>): string {
  let line = '';
  for (const budget of BUDGETS) {
    const allowance = { chars: LINE_BYTES };
    line = rendered(head, facts, (value) => loggable(value, budget, allowance));
    if (allowance.chars > 0 && Buffer.byteLength(line) <= LINE_BYTES) break;
  }
  return line;
}

function rendered(head: Head, facts: object, plain: (value: unknown) => unknown): string {
  const said = { ...head, msg: plain(head.msg) };
  // Twice: once for its place in front, once so that no fact can pass for it.
  const record = { ...said, ...Object(plain(facts)), ...said };
  return `${JSON.stringify(record).replaceAll(OBEYED, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
