/**
 * What the daemon lets people and programs ask of it. The supervisor implements it; the command
 * line (over the Unix socket) and the page (over loopback HTTP) reach it through `handleApi`.
 */
import type { ErrorCode } from '../config/errors.ts';
import type {
  AccountDetail,
  FailoverMove,
  FailoverWish,
  SessionDetail,
  StatusReport,
} from '../supervisor/status-report.ts';

export const SESSION_VERBS = ['restart', 'reset', 'hold', 'release', 'adopt'] as const;
export type SessionVerb = (typeof SESSION_VERBS)[number];

export const ACCOUNT_VERBS = ['limit', 'clear', 'enable', 'disable'] as const;
export type AccountVerb = (typeof ACCOUNT_VERBS)[number];

/** Why what was asked for is not done. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What became of the verb `failover`; refused when it names a session or an account that is not there. */
export type FailoverOutcome =
  | { readonly ok: true; readonly moves: readonly FailoverMove[] }
  | Refusal;

export interface VerbOptions {
  /** For `adopt`: relaunch the agent in the adopted session. */
  readonly restart?: boolean;
}

/** `changed` is false when it was already so: done twice is done. */
export type VerbOutcome = { readonly ok: true; readonly changed: boolean } | Refusal;

/** What became of a config that was read again; `changed`: the keys that are different. */
export type ReloadOutcome = { readonly ok: true; readonly changed: readonly string[] } | Refusal;

/** What is known of one that was asked for by its name. */
export type Asked<Detail> = Detail | Refusal | null;

/** Which daemon this is, for whoever looks for one. */
export interface PlaceReport {
  readonly v: 1;
  /** Absolute path of its config file. */
  readonly config: string;
  /** Absolute path of the socket of its tmux server. */
  readonly tmuxSocket: string;
}

/** Every answer must come within a second, also while tmux hangs: implementations answer from memory. */
export interface DaemonApi {
  status(): StatusReport;
  place(): PlaceReport;
  /** null when no session of the pool has this name; a refusal while nobody knows. */
  session(name: string): Promise<Asked<SessionDetail>> | Asked<SessionDetail>;
  sessionVerb(name: string, verb: SessionVerb, options: VerbOptions): Promise<VerbOutcome>;
  /** A pool that has escalated creates sessions again. */
  resetPool(): Promise<VerbOutcome> | VerbOutcome;
  /** null when no account has this name; a refusal while nobody knows. */
  account(name: string): Promise<Asked<AccountDetail>>;
  /** @param until for `limit`: epoch milliseconds when it is over. */
  accountVerb(
    name: string,
    verb: AccountVerb,
    until: number | null,
  ): Promise<VerbOutcome> | VerbOutcome;
  failover(wish: FailoverWish): Promise<FailoverOutcome>;
  /** Somebody changed the tasks in the store: they are looked at now, not at the next interval. */
  nudge(): void;
  /** Reads the config again, all or nothing; answered when it is in force, which may take longer than a second. */
  reload(): Promise<ReloadOutcome>;
  /** Begins an orderly stop; sessions live on. */
  stop(): void;
  /** A one-time URL that signs a browser in; null when no web page is served. */
  loginLink(): string | null;
  /** Why there is no page, and what to do about it; null when one is served. */
  whyNoPage(): string | null;
}
