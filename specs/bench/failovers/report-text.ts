import type { ComparedTable } from '../compared.ts';
import { comparedLines } from '../compared-text.ts';

const SHOWN = ['p50', 'p95', 'p99'] as const;

/** The tables about failovers, for a person, and what their words mean. */
export function failoverLines(tables: readonly ComparedTable[]): readonly string[] {
  return [...tables.flatMap((table) => ['', ...comparedLines(table, SHOWN)]), '', ...NOTES];
}

const NOTES = [
  'From the moment when the agent\'s own StopFailure hook runs, which an operator has added beside ours; "prompt taken" and',
  '"turn ended" are told by its hooks, too. "Gone", "issued": by the kernel, looked at each millisecond. ours = the daemon,',
  'read through its log. poller = once a second `tmux capture-pane`; on the words of a limit it kills the session, starts the',
  'client on the other account with --resume, waits for its prompt, pastes "continue", and presses Enter 500 ms later. What',
  'is less than nothing: the next one was started before the old one had gone.',
];
