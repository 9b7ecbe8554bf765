import type { ComparedTable } from '../compared.ts';
import { comparedLines } from '../compared-text.ts';

/** The tables about tasks, for a person, and what their words mean. */
export function taskLines(tables: readonly ComparedTable[]): readonly string[] {
  return [...tables.flatMap((table) => ['', ...comparedLines(table)]), '', ...NOTES];
}

const NOTES = [
  'ours = the daemon, read through its log. poller = once a second it looks at the inbox, and with `tmux capture-pane` at',
  'each session that works; it starts a used agent anew, waits for its prompt, pastes, and presses Enter 500 ms later.',
  '"Turn ended", "prompt taken": the agent\'s own Stop and UserPromptSubmit hooks run, which an operator has added beside',
  'ours. "Launched": the process exists; looked at each millisecond. "Leased", "given": to the session, and stored (poller:',
  'a marker file). "Confirmed": that it was taken is stored; the poller never knows. Ratio = the usual way / ours.',
];
