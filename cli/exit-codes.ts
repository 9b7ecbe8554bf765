import { type ErrorCode, FailoverError } from '../config/errors.ts';

/** Exit codes: a contract with pm2, systemd and scripts (the numbers are those of sysexits.h). */
export const EXIT = {
  /** Done, or already so. */
  OK: 0,
  USAGE: 64,
  /** A text that cannot be a task. */
  DATA: 65,
  /** No such task, session, account, directory or file. */
  NOT_FOUND: 66,
  /** Needs something that is not there: a running daemon, tmux, the client. */
  UNAVAILABLE: 69,
  INTERNAL: 70,
  /** Another daemon holds the range: worth starting again. */
  TEMPORARY: 75,
  /** Config or guard: a person is needed, starting again is of no use. */
  CONFIG: 78,
  /** Stopped by the verb `stop` under a process manager, which must leave it stopped. */
  STOPPED_BY_VERB: 79,
} as const;

/** The exit code for anything that was thrown; what is not an error of ours is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  return error instanceof FailoverError ? EXIT_OF[error.code] : EXIT.INTERNAL;
}

const EXIT_OF: Readonly<Record<ErrorCode, number>> = {
  CONFIG_INVALID: EXIT.CONFIG,
  // A running daemon cannot take over what is changed there.
  CONFIG_NEEDS_RESTART: EXIT.CONFIG,
  RELOAD_FAILED: EXIT.INTERNAL,
  // Nothing is created until `session reset --all`.
  POOL_ESCALATED: EXIT.UNAVAILABLE,
  LOCK_HELD: EXIT.TEMPORARY,
  LOCK_FAILED: EXIT.INTERNAL,
  TMUX_MISSING: EXIT.UNAVAILABLE,
  TMUX_UNREACHABLE: EXIT.UNAVAILABLE,
  TMUX_COMMAND_FAILED: EXIT.UNAVAILABLE,
  TMUX_TIMED_OUT: EXIT.UNAVAILABLE,
  TMUX_NAME_TAKEN: EXIT.UNAVAILABLE,
  SESSION_RENAMED: EXIT.UNAVAILABLE,
  TMUX_SOCKET_UNSAFE: EXIT.CONFIG,
  ACCOUNT_QUARANTINED: EXIT.CONFIG,
  ACCOUNT_UNAVAILABLE: EXIT.UNAVAILABLE,
  ACCOUNT_FILE_INVALID: EXIT.CONFIG,
  WORKDIR_MISSING: EXIT.CONFIG,
  COMMAND_NOT_FOUND: EXIT.UNAVAILABLE,
  TRANSCRIPT_VANISHED: EXIT.INTERNAL,
  AGENT_WILL_NOT_DIE: EXIT.INTERNAL,
  WATCH_FAILED: EXIT.INTERNAL,
  STORE_FAILED: EXIT.INTERNAL,
  DISK_FAILED: EXIT.UNAVAILABLE,
  FOLDER_UNSAFE: EXIT.CONFIG,
  TOOL_GUARD_FAILED: EXIT.UNAVAILABLE,
  SIGNAL_REFUSED: EXIT.INTERNAL,
  SIGNAL_KEPT: EXIT.INTERNAL,
  DELIVERY_POSTPONED: EXIT.TEMPORARY,
  DELIVERY_FAILED: EXIT.INTERNAL,
  NOT_FOUND: EXIT.NOT_FOUND,
  // The session or the account is not in the state that this needs.
  CONFLICT: EXIT.UNAVAILABLE,
  DAEMON_DOWN: EXIT.UNAVAILABLE,
  DAEMON_SILENT: EXIT.UNAVAILABLE,
  LISTEN_FAILED: EXIT.INTERNAL,
  TASK_REFUSED: EXIT.DATA,
  TASK_UNKNOWN: EXIT.NOT_FOUND,
  // The client would ask in that directory, and nobody would answer.
  NOT_TRUSTED: EXIT.UNAVAILABLE,
  // The beginning of an id that several tasks have.
  AMBIGUOUS: EXIT.USAGE,
};

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(EXIT_OF, code);
}
