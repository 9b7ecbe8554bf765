import { mkdirSync } from 'node:fs';
import { formatCheckErrors } from '../config/format-check-errors.ts';
import { checkSharedState } from '../config/guard.ts';
import type { CheckError } from '../config/types.ts';
import { composeDaemon } from '../supervisor/compose.ts';
import type { Daemon } from '../supervisor/daemon.ts';
import { createInspector } from '../web/inspector.ts';
import type { Log, StopWish } from './daemon-voice.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { type Held, holdLocks, type LockRequest, watchLocks } from './hold-locks.ts';
import { type Listening, listen } from './listen.ts';
import { within } from './within.ts';

export interface Running {
  readonly daemon: Daemon;
  readonly listening: Listening;
}

export interface RunRequest extends LockRequest {
  readonly version: string;
  /** Whether somebody would start the daemon again when it ends. */
  readonly isManaged: boolean;
  /** Sentences for a person, on stderr. */
  readonly say: (text: string) => void;
  /** Told how to stop the daemon, as soon as there is something to stop. */
  readonly onStoppable: (stop: (wish: StopWish) => void) => void;
  readonly onReady: (running: Running) => void;
}

/** Stopping touches no session, so it is quick; whatever hangs then must not hold the exit. */
const LISTENING_PATIENCE_MS = 1000;
/** More than one command of tmux may take: what is being begun then can still be undone. */
const POOL_PATIENCE_MS = 3500;
/** How far back the page can look. */
const INSPECTED_EVENTS = 2000;

/**
 * One life of the daemon: guard, locks, listening, pool, until somebody wishes it to stop.
 *
 * @returns the exit code: 0 stopped on request, 78 the guard refuses, 79 stopped by the verb under
 *   a process manager.
 * @throws FailoverError `LOCK_HELD`, or whatever keeps it from starting or ends it; it is logged, too.
 */
export async function runDaemon(request: RunRequest): Promise<number> {
  const { config, log, version } = request;
  log({ event: 'daemon.starting', version, config: config.file, daemonPid: process.pid });
  const violations = checkSharedState(config);
  if (violations.length > 0) return refuseByGuard(request, violations);
  log({ event: 'guard.passed', accounts: config.accounts.length });
  try {
    const locks = await holdLocks(request);
    try {
      const exitCode = await superviseUntilStopped(request, locks);
      log({ event: 'daemon.stopped', exitCode });
      return exitCode;
    } finally {
      locks.release();
    }
  } catch (error) {
    log({ event: 'daemon.failed', exitCode: exitCodeOf(error), error });
    throw error;
  }
}

function refuseByGuard({ log, say, config }: RunRequest, errors: readonly CheckError[]): number {
  for (const { code, path, account, link, expected, found, message } of errors) {
    log({ event: 'guard.failed', code, path, account, link, expected, found, reason: message });
  }
  say(formatCheckErrors(errors, config.file));
  return EXIT.CONFIG;
}

/**
 * Listens first, so that `status` and `stop` are answered while the pool comes up, however long
 * tmux takes; what was begun is undone before the locks go, however it ends.
 */
async function superviseUntilStopped(request: RunRequest, locks: Held): Promise<number> {
  const { config, log, isManaged } = request;
  const startedMs = performance.now();
  mkdirSync(config.stateDir, { recursive: true, mode: 0o700 });
  const inspector = createInspector({ limit: INSPECTED_EVENTS });
  const { wish, stop } = stopWish();
  request.onStoppable(stop);
  const listening = await listen({ ...request, inspector, onStop: stop });
  const unwatch = watchLocks(locks, request);
  const abort = new AbortController();
  const coming = composeDaemon({ ...request, inspect: inspector.inspect, signal: abort.signal });
  try {
    const daemon = await Promise.race([coming, wish.then(() => null)]);
    if (daemon !== null) {
      listening.serve(daemon);
      tellReady(daemon, log, startedMs);
      request.onReady({ daemon, listening });
      await Promise.race([wish, daemon.broken.then(brokenDown)]);
    }
    const { reason, byVerb } = await wish;
    log({ event: 'daemon.stopping', reason });
    return byVerb && isManaged ? EXIT.STOPPED_BY_VERB : EXIT.OK;
  } finally {
    unwatch();
    abort.abort();
    await within(LISTENING_PATIENCE_MS, listening.close());
    await within(
      POOL_PATIENCE_MS,
      coming.then(stopDaemon, () => {}),
    );
  }
}

function stopDaemon(daemon: Daemon): Promise<void> {
  return daemon.stop();
}

function brokenDown(error: unknown): never {
  throw error;
}

function stopWish() {
  let stop: (wish: StopWish) => void = () => {};
  const wish = new Promise<StopWish>((resolve) => {
    stop = resolve;
  });
  return { wish, stop };
}

function tellReady(daemon: Daemon, log: Log, startedMs: number): void {
  daemon.markReady();
  const { sessions, pool } = daemon.status();
  const durationMs = Math.round(performance.now() - startedMs);
  log({ event: 'daemon.ready', sessions: sessions.length, usable: pool.usable, durationMs });
}
