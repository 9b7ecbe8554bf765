import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { type GuardCheckError, guardError } from '../check-error.ts';
import type { Account, GuardErrorCode } from '../types.ts';
import type { Canonical } from './canonical.ts';
import { isAbsent, isDirectory, linkTextOf, lookAt, realPathOf } from './real-path.ts';

/**
 * What is wrong with one link of one account; null when its real path is the canonical one. How it
 * gets there (relative, over several hops) does not matter; that the content is equal does not help.
 */
export function checkLink(account: Account, canonical: Canonical): GuardCheckError | null {
  const path = join(account.home, canonical.link);
  const verdict = judge(path, canonical);
  if (verdict === null) return null;
  return guardError({
    code: verdict.code,
    path,
    account: account.name,
    link: canonical.link,
    message: `${account.name}: ${path} ${verdict.words}`,
    expected: canonical.real?.toString() ?? canonical.path,
    found: verdict.found,
  });
}

interface Verdict {
  readonly code: GuardErrorCode;
  /** The rest of a sentence that begins with the path. */
  readonly words: string;
  readonly found: string | null;
}

function judge(path: string, canonical: Canonical): Verdict | null {
  const stats = lookAt(path);
  if (stats.kind === 'failed') return unseen(stats.errno, canonical);
  if (!stats.value.isSymbolicLink()) return inItsPlace(kindOf(stats.value), canonical);
  const real = realPathOf(path);
  return real.kind === 'failed' ? unresolved(path, real.errno) : judgeTarget(real.value, canonical);
}

function unseen(errno: string, canonical: Canonical): Verdict {
  return isAbsent(errno)
    ? {
        code: 'guard.missing',
        words: `is missing: it should be a link to ${canonical.path}`,
        found: null,
      }
    : unreadable(errno);
}

function inItsPlace(kind: string, canonical: Canonical): Verdict {
  return {
    code: 'guard.not_a_link',
    words: `is ${kind}, not a link to ${canonical.path}: move what is in it there by hand, then remove it`,
    found: kind,
  };
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  return stats.isFile() ? 'a file' : 'a special file';
}

function unresolved(path: string, errno: string): Verdict {
  const target = linkTextOf(path);
  if (errno === 'ELOOP') {
    return { code: 'guard.loop', words: 'is a loop of links (or too long a chain)', found: target };
  }
  return isAbsent(errno)
    ? { code: 'guard.dangling', words: `is a link to nothing: ${target}`, found: target }
    : unreadable(errno);
}

function unreadable(errno: string): Verdict {
  return { code: 'guard.unreadable', words: `cannot be read (${errno})`, found: errno };
}

function judgeTarget(real: Buffer, canonical: Canonical): Verdict | null {
  const found = real.toString();
  if (!isDirectory(real)) {
    return {
      code: 'guard.not_a_directory',
      words: `leads to ${found}, which is not a directory`,
      found,
    };
  }
  if (canonical.real?.equals(real)) return null;
  const expected = canonical.real?.toString() ?? canonical.path;
  return { code: 'guard.divergent', words: `leads to ${found}, not to ${expected}`, found };
}
