import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CannotGoOn, EXIT, say } from './conversation.mjs';
import { insideProject, PROJECT } from './project.mjs';

const SOURCES = ['config', 'machines', 'actors', 'supervisor', 'web', 'cli', 'specs'];
const STAMP = insideProject('dist/.built');

/** Compiles to dist/ when a source, or what they are compiled with, is newer than the last build. */
export function buildIfStale() {
  const begun = new Date();
  if (!isStale()) return;
  say('building');
  const tsc = insideProject('node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json'], {
    cwd: PROJECT,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new CannotGoOn(EXIT.internal, 'the build failed, see above');
  stamp(begun);
}

function isStale() {
  if (!existsSync(STAMP)) return true;
  const inputs = ['tsconfig.json', 'package-lock.json', ...SOURCES].map(insideProject);
  const { mtimeMs: built } = statSync(STAMP);
  return inputs.filter(existsSync).some((path) => isChangedSince(path, built));
}

// A directory counts too: its time changes when a file in it comes, goes or is renamed.
function isChangedSince(path, time) {
  const found = statSync(path);
  if (found.mtimeMs > time) return true;
  return (
    found.isDirectory() && readdirSync(path).some((name) => isChangedSince(join(path, name), time))
  );
}

// The time when the build began: what is saved while it runs belongs to the next one.
function stamp(begun) {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, '');
  utimesSync(STAMP, begun, begun);
}
