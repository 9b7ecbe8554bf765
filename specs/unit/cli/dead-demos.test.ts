import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { DEMO_PREFIX, removeDeadDemos, writeOwner } from '../../../cli/demo/dead-demos.ts';
import { identify } from '../../../supervisor/compose-processes.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const WORLD = { env: process.env, uid: process.getuid?.() ?? 0 };

function demoIn(temporary: string, name: string): string {
  const directory = join(temporary, `${DEMO_PREFIX}${name}`);
  mkdirSync(directory);
  return directory;
}

function ownedBy(directory: string, pid: number, startTime: string): string {
  writeFileSync(join(directory, 'owner.json'), JSON.stringify({ pid, startTime }));
  return directory;
}

test('the home of a dead demo is removed, that of a living one stays', async () => {
  const temporary = tempDir();
  const living = demoIn(temporary, 'living');
  writeOwner(living);
  const dead = ownedBy(demoIn(temporary, 'dead'), 2 ** 22 + 1, '1');
  await removeDeadDemos(temporary, WORLD);
  expect([living, dead].map(existsSync)).toEqual([true, false]);
});

test('a later process with the same pid is not the owner', async () => {
  const temporary = tempDir();
  const { startTime = '' } = identify(process.pid) ?? {};
  const stale = ownedBy(demoIn(temporary, 'stale'), process.pid, `${startTime}0`);
  await removeDeadDemos(temporary, WORLD);
  expect(existsSync(stale)).toBe(false);
});

test('a home without an owner is left alone while it is young: its demo may just be beginning', async () => {
  const temporary = tempDir();
  const young = demoIn(temporary, 'young');
  const old = demoIn(temporary, 'old');
  utimesSync(old, 0, 0);
  await removeDeadDemos(temporary, WORLD);
  expect([young, old].map(existsSync)).toEqual([true, false]);
});

test('what is not a demo, or belongs to another user, is not touched', async () => {
  const temporary = tempDir();
  const other = join(temporary, 'other');
  mkdirSync(other);
  ownedBy(other, 2 ** 22 + 1, '1');
  const dead = ownedBy(demoIn(temporary, 'dead'), 2 ** 22 + 1, '1');
  await removeDeadDemos(temporary, { ...WORLD, uid: WORLD.uid + 1 });
  expect([other, dead].map(existsSync)).toEqual([true, true]);
});
