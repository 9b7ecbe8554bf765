import { open } from 'node:fs/promises';
import { type Row, rowIn } from './transcript-row.ts';

/** The end of a turn takes a few rows of some kilobytes; a conversation can have gone on for megabytes before. */
const TAIL_BYTES = 256 * 1024;

/**
 * The last rows of a transcript, newest first: those of its last 256 KiB. A line that is cut off at either end is no
 * row. Rejects when the disk does not tell.
 */
export async function lastRowsOf(file: string): Promise<readonly Row[]> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(size - from),
      0,
      size - from,
      from,
    );
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    const rows = lines.reverse().map(rowIn);
    return rows.filter((row) => row !== null);
  } finally {
    await handle.close();
  }
}
