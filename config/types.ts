/**
 * What the operator wants, after loading: defaults filled in, paths absolute, durations in
 * milliseconds. Everything downstream trusts these types; only `config/load.ts` makes a `Config`.
 */

import type { ToolGuardRule } from './tool-guard-rules.ts';

/** One Claude login: a name and a home directory (`CLAUDE_CONFIG_DIR`). Lower priority is preferred. */
export interface Account {
  readonly name: string;
  readonly home: string;
  readonly priority: number;
}

/** A named session bound to one project and one person: supervised, never given a task. */
export interface DedicatedSession {
  readonly name: string;
  readonly project: string;
  /** Name of the account it prefers; null = chosen like any other. */
  readonly account: string | null;
}

export interface AutonomousPool {
  readonly prefix: string;
  readonly startIndex: number;
  /** Usable sessions below which the pool is reported `degraded`. */
  readonly min: number;
  readonly max: number;
  readonly workdir: string;
}

/** When agents are kept from a short list of destructive commands, and which of its rules are off. */
export interface ToolGuardConfig {
  readonly when: 'skipping' | 'always' | 'never';
  readonly allow: readonly ToolGuardRule[];
}

export interface AgentConfig {
  /** argv of the client, e.g. ['claude']. */
  readonly command: readonly string[];
  readonly permissionMode: string;
  readonly model: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly toolGuard: ToolGuardConfig;
  readonly historyLimit: number;
  readonly startTimeoutMs: number;
}

/** Which tmux server: a socket name (`-L`; 'default' is the operator's own) or a socket path (`-S`). */
export type TmuxSocket =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'path'; readonly path: string };

/** N = `intensity` restarts within `periodMs` are allowed; crash N+1 gives `failed` (OTP). */
export interface RestartConfig {
  readonly intensity: number;
  readonly periodMs: number;
  readonly poolIntensity: number;
  readonly backoffInitialMs: number;
  readonly backoffFactor: number;
  readonly backoffMaxMs: number;
  readonly stableAfterMs: number;
}

export interface FailoverConfig {
  readonly strategy: 'priority' | 'spread';
  readonly proactiveThreshold: number;
  readonly returnToPreferred: boolean;
  readonly cooldownMs: number;
  readonly resetMarginMs: number;
  readonly concurrency: number;
  readonly resumePrompt: string;
}

export interface TasksConfig {
  readonly maxAttempts: number;
  readonly leaseMs: number;
  readonly retryBackoffMs: number;
  readonly stalledAfterMs: number;
  readonly stalledAction: 'report' | 'restart';
  readonly waitingTimeoutMs: number;
  readonly inboxes: readonly string[];
  readonly retentionMs: number;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface Config {
  /** The file it was read from, absolute. */
  readonly file: string;
  readonly accounts: readonly Account[];
  readonly sharedState: { readonly root: string };
  readonly pool: {
    readonly autonomous: AutonomousPool;
    readonly dedicated: readonly DedicatedSession[];
  };
  readonly agent: AgentConfig;
  readonly tmux: { readonly socket: TmuxSocket };
  readonly restart: RestartConfig;
  readonly reconcile: { readonly intervalMs: number };
  readonly failover: FailoverConfig;
  readonly tasks: TasksConfig;
  readonly store: { readonly url: string };
  readonly control: {
    readonly host: string;
    readonly port: number;
    readonly tokenFile: string;
    readonly readOnly: boolean;
  };
  readonly log: { readonly level: LogLevel };
  /** Where facts, sockets and the control token live (0700). */
  readonly stateDir: string;
}

/** The directories every account home must link to one canonical place. */
export const SHARED_LINKS = ['projects', 'file-history', 'session-env'] as const;
export type SharedLink = (typeof SHARED_LINKS)[number];

/** Stable codes of section 11 of the design; a person reading one knows what to do next. */
export type ConfigErrorCode =
  | 'config.syntax'
  | 'config.unknown_key'
  | 'config.type'
  | 'config.range'
  | 'config.duplicate'
  | 'config.required';

export type GuardErrorCode =
  | 'guard.missing'
  | 'guard.not_a_link'
  | 'guard.dangling'
  | 'guard.loop'
  | 'guard.divergent'
  | 'guard.not_a_directory'
  | 'guard.canonical_missing'
  | 'guard.home_missing'
  | 'guard.unreadable'
  | 'guard.same_login';

/** One thing wrong with what is wanted. `check --json` prints these as they are. */
export interface CheckError {
  readonly code: ConfigErrorCode | GuardErrorCode;
  /** JSON pointer into the config for `config.*`, a file path for `guard.*`. */
  readonly path: string;
  readonly message: string;
  /** 1-based place in the config file; null for guard errors. */
  readonly line: number | null;
  readonly column: number | null;
  readonly account: string | null;
  readonly link: SharedLink | null;
  readonly expected: string | null;
  readonly found: string | null;
}
