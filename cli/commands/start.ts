import { readFileSync } from 'node:fs';
import type { LoadResult } from '../../config/load.ts';
import type { Config } from '../../config/types.ts';
import { openLog } from '../../supervisor/compose.ts';
import { systemdListener } from '../../supervisor/compose-manager.ts';
import { processManager } from '../../supervisor/process-manager.ts';
import type { StopWish } from '../daemon-voice.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { isExpectedRefusal } from '../expected-refusal.ts';
import { runDaemon } from '../run-daemon.ts';
import { VERSION } from '../version.ts';

export interface StartOptions {
  readonly config: Config;
  readonly waitLockMs: number;
  /** Reads the config file again. */
  readonly reread: () => LoadResult;
}

/** For the exit code and the last lines to leave the process by themselves. */
const LAST_WORDS_MS = 500;

/**
 * The verb `start`: runs the daemon in the foreground until a signal or the verb `stop`. Its log is
 * the only thing on stdout. Resolves with the exit code once everything said has left the process.
 */
export async function start({ config, waitLockMs, reread }: StartOptions): Promise<number> {
  const log = openLog(config.log.level);
  const fatal = (error: unknown) => {
    log.error(error, 'an error that nothing handles ended the daemon');
    void log.flush().then(() => process.exit(EXIT.INTERNAL));
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  const { env, pid } = process;
  const tellSystemd = systemdListener({ env, pid, log: log.write });
  const hangups = hearHangups();
  try {
    return await runDaemon({
      config,
      env,
      uid: process.getuid?.() ?? 0,
      version: VERSION,
      waitLockMs,
      reread,
      isManaged: processManager(ancestry()) !== null,
      log: (entry) => {
        log.write(entry);
        tellSystemd(entry);
      },
      say: (text) => process.stderr.write(`${text}\n`),
      onStoppable: stopOnSignals,
      onReloadable: hangups.leadTo,
      onChanged: (next) => log.setLevel(next.log.level),
      onReady: () => {
        process.send?.('ready');
        hangups.makeUp();
      },
    });
  } catch (error) {
    // On a terminal the line of the log has just said so.
    if (isExpectedRefusal(error) && process.stdout.isTTY) return exitCodeOf(error);
    throw error;
  } finally {
    await log.flush();
    // Whatever still hangs must not keep the process: its manager waits for the end of it.
    setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
  }
}

/** pm2 may send a signal twice, and its God may die under us (`disconnect`): stopping once is enough. */
function stopOnSignals(stop: (wish: StopWish) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop({ reason: signal, byVerb: false }));
  }
  process.on('disconnect', () => stop({ reason: 'the process manager is gone', byVerb: false }));
  // Listening to it would keep us running after all is done, until pm2 ends us with SIGKILL.
  process.channel?.unref();
}

/**
 * SIGHUP reloads; what is wrong with the config then, the log says. One that comes while another daemon is
 * waited for ends nobody, and is made up for when the pool is up.
 */
function hearHangups() {
  let reload: ((reason: string) => Promise<unknown>) | null = null;
  let isOwed = false;
  process.on('SIGHUP', () => {
    isOwed = reload === null;
    void reload?.('SIGHUP');
  });
  return {
    leadTo: (given: (reason: string) => Promise<unknown>) => {
      reload = given;
    },
    makeUp: () => {
      if (isOwed) void reload?.('SIGHUP');
      isOwed = false;
    },
  };
}

function ancestry() {
  return {
    env: process.env,
    hasIpc: process.send !== undefined,
    parent: nameOf(process.ppid),
  };
}

function nameOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return null;
  }
}
