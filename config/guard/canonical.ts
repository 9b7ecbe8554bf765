import { join } from 'node:path';
import { type GuardCheckError, guardError } from '../check-error.ts';
import { SHARED_LINKS, type SharedLink } from '../types.ts';
import { isAbsent, isDirectory, type Looked, linkTextOf, realPathOf } from './real-path.ts';

/** One canonical directory: where it is, where it really is, and what is wrong with it. */
export interface Canonical {
  readonly link: SharedLink;
  readonly path: string;
  /** null when it has none. */
  readonly real: Buffer | null;
  readonly error: GuardCheckError | null;
}

/** The canonical directories below a shared root, each resolved once. It may itself go through links. */
export function canonicalsOf(root: string): readonly Canonical[] {
  return SHARED_LINKS.map((link) => canonicalOf(join(root, link), link));
}

function canonicalOf(path: string, link: SharedLink): Canonical {
  const real = realPathOf(path);
  const error = canonicalError(path, link, real);
  return { link, path, real: real.kind === 'found' ? real.value : null, error };
}

function canonicalError(
  path: string,
  link: SharedLink,
  real: Looked<Buffer>,
): GuardCheckError | null {
  const at = { path, link, expected: 'a directory' };
  if (real.kind === 'failed') return unresolved(at, real.errno);
  if (isDirectory(real.value)) return null;
  const message = `the canonical ${link} is not a directory: ${path}`;
  return guardError({ code: 'guard.not_a_directory', ...at, message, found: 'not a directory' });
}

interface Place {
  readonly path: string;
  readonly link: SharedLink;
  readonly expected: string;
}

function unresolved(at: Place, errno: string): GuardCheckError {
  const { path, link } = at;
  if (errno === 'ELOOP') {
    const message = `the canonical ${link} is a loop of links: ${path}`;
    return guardError({ code: 'guard.loop', ...at, message, found: linkTextOf(path) });
  }
  if (!isAbsent(errno)) {
    const message = `the canonical ${link} cannot be read (${errno}): ${path}`;
    return guardError({ code: 'guard.unreadable', ...at, message, found: errno });
  }
  const target = linkTextOf(path);
  const message =
    target === null
      ? `the canonical ${link} is missing: ${path}`
      : `the canonical ${link} is a link to nothing: ${path} -> ${target}`;
  return guardError({ code: 'guard.canonical_missing', ...at, message, found: target });
}
