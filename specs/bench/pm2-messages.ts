/** What the program that hears pm2 tells. Times are of `monotonicMs`. */
export type Pm2Told =
  | { readonly kind: 'god'; readonly pid: number }
  | { readonly kind: 'exit'; readonly session: string; readonly atMs: number }
  | {
      readonly kind: 'online';
      readonly session: string;
      readonly atMs: number;
      readonly pid: number;
    };

/** What that program needs to know, as JSON in its argument. */
export interface Pm2Task {
  readonly sessions: readonly string[];
  readonly workdir: string;
  /** The account's, for `CLAUDE_CONFIG_DIR`. */
  readonly home: string;
  /** argv of the agent, without its conversation. */
  readonly agent: readonly string[];
}
