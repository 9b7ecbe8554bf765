import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { daemonPlaceIn } from '../../../config/daemon-place.ts';
import { loadConfig } from '../../../config/load.ts';
import { MINIMAL_CONFIG, writeConfig } from '../../harness/config-file.ts';

const POOL = MINIMAL_CONFIG.replace('max: 10', 'max: 10\n    start_index: 7');

function placeIn(text: string) {
  const { file, directory, world } = writeConfig(text);
  const place = daemonPlaceIn(file, world);
  if (place === null) throw new Error('no place');
  const { stateDir, pool } = place;
  return { stateDir, startIndex: pool.autonomous.startIndex, directory, home: world.home };
}

test('of a valid config it is the place that the config itself names', () => {
  const { file, world } = writeConfig(`${POOL}state_dir: state\n`);
  const loaded = loadConfig(file, world);
  if (!loaded.ok) throw new Error('not valid');
  const { stateDir, pool } = loaded.config;
  expect(daemonPlaceIn(file, world)).toEqual({
    file,
    stateDir,
    pool: { autonomous: { startIndex: pool.autonomous.startIndex } },
  });
});

test.each([
  ['an unknown key', `${POOL}state_dir: state\nlgo: {}\n`],
  ['a list that is not closed', `${POOL}state_dir: state\ntasks: { inboxes: [a\n`],
  ['a quote that is lost', `accounts: "\n${POOL}state_dir: state # here\n`],
  ['JSON with more behind it', `{"pool":{"start_index":7},"state_dir":"state"}\nlog: {}\n`],
  ['a key given twice', `state_dir: state\n${POOL}    start_index: 7\n`],
])('with %s it is still found', (_, text) => {
  const { stateDir, startIndex, directory } = placeIn(text);
  expect({ stateDir, startIndex }).toEqual({ stateDir: join(directory, 'state'), startIndex: 7 });
});

test.each([
  ['nothing', ''],
  ['nonsense', '[}'],
  ['it in comments only', '# state_dir: /s\n#   start_index: 7\n[}\n'],
  ['values of other types', 'state_dir: 7\npool: { autonomous: { start_index: many } }\n'],
  ['a path that is none', 'state_dir: ~somebody/x\npool: []\n'],
])('where it says %s, the defaults stand', (_, text) => {
  const { stateDir, startIndex, home } = placeIn(text);
  expect({ stateDir, startIndex }).toEqual({
    stateDir: join(home, '.local/state/claude-failover'),
    startIndex: 0,
  });
});

test('a file that is missing, or that others may write, names no place', () => {
  const { file, world } = writeConfig(POOL);
  expect(daemonPlaceIn(`${file}.none`, world)).toBeNull();
  chmodSync(file, 0o666);
  expect(daemonPlaceIn(file, world)).toBeNull();
});
