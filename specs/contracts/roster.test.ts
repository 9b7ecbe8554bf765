import { readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readRoster, writeRoster } from '../../actors/roster/roster-file.ts';
import { slotsOf } from '../../config/slots.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { testConfig } from '../harness/test-config.ts';

const slots = slotsOf(testConfig());

function place() {
  const folder = tempDir();
  const config = join(folder, 'config.yaml');
  writeFileSync(config, '');
  return { folder, config };
}

function rosterWith(home: string) {
  const accounts = [{ name: 'first', home, priority: 1 }];
  return { range: slots.slice(0, 2), retiring: slots.slice(2), accounts };
}

test('what one daemon writes the next one of the same config reads', async () => {
  const there = place();
  const roster = rosterWith(there.folder);
  expect(readRoster(there)).toBeNull();
  await writeRoster(there, roster);
  expect(readRoster(there)).toEqual(roster);
  await writeRoster(there, { ...roster, retiring: [] });
  expect(readRoster(there)).toEqual({ ...roster, retiring: [] });
});

test('a config is known by its real path, and another one has a roster of its own', async () => {
  const there = place();
  const link = join(there.folder, 'link.yaml');
  symlinkSync(there.config, link);
  const other = join(there.folder, 'other.yaml');
  await writeRoster(there, rosterWith(there.folder));
  expect(readRoster({ ...there, config: link })).toEqual(rosterWith(there.folder));
  expect(readRoster({ ...there, config: other })).toBeNull();
});

test('an account whose home is gone has no agent any more, and is forgotten', async () => {
  const there = place();
  await writeRoster(there, rosterWith(join(there.folder, 'gone')));
  expect(readRoster(there)).toMatchObject({ accounts: [] });
});

test('only its owner can read it', async () => {
  const there = place();
  await writeRoster(there, rosterWith(there.folder));
  const folder = join(there.folder, 'rosters');
  const [file = ''] = readdirSync(folder);
  expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test.each(['', 'no JSON', '[]', '{"range": [{}], "retiring": [], "accounts": []}'])(
  'a roster that says %j is none: nothing is retired on its word',
  async (text) => {
    const there = place();
    await writeRoster(there, rosterWith(there.folder));
    const folder = join(there.folder, 'rosters');
    const [file = ''] = readdirSync(folder);
    writeFileSync(join(folder, file), text);
    expect(readRoster(there)).toBeNull();
  },
);
