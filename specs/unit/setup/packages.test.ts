import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { tempDir } from '../../harness/temp-dir.ts';
import { deployModule } from './deploy-module.ts';

type Plan = (
  programs: readonly string[],
  machine: { readonly path: string; readonly isRoot: boolean },
) => unknown;

const { planPackages } = await deployModule<{ readonly planPackages: Plan }>(
  'setup/debian-packages.mjs',
);

test('nothing is installed when all programs are there', () => {
  const path = `${machineWith('tmux')}:${machineWith('make')}`;
  expect(planPackages(['make', 'tmux'], { path, isRoot: true })).toEqual({ kind: 'nothing' });
});

test('root on Debian gets the packages of what is missing, and no other', () => {
  const path = machineWith('apt-get', 'make');
  expect(planPackages(['make', 'tmux', 'chromium'], { path, isRoot: true })).toEqual({
    kind: 'install',
    packages: ['tmux', 'chromium', 'fonts-liberation'],
  });
});

test('an ordinary user on Debian is told the one command to run', () => {
  const path = machineWith('apt-get', 'make');
  expect(planPackages(['make', 'g++', 'tmux'], { path, isRoot: false })).toEqual({
    kind: 'refuse',
    message: `not found: g++, tmux. Please run this again after
  sudo sh -c 'apt-get update && apt-get install -y g++ tmux'`,
  });
});

test('where there is no apt-get, root too is told what to install', () => {
  expect(planPackages(['ps', 'tmux'], { path: machineWith('make'), isRoot: true })).toEqual({
    kind: 'refuse',
    message: 'not found: ps, tmux. Please run this again after\n  install procps, tmux',
  });
});

test('a file that cannot be executed is no program', () => {
  const path = machineWith('apt-get');
  writeFileSync(join(path, 'tmux'), '', { mode: 0o600 });
  expect(planPackages(['tmux'], { path, isRoot: true })).toMatchObject({ kind: 'install' });
});

function machineWith(...programs: readonly string[]): string {
  const dir = tempDir();
  for (const program of programs) writeFileSync(join(dir, program), '', { mode: 0o700 });
  return dir;
}
