import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';

/** What the file system says of a path; `failed` carries the errno name. */
export type Looked<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'failed'; readonly errno: string };

/** The path itself, not what it points to. */
export function lookAt(path: string): Looked<Stats> {
  return looked(() => lstatSync(path));
}

/**
 * The real path, as bytes: names that are not UTF-8 would otherwise all become the same text, and
 * two different directories would look equal.
 */
export function realPathOf(path: string): Looked<Buffer> {
  return looked(() => realpathSync.native(path, 'buffer'));
}

/** What a link says, for people; null when it cannot be read. */
export function linkTextOf(path: string): string | null {
  const text = looked(() => readlinkSync(path));
  return text.kind === 'found' ? text.value : null;
}

/** Whether a real path is that of a directory. */
export function isDirectory(real: Buffer): boolean {
  const stats = looked(() => lstatSync(real));
  return stats.kind === 'found' && stats.value.isDirectory();
}

function looked<T>(look: () => T): Looked<T> {
  try {
    return { kind: 'found', value: look() };
  } catch (error) {
    return { kind: 'failed', errno: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN' };
  }
}

/** ENOTDIR: a parent is a file, so nothing can be there. */
export function isAbsent(errno: string): boolean {
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}
