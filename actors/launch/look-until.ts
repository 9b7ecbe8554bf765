const LOOK_EVERY_MS = 25;
const NEVER = new AbortController().signal;

/**
 * Reads again and again until it is enough, or for so long: what a client says and writes comes a little after what
 * it does. Gives what was read last, whatever that is.
 *
 * @param sleep rejects when it is aborted, which this never does
 */
export async function lookUntil<T>(
  read: () => Promise<T>,
  isEnough: (seen: T) => boolean,
  { withinMs, sleep }: Patience,
): Promise<T> {
  let seen = await read();
  for (let ms = 0; !isEnough(seen) && ms < withinMs; ms += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS, NEVER);
    seen = await read();
  }
  return seen;
}

export interface Patience {
  readonly withinMs: number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}
