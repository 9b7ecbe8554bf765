import { type ErrorCode, FailoverError } from '../config/errors.ts';
import { printable } from '../config/printable.ts';

/**
 * Anything that was thrown, for a person on stderr: `claude-failover: <what> [CODE]`, more lines
 * when there is more to say, and what to do next. Nothing in it can move a cursor.
 */
export function reportError(error: unknown): string {
  const { code, message, advice } = described(error);
  const [what = '', ...details] = message.split('\n').map(printable);
  return [`claude-failover: ${what} [${code}]`, ...details, ...advice].join('\n');
}

interface Described {
  readonly code: string;
  readonly message: string;
  readonly advice: readonly string[];
}

function described(error: unknown): Described {
  if (error instanceof FailoverError) {
    const advice = ADVICE[error.code];
    return { code: error.code, message: error.message, advice: advice ? [advice] : [] };
  }
  // A bug of ours: the stack is what a report of it needs.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'INTERNAL', message: text, advice: [] };
}

/** What to do next, where the message itself does not say so. */
const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  DAEMON_DOWN: 'Start it: claude-failover start',
  DAEMON_SILENT: 'See its log, and what the machine looks like: claude-failover doctor',
  TMUX_MISSING: 'Install it (apt install tmux), then look again: claude-failover doctor',
};
