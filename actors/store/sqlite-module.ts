import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';

/**
 * better-sqlite3, in the release that fits this Node: 12 is the last one for Node 20, but aborts the
 * process on Node 24.19 and later whenever a statement is collected while no code runs
 * (WiseLibs/better-sqlite3#1515); 13 speaks N-API, does not, and needs Node 22. Same interface.
 */
export const SqliteDatabase: typeof BetterSqlite3 = createRequire(import.meta.url)(
  Number.parseInt(process.versions.node, 10) >= 22 ? 'better-sqlite3-napi' : 'better-sqlite3',
);
