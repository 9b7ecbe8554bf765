/**
 * Signals: what the hooks of an agent tell the daemon, and how a turn ended. Signals are kept on disk until they were dealt
 * with, so that none is lost while no daemon runs; `docs/adr/` says why this way.
 */

/** A turn that ended in an error of the API. */
export interface TurnFailure {
  readonly kind: 'failed';
  /** The client's own word (`rate_limit`, `server_error`). */
  readonly error: string;
  /** What the client said. */
  readonly message: string;
  /** HTTP status of the API's answer; null = not told: hooks do not. */
  readonly status: number | null;
  /** Epoch milliseconds when that was recorded: times in `message` count from then. */
  readonly at: number;
  /** The client's id of the prompt; null = not told. */
  readonly prompt: string | null;
  readonly source: 'signal' | 'transcript';
}

/** How a turn ended, as the client's hooks or its transcript tell. */
export type TurnOutcome =
  | { readonly kind: 'done'; readonly result: string }
  | TurnFailure
  /** A person pressed Escape or refused a tool: no hook tells. */
  | { readonly kind: 'interrupted' };

/** What a transcript says of a task's latest prompt. */
export interface TurnSeen {
  /** A row of the conversation bears the task's header line. */
  readonly prompted: boolean;
  /** How the turn after the latest such row ended; null = it has not, or nothing tells. */
  readonly outcome: TurnOutcome | null;
}

interface OfAgent {
  readonly session: string;
  /** Epoch milliseconds at which the hook ran. */
  readonly at: number;
  /** The client's own session id. */
  readonly conversation: string;
}

export type Signal = OfAgent &
  (
    | { readonly kind: 'started'; readonly source: string }
    /** The client took a prompt, its own notes excepted. `task`: the id in its header line; null = a person's. */
    | { readonly kind: 'prompted'; readonly task: string | null }
    /** A turn ended well. `background`: how much of it still runs. */
    | { readonly kind: 'stopped'; readonly result: string; readonly background: number }
    /** A turn ended in an error of the API. */
    | {
        readonly kind: 'failed';
        readonly error: string;
        readonly message: string;
        /** The client's id of the prompt; null = not told. */
        readonly prompt: string | null;
      }
    /** The agent asks a person. */
    | { readonly kind: 'asked'; readonly tool: string }
    | { readonly kind: 'ended'; readonly reason: string }
    /** The tool guard has refused a tool. */
    | {
        readonly kind: 'refused';
        readonly tool: string;
        readonly rule: string;
        readonly reason: string;
      }
  );

/** A share of a usage window that is used, 0 to 100 (or more), and when it is given back (epoch ms). */
export interface WindowUsage {
  readonly usedPercent: number;
  readonly resetsAt: number;
  /** Epoch milliseconds when a client said so; null = stored by a version that did not note it. */
  readonly toldAt: number | null;
}

/** What the statusline of a client last said of its account; null = it did not say. */
export interface AccountUsage {
  readonly fiveHour: WindowUsage | null;
  readonly sevenDay: WindowUsage | null;
}

export interface SignalPort {
  /** The signals that nobody has dealt with yet, oldest first. Never rejects for what an agent wrote. */
  pending(): Promise<readonly Signal[]>;
  /**
   * From now on hands over each signal, those of one session one after the other, oldest first. It is
   * removed once `deal` resolved, so that one whose effects were not stored is handed over again, by
   * this daemon or by the next. Deal twice as if once.
   */
  listen(deal: (signal: Signal) => Promise<void>): void;
  /** Looks at everything again, should the kernel have told nothing; what was dealt with is not told twice. */
  refresh(): void;
  /** Told what the agent of a session says of its account's usage, what it said before included, at each change. */
  onUsage(listener: (session: string, usage: AccountUsage) => void): () => void;
  /** Nothing is told afterwards; a deal under way is not waited for. */
  close(): Promise<void>;
}
