import { mkdirSync } from 'node:fs';
import { formatCheckErrors } from '../config/format-check-errors.ts';
import { checkSharedState } from '../config/guard.ts';
import type { LoadResult } from '../config/load.ts';
import type { CheckError, Config } from '../config/types.ts';
import type { Daemon } from '../supervisor/daemon.ts';
import { createInspector } from '../web/inspector.ts';
import type { Log, StopWish } from './daemon-voice.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { loggedError } from './expected-refusal.ts';
import { type Held, holdLocks, type LockRequest, watchLocks } from './hold-locks.ts';
import { type Listening, listen } from './listen.ts';
import { createSupervision } from './supervision.ts';
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
  /** Reads the config file again. */
  readonly reread: () => LoadResult;
  /** Told how to have that done, as soon as there is something to change. */
  readonly onReloadable: (reload: (reason: string) => Promise<unknown>) => void;
  /** Told of each config that has come into force after the first. */
  readonly onChanged: (config: Config) => void;
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
    log({ event: 'daemon.failed', exitCode: exitCodeOf(error), error: loggedError(error) });
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
  const supervision = createSupervision({
    ...request,
    locks,
    inspector,
    serve: (daemon) => listening.serve(daemon),
    onSilent: (since) => listening.tmuxSilent(since),
    onFirst: (daemon) => {
      tellReady(daemon, log, startedMs);
      request.onReady({ daemon, listening });
    },
  });
  const onReload = () => supervision.reload('asked to by the verb reload');
  const listening = await listen({ ...request, inspector, onStop: stop, onReload });
  request.onReloadable(supervision.reload);
  const unwatch = watchLocks(locks, request);
  try {
    supervision.begin();
    const { reason, byVerb } = await Promise.race([wish, supervision.broken]);
    log({ event: 'daemon.stopping', reason });
    return byVerb && isManaged ? EXIT.STOPPED_BY_VERB : EXIT.OK;
  } finally {
    unwatch();
    const stopped = within(POOL_PATIENCE_MS, supervision.stop());
    await within(LISTENING_PATIENCE_MS, listening.close());
    await stopped;
  }
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
