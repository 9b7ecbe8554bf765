import { statSync, watch } from 'node:fs';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { isAlive } from '../process/identity.ts';

const PTY_DIRECTORY = '/dev/pts';
/**
 * A burst of events is one event. The first nudge follows at once: tmux closes the terminal of one that
 * ended when it is done with utempter, and about half of the deaths wait for this nudge. The later ones
 * catch a signal that was lost during the burst itself.
 */
const NUDGES_AFTER_MS = [1, 60, 500] as const;
const WITHOUT_EVENTS_EVERY_MS = 1_000;

export interface Nudge {
  now(): void;
  close(): void;
}

/**
 * Keeps the server from overlooking that an agent ended. tmux before 3.6, where linked with
 * libutempter, loses the SIGCHLD that arrives while it waits for utempter's helper, and the dead
 * pane then says nothing until the next SIGCHLD: so it is sent one (it does no more than wait() for who has
 * ended) shortly after terminals came or went. An idle server is never nudged; where terminals cannot be
 * watched, once a second.
 */
export function createNudge(server: ProcessIdentity): Nudge {
  const isOurs = uidOf(server.pid) === process.getuid?.();
  const now = (): void => {
    try {
      if (isOurs && isAlive(server)) process.kill(server.pid, 'SIGCHLD');
    } catch {
      // It has just ended, or we cannot look: the connection or the next look tells.
    }
  };
  const stop = isOurs ? followTerminals(now) : () => {};
  return { now, close: stop };
}

function uidOf(pid: number): number | null {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
}

function followTerminals(nudge: () => void): () => void {
  const later = NUDGES_AFTER_MS.map((ms) => createTrailing(ms, nudge));
  const stopWatching = watchTerminals(() => {
    for (const { trigger } of later) trigger();
  });
  return () => {
    stopWatching();
    for (const { cancel } of later) cancel();
  };
}

function watchTerminals(onEvent: () => void): () => void {
  const everySecond = (): (() => void) => {
    const timer = setInterval(onEvent, WITHOUT_EVENTS_EVERY_MS);
    return () => clearInterval(timer);
  };
  try {
    let stop = (): void => watcher.close();
    const watcher = watch(PTY_DIRECTORY, onEvent);
    watcher.once('error', () => {
      watcher.close();
      stop = everySecond();
    });
    return () => stop();
  } catch {
    return everySecond();
  }
}

/** Acts `ms` after a trigger, and once more `ms` later if there were others meanwhile; never put off by them. */
function createTrailing(ms: number, action: () => void) {
  let timer: NodeJS.Timeout | null = null;
  let isAgain = false;
  const arm = (): void => {
    timer = setTimeout(() => {
      timer = null;
      action();
      if (isAgain) arm();
      isAgain = false;
    }, ms);
  };
  return {
    trigger: (): void => {
      if (timer) isAgain = true;
      else arm();
    },
    cancel: (): void => {
      if (timer) clearTimeout(timer);
    },
  };
}
