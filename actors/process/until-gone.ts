import type { ProcessIdentity, ProcessPort } from '../../machines/ports.ts';

export interface GoneParts {
  readonly processes: Pick<ProcessPort, 'isAlive'>;
  /** Rejects once the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const LOOK_EVERY_MS = 1000;

/**
 * Resolves once this process is gone, and ends nothing; looks once a second. null is nobody, for whom it
 * waits for ever. Rejects with the signal's reason when that is aborted.
 */
export async function untilGone(
  { processes, sleep }: GoneParts,
  process: ProcessIdentity | null,
  signal: AbortSignal,
): Promise<void> {
  if (process === null) return await new Promise<void>(() => {});
  while (processes.isAlive(process)) await sleep(LOOK_EVERY_MS, signal);
}
