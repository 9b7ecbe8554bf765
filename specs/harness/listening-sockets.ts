import { readFileSync } from 'node:fs';

export interface ListeningSocket {
  readonly inode: string;
  readonly path: string;
}

/** The Unix sockets under `dir` on which somebody listens, of whatever process. */
export function listeningSockets(dir: string): readonly ListeningSocket[] {
  return parseListening(readFileSync('/proc/net/unix', 'utf8')).filter(({ path }) =>
    path.startsWith(`${dir}/`),
  );
}

// Num RefCount Protocol Flags Type St Inode Path; this flag is the kernel's mark of `listen()`.
const LINE = /^\S+ \S+ \S+ 00010000 \S+ \S+ +(\d+) (.+)$/gm;

/** Reads the lines of /proc/net/unix that have a path and accept connections. */
export function parseListening(table: string): readonly ListeningSocket[] {
  return [...table.matchAll(LINE)].map(([, inode = '', path = '']) => ({ inode, path }));
}
