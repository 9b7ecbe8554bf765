/** systemd, beside pm2: it is told what the daemon logs, and keeps our tmux server apart from us. */
import { futureTmuxServer } from '../actors/doctor/tmux-facts.ts';
import { createNotify } from '../actors/manager/notify.ts';
import { openServerScope, type ServerScope } from '../actors/manager/server-scope.ts';
import type { LogEvent } from '../machines/log-events.ts';
import { createManagerWords, watchdogEveryMs } from './manager-words.ts';

export interface ManagerOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly pid: number;
  readonly log: (entry: LogEvent) => void;
}

/**
 * Whom to give each log entry, too, so that systemd learns that the daemon is ready, that it reads its
 * config again, that it stops. From now on it is also told that the daemon lives, if it wants to know.
 * Nothing is said without `NOTIFY_SOCKET`.
 */
export function systemdListener({ env, pid, log }: ManagerOptions): (entry: LogEvent) => void {
  if (!env['NOTIFY_SOCKET']) return () => {};
  const notify = createNotify({
    env,
    onError: (error) =>
      log({ event: 'daemon.error', reason: `systemd could not be told: ${error.message}`, error }),
  });
  const everyMs = watchdogEveryMs(env, pid);
  // A loop that is blocked says nothing: that is what the watchdog is to find.
  if (everyMs !== null) setInterval(() => notify(['WATCHDOG=1']), everyMs).unref();
  const wordsFor = createManagerWords();
  return (entry) => {
    const words = wordsFor(entry, Number(process.hrtime.bigint()) / 1e6);
    if (words !== null) notify(words);
  };
}

/**
 * The scope in which a tmux server is to be started; null = right where we are. A server that is
 * started by a service belongs to it, and may end with it: each session with the server. So it is given
 * a scope of its own; where there is none to be had, that is said.
 */
export async function scopeForServer({
  env,
  log,
}: Omit<ManagerOptions, 'pid'>): Promise<ServerScope | null> {
  const service = futureTmuxServer().cgroups.find((group) => group.endsWith('.service'));
  if (service === undefined) return null;
  try {
    return await openServerScope(env);
  } catch (error) {
    const name = service.split('/').at(-1);
    const reason = `a tmux server started now is part of ${name}, and ends with it unless that has KillMode=process`;
    log({ event: 'daemon.error', reason, error });
    return null;
  }
}
