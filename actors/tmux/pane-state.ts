import { constants } from 'node:os';
import type { DeathCause, ProcessIdentity } from '../../machines/ports.ts';
import type { PaneRow } from './listing.ts';

/** What tmux and the kernel together say of a pane. */
export type PaneState =
  | { readonly kind: 'alive'; readonly agent: ProcessIdentity }
  | { readonly kind: 'dead'; readonly cause: DeathCause }
  /** The agent has ended, and tmux does not know it, or not how: it will, when it hears SIGCHLD. */
  | { readonly kind: 'unsettled' };

/**
 * Judges one pane. `agent` is the pane's own process as the kernel shows it, null when it has ended.
 *
 * An exit status was read from the kernel and is final. Without one tmux may be early or late: it
 * calls a pane dead whose program merely closed its terminal, and (before 3.6) can miss a SIGCHLD.
 * Then the kernel decides.
 */
export function paneState(row: PaneRow, agent: ProcessIdentity | null): PaneState {
  const cause = row.isDead ? causeOf(row) : null;
  if (cause) return { kind: 'dead', cause };
  return agent ? { kind: 'alive', agent } : { kind: 'unsettled' };
}

function causeOf({ exitStatus, signal }: PaneRow): DeathCause | null {
  if (signal !== '') return { kind: 'signal', signal: signalNumber(signal) };
  return exitStatus === '' ? null : { kind: 'exit', code: Number(exitStatus) };
}

/** tmux 3.3 prints `9`, later releases `KILL`. */
function signalNumber(signal: string): number {
  const name = `SIG${signal.replace(/^SIG/, '').toUpperCase()}`;
  return constants.signals[name as NodeJS.Signals] ?? Number(signal);
}
