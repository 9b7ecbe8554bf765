import { request } from 'node:http';
import { controlSocketPath } from '../config/control-path.ts';
import type { DaemonPlace } from '../config/daemon-place.ts';
import { type ErrorCode, FailoverError } from '../config/errors.ts';
import { isErrorCode } from './exit-codes.ts';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Sent as JSON; left out when there is none. */
  readonly body?: unknown;
  /** How long the whole answer may take; 500 ms, or 2 s for what only the daemon can do. */
  readonly patienceMs?: number;
}

/** The daemon answers from memory: what takes longer hangs, and who looks at the pool must hear so within a second. */
const PATIENCE_MS = 500;
/**
 * What only it can do, it may have to wait for: for tmux, a look at who is at the sessions, the disk on which it
 * writes down what others have asked for.
 */
export const LONG_PATIENCE_MS = 2000;

/**
 * Asks the daemon of this config over its Unix socket.
 *
 * @returns the JSON that it answered; null when no daemon listens.
 * @throws FailoverError `DAEMON_SILENT` when it does not answer in time or breaks off; the code that
 *   the daemon gives when it refuses.
 */
export async function askDaemon(place: DaemonPlace, question: Question): Promise<unknown> {
  const path = controlSocketPath(place);
  try {
    return answerOf(await exchange(path, question));
  } catch (error) {
    if (isNobodyThere(error)) return null;
    throw error instanceof FailoverError ? error : silent(path, error);
  }
}

/** As `askDaemon` for what only a running daemon can do; throws `DAEMON_DOWN` when none listens. */
export async function requireDaemon(place: DaemonPlace, question: Question): Promise<unknown> {
  const answer = await askDaemon(place, { patienceMs: LONG_PATIENCE_MS, ...question });
  if (answer !== null) return answer;
  throw new FailoverError('DAEMON_DOWN', 'no daemon runs for this config', {
    config: place.file,
  });
}

interface Exchange {
  readonly status: number;
  readonly text: string;
}

function exchange(socketPath: string, question: Question): Promise<Exchange> {
  const { method, path, body, patienceMs = PATIENCE_MS } = question;
  const payload = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
  };
  const late = new AbortController();
  const { signal } = late;
  // What has come while we were held up ourselves is read first: in Node's loop, timers come before the sockets.
  const timer = setTimeout(() => setImmediate(() => late.abort()), patienceMs);
  const answered = new Promise<Exchange>((resolve, reject) => {
    const asked = request({ socketPath, method, path, headers, agent: false, signal }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    asked.on('error', reject);
    asked.end(payload);
  });
  return answered.finally(() => clearTimeout(timer));
}

function answerOf({ status, text }: Exchange): unknown {
  const body: unknown = JSON.parse(text);
  if (status < 400) return body;
  const { code, message } = Object(body) as { code?: unknown; message?: unknown };
  throw new FailoverError(codeOf(code), `${message ?? `the daemon answered ${status}`}`, {
    status,
  });
}

/** A code of the daemon's that this version does not know says that it could not do it. */
function codeOf(code: unknown): ErrorCode {
  return isErrorCode(code) ? code : 'DAEMON_SILENT';
}

function isNobodyThere(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

function silent(path: string, cause: unknown): FailoverError {
  const isLate = (cause as Partial<Error> | null)?.name === 'AbortError';
  const why = isLate ? 'does not answer' : `cannot be asked (${String(cause)})`;
  return new FailoverError('DAEMON_SILENT', `the daemon at ${path} ${why}`, { path }, cause);
}
