import { couldBe, isCertain, UNKNOWN } from './unseen.ts';

/**
 * The absolute, plain form of a path of a command. One whose beginning is unknown begins with
 * `UNKNOWN` instead of a slash; what lies below that is kept, as the end of a path may tell enough.
 */
export function absolutePath(text: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of rooted(text, cwd).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.at(-1)?.includes(UNKNOWN)) parts.splice(0, parts.length, UNKNOWN);
    else parts.pop();
  }
  return parts[0]?.startsWith(UNKNOWN) ? parts.join('/') : `/${parts.join('/')}`;
}

function rooted(text: string, cwd: string): string {
  return text.startsWith('/') || text.startsWith(UNKNOWN) ? text : `${cwd}/${text}`;
}

/** The directory itself, or below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || isBelow(path, directory);
}

export function isBelow(path: string, directory: string): boolean {
  return path !== directory && path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** `/a/b` → `/`, `/a`, `/a/b`. */
export function selfAndAbove(path: string): readonly string[] {
  const parts = partsOf(path);
  return ['/', ...parts.map((_part, i) => `/${parts.slice(0, i + 1).join('/')}`)];
}

export function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

/** Whether the shell may make this very path of a path that holds patterns. */
export function couldBePath(path: string, other: string): boolean {
  const parts = partsOf(path);
  const others = partsOf(other);
  return parts.length === others.length && parts.every((part, i) => couldBe(part, others[i] ?? ''));
}

/**
 * The path with the links on its way followed; the last name only when `last` is true, as whoever
 * removes a link does not touch what it points to. Links behind a pattern cannot be followed.
 */
export function realPathOf(
  path: string,
  { realPath, last }: { readonly realPath: (path: string) => string; readonly last: boolean },
): string {
  const parts = partsOf(path);
  const uncertain = parts.findIndex((part) => !isCertain(part));
  if (uncertain < 0 && last) return realPath(path);
  const known = uncertain < 0 ? parts.length - 1 : uncertain;
  if (known < 0 || path.startsWith(UNKNOWN)) return path;
  const above = realPath(`/${parts.slice(0, known).join('/')}`);
  return [above === '/' ? '' : above, ...parts.slice(known)].join('/') || '/';
}
