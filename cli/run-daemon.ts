import { mkdirSync } from 'node:fs';
import { formatCheckErrors } from '../config/format-check-errors.ts';
import { checkSharedState } from '../config/guard.ts';
import type { CheckError, Config } from '../config/types.ts';
import { composeDaemon, lockPool } from '../supervisor/compose.ts';
import type { Daemon } from '../supervisor/daemon.ts';
import { processManager } from '../supervisor/process-manager.ts';
import { createInspector } from '../web/inspector.ts';
import type { Log, StopWish } from './daemon-voice.ts';
import { EXIT } from './exit-codes.ts';
import { type Listening, listen } from './listen.ts';

export interface Running {
  readonly daemon: Daemon;
  readonly listening: Listening;
}

export interface RunRequest {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly version: string;
  readonly waitLockMs: number;
  readonly log: Log;
  /** Sentences for a person, on stderr. */
  readonly say: (text: string) => void;
  /** Told how to stop the daemon as soon as stopping it means something. */
  readonly onStoppable: (stop: (wish: StopWish) => void) => void;
  readonly onReady: (running: Running) => void;
}

/** Stopping touches no session, so it is quick; whatever hangs then must not hold the exit. */
const STOP_PATIENCE_MS = 2200;
/** How far back the page can look. */
const INSPECTED_EVENTS = 2000;

/**
 * One life of the daemon: guard, locks, pool, listening, until somebody wishes it to stop.
 *
 * @returns the exit code: 0 stopped on request, 75 another daemon holds the range, 78 the guard
 *   refuses, 79 stopped by the verb under a process manager.
 */
export async function runDaemon(request: RunRequest): Promise<number> {
  const { config, log, version } = request;
  log({ event: 'daemon.starting', version, config: config.file, daemonPid: process.pid });
  const violations = checkSharedState(config);
  if (violations.length > 0) return refuseByGuard(request, violations);
  log({ event: 'guard.passed', accounts: config.accounts.length });
  const locks = await lockPool(config, { ...request, waitMs: request.waitLockMs });
  if (!locks.ok) {
    request.say(heldBy(locks));
    return EXIT.TEMPORARY;
  }
  try {
    const exitCode = await superviseUntilStopped(request, locks);
    log({ event: 'daemon.stopped', exitCode });
    return exitCode;
  } finally {
    locks.release();
  }
}

function refuseByGuard({ log, say, config }: RunRequest, errors: readonly CheckError[]): number {
  for (const { code, path, account, link, expected, found, message } of errors) {
    log({ event: 'guard.failed', code, path, account, link, expected, found, reason: message });
  }
  say(formatCheckErrors(errors, config.file));
  return EXIT.CONFIG;
}

type Locks = Awaited<ReturnType<typeof lockPool>>;
type Held = Extract<Locks, { ok: true }>;
type Refused = Extract<Locks, { ok: false }>;

function heldBy({ index, session, holder }: Refused): string {
  const what = index === null ? `the session ${session}` : `index ${index}`;
  if (holder === null) return `another daemon holds ${what} on this tmux server`;
  const last = holder.startIndex + holder.max - 1;
  return `the daemon with pid ${holder.pid} holds ${what}: its range is ${holder.startIndex} to ${last}. Nothing was changed; stop it, or give this one another range.`;
}

async function superviseUntilStopped(request: RunRequest, locks: Held): Promise<number> {
  const { config, log } = request;
  const startedMs = performance.now();
  mkdirSync(config.stateDir, { recursive: true, mode: 0o700 });
  const inspector = createInspector({ limit: INSPECTED_EVENTS });
  const { wish, stop } = stopWish();
  request.onStoppable(stop);
  const coming = composeDaemon({ ...request, inspect: inspector.inspect });
  // A tmux that does not answer must not make the daemon deaf: until it does, nothing is done.
  const daemon = await Promise.race([coming, wish.then(() => null)]);
  if (daemon === null) {
    coming.catch(() => {});
    return EXIT.OK;
  }
  try {
    const listening = await listen({ ...request, daemon, inspector, onStop: stop });
    const unwatch = watchLocks(locks, request);
    daemon.markReady();
    tellReady(daemon, log, startedMs);
    request.onReady({ daemon, listening });
    const { reason, byVerb } = await Promise.race([wish, daemon.broken.then(brokenDown)]);
    log({ event: 'daemon.stopping', reason });
    unwatch();
    await within(STOP_PATIENCE_MS, listening.close());
    return byVerb && processManager(request.env) ? EXIT.STOPPED_BY_VERB : EXIT.OK;
  } finally {
    await within(STOP_PATIENCE_MS, daemon.stop());
  }
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
  const { sessions, pool } = daemon.status();
  const durationMs = Math.round(performance.now() - startedMs);
  log({ event: 'daemon.ready', sessions: sessions.length, usable: pool.usable, durationMs });
}

/** A cleaner of /tmp that removes the lock file would let a second daemon in unseen. */
function watchLocks(locks: Held, { config, log }: RunRequest): () => void {
  let isTold = false;
  const timer = setInterval(() => {
    if (locks.stillHeld() || isTold) return;
    isTold = true;
    log({
      event: 'daemon.error',
      reason:
        'the lock file beside the tmux socket was removed: restart the daemon to lock its range again',
      error: null,
    });
  }, config.reconcile.intervalMs);
  return () => clearInterval(timer);
}

/** Resolves when `work` has ended, or has had its time: what hangs is left behind. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
