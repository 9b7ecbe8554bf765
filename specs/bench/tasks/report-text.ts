import { comparison, headOf, ownersLine, tableLine } from '../table.ts';
import type { ComparedTable } from './compared.ts';

const FIRST = 46;

/** The tables about tasks, for a person, and what their words mean. */
export function taskLines(tables: readonly ComparedTable[]): readonly string[] {
  return [...tables.flatMap((table) => ['', ...linesOf(table)]), '', ...NOTES];
}

function linesOf({ title, usual, rows, missed }: ComparedTable): readonly string[] {
  return [
    ownersLine(usual, FIRST),
    ...[
      headOf(`${title}, ms`),
      ...rows.map((row) => [row.what, ...comparison(row.ours, row.usual)]),
    ].map((cells) => tableLine(cells, FIRST)),
    ...(missed.ours + missed.usual > 0
      ? [`missed: ours ${missed.ours}, ${usual} ${missed.usual}.`]
      : []),
  ];
}

const NOTES = [
  'ours = the daemon, read through its log. poller = once a second it looks at the inbox, and with `tmux capture-pane` at',
  'each session that works; it starts a used agent anew, waits for its prompt, pastes, and presses Enter 500 ms later.',
  '"Turn ended", "prompt taken": the agent\'s own Stop and UserPromptSubmit hooks run, which an operator has added beside',
  'ours. "Launched": the process exists; looked at each millisecond. "Leased", "given": to the session, and stored (poller:',
  'a marker file). "Confirmed": that it was taken is stored; the poller never knows. Ratio = the usual way / ours.',
];
