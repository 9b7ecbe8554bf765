import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const UPDATE = 'CLAUDE_FAILOVER_SPEC_UPDATE';

/** Why something is rightly ignored: somebody has decided each such cell, and says what for. */
export interface Decided {
  readonly why: string;
}

export type Reasons<R> = { readonly [letter: string]: R };

/** A table of states and events that is kept in a Markdown file beside its spec. */
export interface PaperTable<R, P> {
  /** The file and its spec, without `.md` and `.test.ts`. */
  readonly name: string;
  /** Whose states: `a session`. */
  readonly of: string;
  /** How it is read, up to the reasons. */
  readonly says: string;
  readonly reasons: Reasons<R>;
  /** Whether a reason is meant for this place. */
  readonly fits: (reason: R, place: P) => boolean;
}

/** What the real machine made of the table. */
export interface Made<P> {
  readonly ignored: readonly P[];
  /** What follows the reasons. */
  readonly body: () => string;
}

/** The cells of a table, with the letters of its reasons, and the tests that hold it to its file. */
export function paperTable<R extends Decided, P>(table: PaperTable<R, P>) {
  /** Of the first reason that fits; null = none does, so the cell is not decided. */
  const letterOf = (place: P): string | null =>
    Object.entries(table.reasons).find(([, reason]) => table.fits(reason, place))?.[0] ?? null;
  return {
    /** Where it goes, or that it `stays`, with what is told in brackets; or why it is `ignored` in this place. */
    cell: (goes: string, notes: readonly string[], place: P): string => {
      if (goes === 'ignored') return `_${letterOf(place)}_`;
      const told = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
      return goes === 'stays' ? `stays${told}` : `**${goes}**${told}`;
    },
    /** Declares the tests. */
    isKept: ({ ignored, body }: Made<P>): void => {
      test('every cell of the table is decided, and the table is the one on paper', () => {
        expect(ignored.filter((place) => letterOf(place) === null)).toEqual([]);
        expectOnPaper(table, body());
      });

      test('no reason is given for a cell that is not ignored', () => {
        const used = new Set(ignored.map(letterOf));
        expect([...used].sort()).toEqual(Object.keys(table.reasons));
      });
    },
  };
}

type OnPaper = Omit<PaperTable<Decided, never>, 'fits'>;

/** Told to update, it is written there. */
function expectOnPaper(table: OnPaper, body: string): void {
  const file = new URL(`../model/${table.name}.md`, import.meta.url);
  const document = `${headOf(table)}\n\n${body}`;
  if (process.env[UPDATE]) writeFileSync(file, document);
  expect(document).toBe(readFileSync(file, 'utf8'));
}

function headOf({ name, of, says, reasons }: OnPaper): string {
  const letters = Object.entries(reasons).map(([letter, { why }]) => `- _${letter}_ – ${why}`);
  return `# Every state of ${of} with every event

Made by \`specs/model/${name}.test.ts\` from the real machine, which fails when the two differ.
After a change that is meant: \`${UPDATE}=1 npm run spec -- specs/model/${name}\`, and read the diff.

${says}

${letters.join('\n')}`;
}

/** A table for a Markdown file, its columns as wide as what is in them; the first row is the head. */
export function markdownTable([head = [], ...body]: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) =>
    Math.max(...[head, ...body].map((line) => line[i]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...body]
    .map((line) => `| ${line.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`)
    .join('\n');
}
