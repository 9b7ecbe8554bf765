import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A megabyte of prompt, and all that JSON may make of it, many times over. */
const LARGEST_BYTES = 32 * 1024 * 1024;

/** A file as an agent's hook has left it, or why it is not one. */
export type PrivateText =
  | { readonly kind: 'text'; readonly text: string; readonly writtenAt: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'bad'; readonly reason: string };

/**
 * Reads a file that only we may have written: a link, a device, a pipe or another user's file is bad,
 * and none of them can hold it up. Rejects when the disk does not tell.
 */
export async function readPrivateText(file: string): Promise<PrivateText> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    const handle = await open(file, flags);
    try {
      return await textOf(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const bad = BAD.get((error as NodeJS.ErrnoException).code);
    if (bad === undefined) throw error;
    return bad;
  }
}

const BAD: ReadonlyMap<string | undefined, PrivateText> = new Map<string, PrivateText>([
  ['ENOENT', { kind: 'gone' }],
  ['ELOOP', { kind: 'bad', reason: 'it is a symbolic link' }],
  // A socket.
  ['ENXIO', { kind: 'bad', reason: 'it is not a file' }],
]);

async function textOf(handle: FileHandle): Promise<PrivateText> {
  const found = await handle.stat();
  const reason = whyBad(found);
  if (reason !== null) return { kind: 'bad', reason };
  const text = await handle.readFile('utf8');
  return { kind: 'text', text, writtenAt: Math.floor(found.mtimeMs) };
}

function whyBad(found: Awaited<ReturnType<FileHandle['stat']>>): string | null {
  if (!found.isFile()) return 'it is not a file';
  if (found.uid !== process.geteuid?.()) return `it belongs to user ${found.uid}`;
  if (found.size > LARGEST_BYTES) return `it has ${found.size} bytes`;
  return null;
}
