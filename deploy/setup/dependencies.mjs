import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CannotGoOn, EXIT, say } from './conversation.mjs';
import { insideProject, PROJECT } from './project.mjs';

const LOCK = insideProject('package-lock.json');
const INSTALLED = insideProject('node_modules/.package-lock.json');
const STAMP = insideProject('node_modules/.claude-failover-setup');

/**
 * What node_modules lacks: 'ci' (all of it), 'rebuild' (native modules made for another Node), or
 * null. What `npm install` has put there by hand is as good as our own.
 */
export function whatToInstall() {
  const stamp = readOrNull(STAMP);
  if (stamp === wantedStamp() && existsSync(INSTALLED)) return null;
  if (!isNewer(INSTALLED, LOCK)) return 'ci';
  if (!nativeModulesLoad()) return 'rebuild';
  writeFileSync(STAMP, wantedStamp());
  return null;
}

/** Runs npm for what `whatToInstall` has found. */
export function installDependencies(what) {
  const why = what === 'ci' ? 'the dependencies' : `native modules for Node ${process.version}`;
  say(`installing ${why} (npm ${what}); compiling can take some minutes`);
  const [program, ...args] = [...npm(), what, '--include=dev', '--no-audit', '--no-fund'];
  const { status } = spawnSync(program, args, {
    cwd: PROJECT,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...ownHeaders() },
  });
  if (status !== 0) throw new CannotGoOn(EXIT.unavailable, `npm ${what} failed, see above`);
  writeFileSync(STAMP, wantedStamp());
}

// The ABI is part of it: a native module made for one major release of Node does not load in another.
function wantedStamp() {
  const lock = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  return `${lock} ${process.platform} ${process.arch} ${process.versions.modules}\n`;
}

function nativeModulesLoad() {
  const load = "new (require('better-sqlite3'))(':memory:'); require('node-pty')";
  return spawnSync(process.execPath, ['--eval', load], { cwd: PROJECT }).status === 0;
}

// The npm that runs us, run by the Node that runs us; else the one on PATH.
function npm() {
  const { npm_execpath: path } = process.env;
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm'];
}

// Headers that lie beside this Node fit it, and save fetching them.
function ownHeaders() {
  const prefix = dirname(dirname(process.execPath));
  const header = readOrNull(join(prefix, 'include/node/node_version.h')) ?? '';
  const [major] = process.versions.node.split('.');
  return header.includes(`#define NODE_MAJOR_VERSION ${major}\n`)
    ? { npm_config_nodedir: prefix }
    : {};
}

function isNewer(path, than) {
  return existsSync(path) && statSync(path).mtimeMs >= statSync(than).mtimeMs;
}

function readOrNull(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
