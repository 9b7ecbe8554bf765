/** One of the ways to keep a pool of sessions alive, with its pool running. */
export interface Contestant {
  readonly sessions: readonly string[];
  /** From the start of the supervisor's program until the last agent was at its prompt. */
  readonly createdMs: number;
  /** The supervisor. */
  readonly pid: number;
  /** All that is needed to keep the pool: the supervisor, its helpers, its tmux server. Not the agents. */
  readonly processes: readonly number[];
  /** How many processes the supervisor says it has started so far; null when it does not count. */
  forks(): number | null;
  /** Keeps the pool until `rest`. What is told of deaths does so all the time. */
  work(): Promise<void>;
  rest(): Promise<void>;
  /** Kills the agent of a session; resolves when the next one is at its prompt. */
  kill(session: string): Promise<Trial>;
}

/** What came of one kill, in milliseconds after it. null = not within 15 s. */
export interface Trial {
  readonly noticedMs: number | null;
  /** The next agent was started, as its supervisor says. Deliberate waiting is taken off, here and below. */
  readonly replacedMs: number | null;
  /** The next agent's program runs, as the kernel says. */
  readonly runningMs: number | null;
}

export const MISSED: Trial = { noticedMs: null, replacedMs: null, runningMs: null };
