import { Writable } from 'node:stream';

/** Where winston writes, and the count of the lines that are still on their way. */
export interface Outlet {
  readonly sink: Writable;
  /** One more line is about to be given to winston, which may take its time. */
  expectLine(): void;
  /** Resolves once every expected line was written or could not be, at the latest after `withinMs`. */
  whenWritten(withinMs: number): Promise<void>;
}

/** A way to `stream` that outlives whoever reads it. */
export function createOutlet(stream: Writable): Outlet {
  // Without a listener the EPIPE of a reader that went away would end the daemon.
  stream.on('error', () => undefined);
  let underway = 0;
  const waiting = new Set<() => void>();

  const lineIsOut = () => {
    underway -= 1;
    if (underway === 0) for (const resolve of waiting) resolve();
  };
  return {
    sink: new Writable({
      write(line, _encoding, next) {
        // Called back in any case: a line that cannot be written is not waited for.
        stream.write(line, () => {
          lineIsOut();
          next();
        });
      },
    }),
    expectLine() {
      underway += 1;
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
        if (underway === 0) done();
      }),
  };
}
