/** Lines on their way to whoever reads them. */
export interface BoundedLines {
  push(line: string): void;
  /** The next one to be written; undefined when there is none. */
  shift(): string | undefined;
  /** Whether anything is left to be written, be it only that lines are missing. */
  isEmpty(): boolean;
  clear(): void;
}

export interface BoundedLinesOptions {
  /** How much may wait, in bytes. */
  readonly limit: number;
  /** The line that stands in the place of this many that were dropped. */
  readonly gapLine: (dropped: number) => string;
}

/**
 * A queue that never grows beyond its limit: what does not fit is dropped until half of it has left, so
 * that what is missing is missing in few places, each of which says how many lines it is.
 */
export function createBoundedLines({ limit, gapLine }: BoundedLinesOptions): BoundedLines {
  const waiting: string[] = [];
  let bytes = 0;
  let dropped = 0;
  const add = (line: string) => {
    waiting.push(line);
    bytes += Buffer.byteLength(line);
  };
  const closeGap = () => {
    if (dropped > 0) add(gapLine(dropped));
    dropped = 0;
  };
  const hasRoom = (line: string) =>
    dropped > 0 ? bytes <= limit / 2 : bytes + Buffer.byteLength(line) <= limit;
  return {
    push: (line) => {
      if (!hasRoom(line)) {
        dropped += 1;
        return;
      }
      closeGap();
      add(line);
    },
    shift: () => {
      if (waiting.length === 0) closeGap();
      const line = waiting.shift();
      bytes -= Buffer.byteLength(line ?? '');
      return line;
    },
    isEmpty: () => waiting.length === 0 && dropped === 0,
    clear: () => {
      waiting.length = 0;
      bytes = 0;
      dropped = 0;
    },
  };
}
