/**
 * What the daemon lets people and programs ask of it. The supervisor implements it; the command
 * line (over the Unix socket) and the page (over loopback HTTP) reach it through `handleApi`.
 */
import type { ErrorCode } from '../config/errors.ts';
import type { SessionDetail, StatusReport } from '../supervisor/status-report.ts';

export const SESSION_VERBS = ['restart', 'reset', 'hold', 'release', 'adopt'] as const;
export type SessionVerb = (typeof SESSION_VERBS)[number];

export interface VerbOptions {
  /** For `adopt`: relaunch the agent in the adopted session. */
  readonly restart?: boolean;
}

/** `changed` is false when it was already so: done twice is done. */
export type VerbOutcome =
  | { readonly ok: true; readonly changed: boolean }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Every answer must come within a second, also while tmux hangs: implementations answer from memory. */
export interface DaemonApi {
  status(): StatusReport;
  /** null when no session of the pool has this name. */
  session(name: string): Promise<SessionDetail | null> | SessionDetail | null;
  sessionVerb(name: string, verb: SessionVerb, options: VerbOptions): Promise<VerbOutcome>;
  /** Somebody changed the tasks in the store: they are looked at now, not at the next interval. */
  nudge(): void;
  /** Begins an orderly stop; sessions live on. */
  stop(): void;
  /** A one-time URL that signs a browser in; null when no web page is served. */
  loginLink(): string | null;
  /** Why there is no page, and what to do about it; null when one is served. */
  whyNoPage(): string | null;
}
