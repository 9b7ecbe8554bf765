import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';

export interface PageFile {
  readonly path: string;
  readonly contentType: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** From their packages, so that the page needs no internet; nothing else of node_modules is served. */
const VENDOR_FILES: readonly string[] = [
  '@xterm/xterm/lib/xterm.mjs',
  '@xterm/xterm/css/xterm.css',
];

/**
 * The allow-list of what is served: URL path → file. Requests are looked up in it, never joined to
 * a directory, so no path they name can escape.
 */
export function pageFiles(staticDir: string): ReadonlyMap<string, PageFile> {
  const own = readdirSync(staticDir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in CONTENT_TYPES)
    .map(({ name }) => [`/${name}`, pageFile(join(staticDir, name))] as const);
  const { resolve } = createRequire(import.meta.url);
  const vendor = VENDOR_FILES.map((id) => [`/vendor/${id}`, pageFile(resolve(id))] as const);
  return new Map([['/', pageFile(join(staticDir, 'index.html'))] as const, ...own, ...vendor]);
}

function pageFile(path: string): PageFile {
  return { path, contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream' };
}
