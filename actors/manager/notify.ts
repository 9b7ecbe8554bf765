import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** systemd-notify waits until the manager has read what it says; one that hangs must not keep us waiting. */
const PATIENCE_MS = 10_000;

export interface NotifyOptions {
  /** Ours: with `NOTIFY_SOCKET`. */
  readonly env: NodeJS.ProcessEnv;
  /** What could not be said, once for each time. */
  readonly onError: (error: Error) => void;
}

/**
 * Says things to systemd, such as `READY=1`, in the order in which they are given: each call is one
 * message of these assignments. Node cannot write to a datagram socket, so `systemd-notify`, which is
 * wherever systemd is, does it: one short process for each message. Never throws.
 */
export function createNotify({
  env,
  onError,
}: NotifyOptions): (assignments: readonly string[]) => void {
  const { PATH, NOTIFY_SOCKET } = env;
  let last: Promise<unknown> = Promise.resolve();
  return (assignments) => {
    const say = () =>
      run('systemd-notify', [...assignments], {
        env: { PATH, NOTIFY_SOCKET },
        timeout: PATIENCE_MS,
      });
    last = last.then(say).catch(onError);
  };
}
