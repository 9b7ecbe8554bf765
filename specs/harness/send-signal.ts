/**
 * Sends the signal to this process. Throws when there is none: to the pid -1, which stands for nobody
 * elsewhere, the kernel would send it to everybody.
 */
export function sendSignal(
  pid: number | null | undefined,
  signal: NodeJS.Signals = 'SIGKILL',
): void {
  if (pid === null || pid === undefined || pid <= 1) {
    throw new Error(`nobody is there to be sent ${signal}: its pid is ${pid}`);
  }
  process.kill(pid, signal);
}

/** SIGKILL for one that may have ended by itself meanwhile. */
export function killIfThere(pid: number): void {
  try {
    sendSignal(pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
