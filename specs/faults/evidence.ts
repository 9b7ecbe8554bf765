import type { Chore } from './plan.ts';
import type { Overlap, WitnessedAgent, WitnessedChild } from './witness.ts';

/** What a round has left to be judged. Only what begins with `said` comes from the daemon. */
export interface Evidence {
  /** The names of the range. */
  readonly slots: readonly string[];
  /** What did not come to rest in time; null when everything did. */
  readonly unrest: string | null;
  /** Agents that live, as they have noted themselves down. */
  readonly living: readonly WitnessedAgent[];
  readonly overlaps: readonly Overlap[];
  readonly children: readonly WitnessedChild[];
  /** Files in which agents have told something, and which nobody has dealt with. */
  readonly unread: readonly string[];
  /** The sessions of the pool as tmux lists them. */
  readonly panes: readonly PaneSeen[];
  /** How many tmux servers serve the socket of the pool. */
  readonly servers: number;
  readonly tasks: readonly TaskEvidence[];
  readonly operator: { readonly isChanged: boolean; readonly disturbed: readonly string[] };
  readonly saidSessions: readonly SaidSession[];
  /** Ends of a daemon that nobody has asked for. */
  readonly unaskedEnds: readonly string[];
  /** How the last daemon ended, asked in order; null: it had to be killed. */
  readonly lastExit: number | null;
  /** Processes and files that are left when all is over, in words. */
  readonly left: readonly string[];
}

export interface PaneSeen {
  readonly session: string;
  readonly pid: number;
  readonly isDead: boolean;
}

/** A task that was accepted: `task add` ended with 0. */
export interface TaskEvidence {
  readonly id: string;
  readonly chore: Chore;
  /** Agents that came to an answer. */
  readonly answers: number;
  /** How many conversations were asked. */
  readonly conversations: number;
  readonly saidState: string;
  readonly saidAttempts: number;
}

export interface SaidSession {
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly pid: number | null;
}
