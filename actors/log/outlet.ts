import { Writable } from 'node:stream';
import { type BoundedLinesOptions, createBoundedLines } from './bounded-lines.ts';

/** Where winston writes, and what is known of the lines that are still on their way. */
export interface Outlet {
  readonly sink: Writable;
  /** One more line is about to be given to winston, which may take its time. */
  expectLine(): void;
  /** Resolves once every expected line was written or could not be, at the latest after `withinMs`. */
  whenWritten(withinMs: number): Promise<void>;
}

/**
 * A way to `stream` that outlives whoever reads it: a reader that is slow has lines wait here, within the limit; one
 * that is gone (any error of the stream, which ends it) has them dropped.
 */
export function createOutlet(stream: Writable, options: BoundedLinesOptions): Outlet {
  const lines = createBoundedLines(options);
  const waiting = new Set<() => void>();
  let expected = 0;
  let isWriting = false;
  let isGone = false;

  const isDone = () => expected === 0 && !isWriting && lines.isEmpty();
  const tell = () => {
    if (isDone()) for (const resolve of waiting) resolve();
  };
  const end = () => {
    isGone = true;
    isWriting = false;
    lines.clear();
    tell();
  };
  // Without a listener the EPIPE of a reader that went away would end the daemon.
  stream.on('error', end);
  const writeNext = () => {
    if (isWriting || isGone) return;
    const line = lines.shift();
    if (line === undefined) return tell();
    isWriting = true;
    stream.write(line, () => {
      isWriting = false;
      writeNext();
    });
  };
  return {
    // Takes every line at once: what winston keeps for a slow reader has no limit.
    sink: new Writable({
      decodeStrings: false,
      write(line, _encoding, next) {
        expected -= 1;
        if (!isGone) lines.push(String(line));
        next();
        writeNext();
        tell();
      },
    }),
    expectLine() {
      expected += 1;
    },
    whenWritten: (withinMs) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(tooLong);
          waiting.delete(done);
          resolve();
        };
        const tooLong = setTimeout(done, withinMs);
        waiting.add(done);
        if (isDone()) done();
      }),
  };
}
