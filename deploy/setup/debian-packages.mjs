import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CannotGoOn, EXIT, say } from './conversation.mjs';

// Headless Chromium measures nothing without a font, and Debian only recommends one.
const PACKAGES = {
  ps: ['procps'],
  chromium: ['chromium', 'fonts-liberation'],
  // A service manager of the specs' own; it is not made the machine's.
  'systemd-run': ['systemd'],
};

/** Sees to it that the programs are on PATH: installs their Debian packages as root, else says how. */
export function ensurePrograms(programs) {
  const plan = planPackages(programs, { path: process.env.PATH, isRoot: process.getuid() === 0 });
  if (plan.kind === 'refuse') throw new CannotGoOn(EXIT.unavailable, plan.message);
  if (plan.kind === 'install') install(plan.packages);
}

/**
 * What is to be done for the programs that are not on `path`: nothing, install, or refuse.
 * @internal exported for specs
 */
export function planPackages(programs, { path = '', isRoot }) {
  const isThere = (program) =>
    path.split(delimiter).some((dir) => isExecutable(join(dir, program)));
  const missing = programs.filter((program) => !isThere(program));
  const packages = missing.flatMap((program) => PACKAGES[program] ?? [program]);
  if (missing.length === 0) return { kind: 'nothing' };
  if (isRoot && isThere('apt-get')) return { kind: 'install', packages };
  const remedy = isThere('apt-get') ? aptCommand(packages) : `install ${packages.join(', ')}`;
  return {
    kind: 'refuse',
    message: `not found: ${missing.join(', ')}. Please run this again after\n  ${remedy}`,
  };
}

function aptCommand(packages) {
  return `sudo sh -c 'apt-get update && apt-get install -y ${packages.join(' ')}'`;
}

function install(packages) {
  say(`installing ${packages.join(', ')} with apt-get`);
  apt(['update', '-qq']);
  apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

function apt(args) {
  const { status } = spawnSync('apt-get', args, {
    // What apt prints is for the person, and nobody is there to answer what it asks.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new CannotGoOn(EXIT.unavailable, `apt-get ${args.join(' ')} failed`);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
