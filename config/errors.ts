/** Every error of ours carries a stable code, the facts, and the cause. All codes are listed here. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'CONFIG_NEEDS_RESTART'
  | 'RELOAD_FAILED'
  | 'POOL_ESCALATED'
  | 'LOCK_HELD'
  | 'LOCK_FAILED'
  | 'TMUX_MISSING'
  | 'TMUX_UNREACHABLE'
  | 'TMUX_COMMAND_FAILED'
  | 'TMUX_TIMED_OUT'
  | 'TMUX_NAME_TAKEN'
  | 'SESSION_RENAMED'
  | 'TMUX_SOCKET_UNSAFE'
  | 'ACCOUNT_QUARANTINED'
  | 'ACCOUNT_UNAVAILABLE'
  | 'ACCOUNT_FILE_INVALID'
  | 'WORKDIR_MISSING'
  | 'COMMAND_NOT_FOUND'
  | 'TRANSCRIPT_VANISHED'
  | 'AGENT_WILL_NOT_DIE'
  | 'WATCH_FAILED'
  | 'STORE_FAILED'
  | 'DISK_FAILED'
  | 'FOLDER_UNSAFE'
  | 'TOOL_GUARD_FAILED'
  | 'SIGNAL_REFUSED'
  | 'SIGNAL_KEPT'
  | 'DELIVERY_POSTPONED'
  | 'DELIVERY_FAILED'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'DAEMON_DOWN'
  | 'DAEMON_SILENT'
  | 'LISTEN_FAILED'
  | 'TASK_REFUSED'
  | 'TASK_UNKNOWN'
  | 'NOT_TRUSTED'
  | 'AMBIGUOUS';

export type ErrorFacts = Readonly<Record<string, string | number | boolean | null>>;

/** An error with a code that stays, facts a person can act on, and its cause. */
export class FailoverError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'FailoverError';
    this.code = code;
    this.facts = facts;
  }
}
