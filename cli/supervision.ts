/** The pool under the config that is in force, and its change to another one without leaving the process. */
import { FailoverError } from '../config/errors.ts';
import type { LoadResult } from '../config/load.ts';
import { slotsOf } from '../config/slots.ts';
import type { Config } from '../config/types.ts';
import { rosterOf } from '../supervisor/compose-roster.ts';
import type { Daemon } from '../supervisor/daemon.ts';
import type { Refusal, ReloadOutcome } from '../web/daemon-api.ts';
import type { Inspector } from '../web/inspector.ts';
import type { Log } from './daemon-voice.ts';
import type { Held } from './hold-locks.ts';
import { createHoldings, type InForce, notYetRetired } from './holdings.ts';
import { beginLife, type Life } from './life.ts';
import { logRefusal, readAgain } from './read-again.ts';

export interface SupervisionOptions {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly version: string;
  readonly log: Log;
  readonly locks: Held;
  readonly inspector: Inspector;
  /** Reads the config file again. */
  readonly reread: () => LoadResult;
  /** Told of each config that has come into force after the first. */
  readonly onChanged: (config: Config) => void;
  /** From now on this one is asked; null = nobody is, for a moment. */
  readonly serve: (daemon: Daemon | null) => void;
  /** Told since when (epoch milliseconds) tmux is waited for, and null when that is over. */
  readonly onSilent: (since: number | null) => void;
  /** Told of the first one that has come up. */
  readonly onFirst: (daemon: Daemon) => void;
  readonly begin?: typeof beginLife;
  /** After so long it is said that the end of a pool is waited for. */
  readonly patienceMs?: number;
}

export interface Supervision {
  /** Brings the pool up. */
  begin(): void;
  /** All or nothing: what is refused, or does not come up, leaves the config of before in force. Never rejects. */
  reload(reason: string): Promise<ReloadOutcome>;
  /** Rejects with what ended the supervision. */
  readonly broken: Promise<never>;
  /** Every session stays. */
  stop(): Promise<void>;
}

/** An effect that does not end (a disk that hangs) holds up whoever waits for a reload: that is said. */
const PATIENCE_MS = 30_000;
const SLOW_END = {
  event: 'daemon.error',
  reason:
    'the reload waits: something that the pool had begun does not end, as when a file system hangs; nothing is supervised until it does',
  error: null,
} as const;

const STOPPING: Refusal = { ok: false, code: 'CONFLICT', message: 'the daemon is stopping' };

export function createSupervision(options: SupervisionOptions): Supervision {
  const { log, locks, inspector, serve } = options;
  const { begin = beginLife, patienceMs = PATIENCE_MS } = options;
  const holdings = createHoldings({ log, locks, roster: rosterOf(options.config, options) });
  const failure = createFailure();
  let life: Life | null = null;
  let ending: Promise<void> = Promise.resolve();
  let isFirst = true;
  let isStopping = false;

  const bring = async (inForce: InForce): Promise<Daemon> => {
    const begun = begin({
      ...options,
      inForce,
      inspect: inspector.inspect,
      onRetired: (slot) => void holdings.letGo(slot, begun.inForce()),
    });
    life = begun;
    const daemon = await begun.up;
    // It came up at the very moment at which it was ended for another config.
    if (life !== begun) return daemon;
    serve(daemon);
    daemon.markReady();
    void daemon.broken.then((error) => life === begun && failure.tell(error));
    if (isFirst) options.onFirst(daemon);
    isFirst = false;
    return daemon;
  };

  const bringFirst = async (inForce: InForce) => {
    const coming = bring(inForce);
    const first = life;
    // One that was ended for another config has not come up, and that is no failure.
    await coming.catch((error) => life === first && failure.tell(error));
  };

  const end = async (before: Life) => {
    life = null;
    serve(null);
    // However it ends, the next one has to come up: nobody would supervise else.
    ending = before.end().catch((error) => {
      log({ event: 'daemon.error', reason: 'the pool was not stopped as it should be', error });
    });
    const slow = setTimeout(() => log(SLOW_END), patienceMs);
    await ending;
    clearTimeout(slow);
  };

  const changeTo = async (config: Config, before: Life): Promise<Daemon | Refusal> => {
    const legacy = await holdings.prepare(before.inForce(), config);
    await end(before);
    if (isStopping) return STOPPING;
    const next = { config, ...legacy, retiring: notYetRetired(legacy.retiring, before.inForce()) };
    try {
      return await bring(next);
    } catch (error) {
      if (isStopping) return STOPPING;
      await holdings.undo(before.inForce(), next);
      if (isStopping) return STOPPING;
      await bring(before.inForce()).catch(failure.tell);
      throw error;
    }
  };

  const reloadOnce = async (before: Life): Promise<ReloadOutcome> => {
    const startedMs = performance.now();
    const read = readAgain(before.inForce().config, options.reread);
    if (!read.ok) return logRefusal(log, read.refusal, read.errors);
    const { changed } = read.plan;
    // What changes nothing need not wait for a pool that is still coming up.
    const daemon = changed.length === 0 ? null : await changeTo(read.config, before);
    if (daemon !== null && 'code' in daemon) return logRefusal(log, daemon);
    locks.tellRange(read.config);
    options.onChanged(read.config);
    const sessions = daemon?.status().sessions.length ?? slotsOf(read.config).length;
    const durationMs = Math.round(performance.now() - startedMs);
    log({ event: 'daemon.reloaded', changed, sessions, durationMs });
    return { ok: true, changed };
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    broken: failure.told,
    begin: () => {
      const { config } = options;
      // Whoever wants another config meanwhile waits until there is something to be ended for it.
      last = holdings
        .inherit(config)
        .then((legacy) => void (isStopping || bringFirst({ config, ...legacy })), failure.tell);
    },
    reload: (reason) => {
      const turn = last.then(async () => {
        if (isStopping || life === null) return STOPPING;
        log({ event: 'daemon.reloading', reason });
        return await reloadOnce(life).catch((error) => logRefusal(log, refusalOf(error)));
      });
      last = turn;
      return turn;
    },
    stop: async () => {
      isStopping = true;
      // Also for what is being noted down: the locks go after this, and the directory may.
      await Promise.all([ending, life?.stop(), last]);
    },
  };
}

function createFailure() {
  let tell: (error: unknown) => void = () => {};
  const told = new Promise<never>((_, reject) => {
    tell = reject;
  });
  // Whoever waits for it hears of it; after a stop nobody does.
  told.catch(() => {});
  return { told, tell };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof FailoverError) {
    return { ok: false, code: error.code, message: error.message };
  }
  const message = `the new config could not be taken over: ${String(error)}`;
  return { ok: false, code: 'RELOAD_FAILED', message };
}
