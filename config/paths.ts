import { join, resolve } from 'node:path';

/** What a path in the config is read against: both are absolute directories. */
export interface PathBase {
  readonly home: string;
  /** The config file's directory. */
  readonly directory: string;
}

/** Absolute form of a path of the config: `~` is the home directory, relative ones start at the file. */
export function resolvePath(text: string, { home, directory }: PathBase): string {
  return text === '~' || text.startsWith('~/')
    ? join(home, text.slice(1))
    : resolve(directory, text);
}

/** `~user` would silently become a directory called `~user`; a NUL ends a path early. */
export function isPath(text: string): boolean {
  return text !== '' && !text.includes('\0') && (!text.startsWith('~') || /^~(\/|$)/.test(text));
}
