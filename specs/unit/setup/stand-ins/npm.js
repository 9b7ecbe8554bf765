// Stands in for npm: notes how it was called, and lays down modules that have the same effect.
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [command] = process.argv.slice(2);
appendFileSync(process.env.CALLS, `npm ${command}\n`);
if (process.env.NPM_FAILS) process.exit(1);
for (const [name, standIn] of [
  ['typescript/bin/tsc', 'tsc.mjs'],
  ['jest/bin/jest.js', 'jest.mjs'],
  ['better-sqlite3/index.js', 'better-sqlite3.cjs'],
  ['node-pty/index.js', 'node-pty.cjs'],
]) {
  cpSync(join('stand-ins', standIn), join('node_modules', name));
}
mkdirSync('node_modules', { recursive: true });
writeFileSync('node_modules/.package-lock.json', '{}');
