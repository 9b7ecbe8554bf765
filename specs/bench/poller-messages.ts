/** What the poller tells. Times are of `monotonicMs`. */
export type Told =
  | { readonly kind: 'noticed'; readonly session: string; readonly atMs: number }
  | {
      readonly kind: 'replaced';
      readonly session: string;
      readonly atMs: number;
      readonly pid: number;
    }
  /** All sessions were looked at once. */
  | { readonly kind: 'looked'; readonly durationMs: number; readonly forks: number };

/** What the poller needs to know, as JSON in its argument. */
export interface PollerTask {
  readonly socket: string;
  readonly sessions: readonly string[];
  readonly workdir: string;
  /** The account's, for `CLAUDE_CONFIG_DIR`. */
  readonly home: string;
  /** argv of the agent, without its conversation. */
  readonly agent: readonly string[];
}
