import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';

const STDOUT = 1;
const RETRY_MS = 1_000;
/** What the kernel says when there is no room for more just now. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EAGAIN']);

/** Where the log goes: this process's stdout, in a form that survives a full disk when it is a file. */
export function stdoutStream(): Writable {
  return isFile(STDOUT) ? fileStream(STDOUT) : process.stdout;
}

/**
 * A stream into an open file. Node's own one ends for good at the first line that does not fit on the
 * disk; this one tries that line again every second until it does, and the next ones wait behind it.
 */
function fileStream(fd: number): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, next) {
      writeAll(fd, chunk, next);
    },
  });
}

function writeAll(fd: number, chunk: Buffer, next: (error?: Error) => void): void {
  let written = 0;
  try {
    while (written < chunk.length) written += writeSync(fd, chunk, written);
    next();
  } catch (error) {
    if (!FULL.has((error as NodeJS.ErrnoException).code)) next(error as Error);
    // It must not keep a daemon that ends: whoever flushes waits for a while, and no longer.
    else setTimeout(() => writeAll(fd, chunk.subarray(written), next), RETRY_MS).unref();
  }
}

function isFile(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFile() || (stat.isCharacterDevice() && !isatty(fd));
}
