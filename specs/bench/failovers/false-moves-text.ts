import { tableLine } from '../table.ts';
import type { Counted, FalseMoves } from './false-moves.ts';

const FIRST = 46;
const WIDTH = 12;

/** The table of moves that should not have been, for a person. */
export function falseMoveLines(rows: readonly FalseMoves[]): readonly string[] {
  const all = { what: 'all', ours: sum(rows.map(of('ours'))), usual: sum(rows.map(of('usual'))) };
  return [
    '',
    tableLine(['Account left without a limit', 'ours', 'poller'], FIRST, WIDTH),
    ...[...rows, all].map(({ what, ours, usual }) =>
      tableLine([what, words(ours), words(usual)], FIRST, WIDTH),
    ),
  ];
}

function of(way: 'ours' | 'usual'): (row: FalseMoves) => Counted {
  return (row) => row[way];
}

function sum(all: readonly Counted[]): Counted {
  return {
    turns: all.reduce((total, { turns }) => total + turns, 0),
    moved: all.reduce((total, { moved }) => total + moved, 0),
  };
}

function words({ turns, moved }: Counted): string {
  return `${moved} of ${turns}`;
}
