import { FailoverError } from '../../config/errors.ts';

/** Whether one opening of a place may still read, and write. */
export interface MemoryGuard {
  /** Throws `STORE_FAILED`. */
  refuseWhenClosed(): void;
  /** Throws `CONFLICT` once the place was opened again with the same key. */
  refuseWhenFencedOff(): void;
  close(): void;
}

/** Takes the next fence of the key, as a daemon does that opens its store. */
export function memoryGuard(fences: Map<string, number>, fenceKey: string): MemoryGuard {
  const fence = (fences.get(fenceKey) ?? 0) + 1;
  fences.set(fenceKey, fence);
  let closed = false;
  const refuseWhenClosed = () => {
    if (closed) throw new FailoverError('STORE_FAILED', 'the store is closed');
  };
  return {
    refuseWhenClosed,
    refuseWhenFencedOff: () => {
      refuseWhenClosed();
      if (fences.get(fenceKey) === fence) return;
      throw new FailoverError('CONFLICT', 'a newer daemon has taken over these sessions');
    },
    close: () => {
      closed = true;
    },
  };
}

/** Facts are JSON in a file; a fake that kept the caller's object would forgive what a file does not. */
export function copyOf<T>(facts: T): T {
  return JSON.parse(JSON.stringify(facts)) as T;
}
