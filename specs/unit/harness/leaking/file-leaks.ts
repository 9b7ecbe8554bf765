import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { tempDir } from '../../../harness/temp-dir.ts';

let dir: string;

beforeAll(() => {
  dir = tempDir();
  spawn('sleep', ['605'], { stdio: 'ignore' });
});

test('what beforeAll has made is there in the first test', () => {
  writeFileSync(join(dir, 'note'), '');
});

test('and in the next', () => {
  expect(() => writeFileSync(join(dir, 'note'), '', { flag: 'wx' })).toThrow('EEXIST');
});
