/**
 * The ports: every effect the machines ask for, as small interfaces on one page. `actors/`
 * implements them, `supervisor/compose.ts` joins them, `specs/contracts/` holds each real and fake
 * implementation to the same suite. Those of tasks and signals stand beside what they speak of, in
 * tasks.ts and signals.ts.
 */
import type { Account } from '../config/types.ts';
import type { AccountFacts, Evidence, Trouble } from './accounts.ts';
import type { FailoverFacts, PastFailover } from './failovers.ts';
import type { TurnFailure, TurnSeen } from './signals.ts';

/** A pid alone is reused by the kernel; with its start time (field 22 of /proc/PID/stat) it is not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** Why an agent ended unasked. `unknown`: tmux 3.3a sometimes reports neither status nor signal. */
export type DeathCause =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: number }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'server_lost' }
  | { readonly kind: 'not_ready' }
  /** A turn of its task has shown no sign of progress for `stalled_after`. */
  | { readonly kind: 'stalled' }
  | { readonly kind: 'unknown' };

// ── tmux ────────────────────────────────────────────────────────────────────────────────────────

/** A pane of ours: where an agent runs. Ids are exact and never reused in a server's life. */
export interface Pane {
  readonly paneId: string;
  readonly agent: ProcessIdentity;
}

/** The pane of one of our sessions as the last listing saw it. */
export type PaneObservation =
  | { readonly state: 'alive'; readonly paneId: string; readonly agent: ProcessIdentity }
  | {
      readonly state: 'dead';
      readonly paneId: string;
      readonly pid: number;
      readonly cause: DeathCause;
      /** What was on the screen when the agent ended: for people, never for decisions. */
      readonly lastScreen: string;
    };

/** One tmux session that bears a name of the pool, or our mark under another name. */
export interface SessionObservation {
  readonly name: string;
  /** The session option `@claude_failover_id`; null = not ours. */
  readonly mark: string | null;
  /** Our pane in it, in one that is not ours the living one that an operator has taken there; null when there is none. */
  readonly pane: PaneObservation | null;
}

/** Unknown is not gone: a listing that failed or timed out proves nothing. */
export type Observation =
  | {
      readonly kind: 'seen';
      readonly server: ProcessIdentity;
      readonly sessions: readonly SessionObservation[];
    }
  | { readonly kind: 'server_lost' }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface PaneLaunch {
  readonly session: string;
  /** Written to `@claude_failover_id` in the same command line that creates the session. */
  readonly mark: string;
  readonly cwd: string;
  /** argv, at least two words (tmux gives a single word to a shell). */
  readonly command: readonly string[];
}

/** Whether people are at a session, and what its pane shows. */
export interface Presence {
  /** Epoch milliseconds of the last key of a client that may type, seconds exact; null = none is attached. */
  readonly lastActiveAt: number | null;
  /** The pane is in copy mode (or another mode), where keys do not reach the agent. */
  readonly inMode: boolean;
  /**
   * A line that was not sent off seems to stand in its input box. By the screen, so it may only keep us
   * from typing.
   */
  readonly hasDraft: boolean;
}

/** tmux over one control-mode pipe. Targets are exact; nothing outside the named sessions is touched. */
export interface TmuxPort {
  /** One batched listing of the sessions with these names or with our mark. Never rejects. */
  observe(names: readonly string[]): Promise<Observation>;
  /** Creates a session; rejects with code `TMUX_NAME_TAKEN` when the name exists. */
  create(launch: PaneLaunch): Promise<Pane>;
  /** Starts a new agent in the dead pane, so that attached people and splits stay. */
  respawn(paneId: string, launch: PaneLaunch): Promise<Pane>;
  /** A new window for the agent in our session whose pane is gone but which lives on. */
  refill(launch: PaneLaunch): Promise<Pane>;
  /** The names of all sessions, everybody's; changes nothing. Empty when no server runs. */
  sessionNames(): Promise<readonly string[]>;
  /** What runs in the active pane of a session that need not be ours; changes nothing. */
  activePane(session: string): Promise<Pane>;
  /** Marks an existing session and its active pane as ours (the verb `session adopt`). */
  adopt(session: string, mark: string): Promise<Pane>;
  /**
   * Closes our pane in the session with this mark, which goes with its last pane; what an operator has
   * opened beside it stays, and the session is theirs then. Nothing happens when there is none. Rejects
   * with `CONFLICT` while an agent lives in it.
   */
  remove(mark: string): Promise<void>;
  /** Who is at these sessions, in one question; of a session that is not there nothing is told. */
  presence(sessions: readonly string[]): Promise<ReadonlyMap<string, Presence>>;
  /**
   * Pastes the text of `file` (absolute, ours) into the pane as one bracketed paste, a mode of the pane
   * left before. Leaves no buffer behind.
   */
  paste(paneId: string, file: string): Promise<void>;
  /** Presses Enter in the pane, by itself. */
  pressEnter(paneId: string): Promise<void>;
  /** Presses Escape in the pane, by itself; nothing happens while the pane is in a mode, or typed into together with others. */
  pressEscape(paneId: string): Promise<void>;
  /** Told whenever something may have changed (a death, a session gone, the server lost). */
  onWake(listener: () => void): () => void;
  close(): Promise<void>;
}

// ── processes ───────────────────────────────────────────────────────────────────────────────────

export interface ProcessPort {
  /** null when no such process lives (a zombie does not live). */
  identify(pid: number): ProcessIdentity | null;
  isAlive(process: ProcessIdentity): boolean;
  /**
   * SIGTERM, then SIGKILL after `graceMs`; resolves once it is confirmed gone, and what it has started, too: also
   * of an agent that has ended already.
   */
  end(process: ProcessIdentity, graceMs: number): Promise<void>;
  /**
   * The agents that were started in this conversation before this daemon and that no tmux pane holds: they have
   * outlived theirs, or they have ended and something that they started lives.
   */
  lostAgents(conversation: string): readonly ProcessIdentity[];
}

// ── agent ───────────────────────────────────────────────────────────────────────────────────────

/** `sessions/PID.json` of the client: `shell` = idle, but a background shell runs. */
export type AgentStatusWord = 'idle' | 'busy' | 'waiting' | 'shell';

export interface AgentStatus {
  readonly agent: ProcessIdentity;
  readonly conversation: string;
  readonly status: AgentStatusWord;
  readonly waitingFor: string | null;
  /** The account in whose home it says so. */
  readonly account: string;
  /** The directory it was started in, the only one in which its conversation can be resumed; null when it does not say. */
  readonly cwd: string | null;
}

/** A turn that ended in an error of the API, by the files of the agent that ran it. */
export interface FailureSeen {
  readonly conversation: string;
  readonly failure: TurnFailure;
  /** Epoch milliseconds at which a dialog of the client opened that is open still; null = none is. */
  readonly dialogAt: number | null;
}

export interface AgentLaunch {
  readonly session: string;
  readonly account: Account;
  readonly workdir: string;
  readonly conversation: string;
  readonly mode: 'new' | 'resume';
  /** First prompt as an argument, exactly; null = none. */
  readonly prompt: string | null;
}

export interface AgentPort {
  /** Writes the session's launcher and settings (0600) and returns the pane's argv. */
  prepare(launch: AgentLaunch): Promise<readonly string[]>;
  /**
   * Whether the conversation is on the disk: anywhere; or, with a directory that is there, where a client looks that is
   * started in it.
   */
  hasTranscript(conversation: string, directory?: string): Promise<boolean>;
  /** What the transcript says of the latest prompt with this task's header line. */
  turnOf(conversation: string, task: string): Promise<TurnSeen>;
  /** Writes a text that is to be pasted into the session (0600); its absolute path. */
  writePaste(session: string, text: string): Promise<string>;
  /**
   * The last known status of this agent, read again from its file, in whichever account's home it is;
   * null = not at its prompt yet, or of an account that is not configured.
   */
  status(agent: ProcessIdentity): Promise<AgentStatus | null>;
  onStatus(listener: (status: AgentStatus) => void): () => void;
  /** Whether a daemon started it, so that its hooks tell; one that a person has started by hand has none of ours. */
  hasHooks(agent: ProcessIdentity): boolean;
  /**
   * How the latest turn of this agent failed, as its transcript tells; null = it did not, it goes on, somebody has
   * logged in since, the failure is another agent's, or nothing tells.
   */
  lastFailure(agent: ProcessIdentity): Promise<FailureSeen | null>;
  close(): Promise<void>;
}

// ── facts that must survive the daemon ──────────────────────────────────────────────────────────

export interface CrashFact {
  /** Epoch milliseconds, for people. */
  readonly at: number;
  /** Milliseconds of the monotonic clock of `bootId`, for the restart window. */
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly cause: DeathCause;
  readonly pid: number | null;
  readonly state: 'idle' | 'working';
  readonly lastScreen: string;
}

/** The last turn of a session that ended in trouble with its account. */
export interface SessionTrouble {
  readonly trouble: Trouble;
  readonly evidence: Evidence;
  /** The account that it ran on. */
  readonly account: string;
  /** It went on since, elsewhere or there: kept so that the same trouble, told once more, is no news. */
  readonly isOver: boolean;
}

export interface SessionFacts {
  readonly name: string;
  /** The value of the tmux mark; a new one for each tmux session we create. */
  readonly mark: string;
  readonly account: string;
  readonly workdir: string;
  readonly conversation: string;
  /** True once its transcript was seen: from then on a missing transcript is a failure, not a fresh start. */
  readonly hasTranscript: boolean;
  /** The living agent; null from the record of its death until the next launch. */
  readonly agent: ProcessIdentity | null;
  /** The agent that must be confirmed dead before the next one starts: it may outlive its pane, and the daemon. */
  readonly previous: ProcessIdentity | null;
  /** The boot in which `agent` and `previous` were seen: in another one their pids are a stranger's. */
  readonly bootId: string;
  readonly restarts: number;
  readonly crashedAt: number | null;
  readonly failed: { readonly at: number; readonly code: string; readonly reason: string } | null;
  readonly held: boolean;
  /** null = there never was any. */
  readonly trouble: SessionTrouble | null;
}

/** What a launch is about to start, with the session's earlier agents confirmed dead. */
export type LaunchIntent = Pick<
  SessionFacts,
  'mark' | 'conversation' | 'workdir' | 'account' | 'hasTranscript'
>;

/** One line of `session show --json`'s `history`. */
export interface HistoryEntry {
  readonly at: number;
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * Facts of the sessions of one tmux server: the same name on another server is another session. Every
 * write is durable when its promise resolves; writes keep their order.
 */
export interface FactStore {
  sessions(): Promise<readonly SessionFacts[]>;
  saveSession(facts: SessionFacts): Promise<void>;
  /**
   * Notes only what the launch decides, and that no agent is known of any boot (`bootId` is '' from then
   * until the next record): what an operator said meanwhile stays.
   */
  noteIntent(session: string, intent: LaunchIntent): Promise<void>;
  addCrash(session: string, crash: CrashFact): Promise<void>;
  /** Those that count for the session, newest last. */
  crashes(session: string): Promise<readonly CrashFact[]>;
  /** Those of the session that count for the pool, also when the session itself was forgiven; newest last. */
  poolCrashes(session: string): Promise<readonly CrashFact[]>;
  /** The verb `session reset` forgets the crashes that count for the session, not the history. */
  clearCrashes(session: string): Promise<void>;
  /** `session reset --all`: those of these sessions so far no longer count for the pool; for themselves they do. */
  clearPoolCrashes(sessions: readonly string[]): Promise<void>;
  addHistory(session: string, entry: HistoryEntry): Promise<void>;
  history(session: string, limit: number): Promise<readonly HistoryEntry[]>;
  /** Those of these homes, whichever daemon wrote them; by home. */
  accounts(homes: readonly string[]): Promise<readonly AccountFacts[]>;
  /**
   * What differs from what this store has last read or written of that home: the rest stays as a daemon
   * of another server may have written it meanwhile.
   */
  saveAccount(facts: AccountFacts): Promise<void>;
  addAccountHistory(home: string, entry: HistoryEntry): Promise<void>;
  /** Newest last. */
  accountHistory(home: string, limit: number): Promise<readonly HistoryEntry[]>;
  /**
   * The journal: written before each step of a failover. Ended ones are kept, the newest of each session.
   * Refused while another one of its session is open.
   */
  saveFailover(facts: FailoverFacts): Promise<void>;
  /** Those that have not ended, oldest first; at most one of a session. */
  openFailovers(): Promise<readonly FailoverFacts[]>;
  /** What is known of those that have ended, by session. */
  pastFailovers(): Promise<ReadonlyMap<string, PastFailover>>;
  close(): Promise<void>;
}

/** Clock and chance are inputs. `monotonicMs` counts from `bootId`'s boot, across daemons. */
export interface Clock {
  now(): number;
  monotonicMs(): number;
  readonly bootId: string;
}
