import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tempDir } from '../../harness/temp-dir.ts';

let ofTheFile: string;
let ofTheFirstTest: string;

beforeAll(() => {
  ofTheFile = tempDir();
});

afterAll(() => {
  expect(existsSync(ofTheFile)).toBe(true);
});

test('a temporary directory is new, empty, private, and its path is real and short', () => {
  ofTheFirstTest = tempDir();
  expect(readdirSync(ofTheFirstTest)).toEqual([]);
  expect(statSync(ofTheFirstTest).mode & 0o777).toBe(0o700);
  expect(realpathSync(ofTheFirstTest)).toBe(ofTheFirstTest);
  expect(tempDir()).not.toBe(ofTheFirstTest);
  mkdirSync(join(ofTheFirstTest, 'closed', 'inside'), { recursive: true });
  chmodSync(join(ofTheFirstTest, 'closed'), 0);
});

test('it is gone when the next test begins, while that of the file stays', () => {
  expect(existsSync(ofTheFirstTest)).toBe(false);
  expect(existsSync(ofTheFile)).toBe(true);
});

test.each(['a b', 'it\'s "so"', 'two\nlines', 'é-日本', '-x'])('it can be called %j', (name) => {
  const dir = tempDir({ name });
  expect(basename(dir)).toBe(name);
  expect(readdirSync(dir)).toEqual([]);
});
