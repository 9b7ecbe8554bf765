import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { branchOf, realPath } from '../../../actors/tool-guard/looked-up.ts';
import { tempDir } from '../../harness/temp-dir.ts';

test('links are followed, and what does not exist yet is kept', () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'real'));
  symlinkSync('real', join(dir, 'link'));
  expect(realPath(join(dir, 'link', 'not', 'there'))).toBe(join(dir, 'real', 'not', 'there'));
  expect(realPath('/nonexistent/x')).toBe('/nonexistent/x');
  expect(realPath('/')).toBe('/');
});

test('a link to nothing leads to where it would be written', () => {
  const dir = tempDir();
  symlinkSync('../.bashrc', join(dir, 'a'));
  symlinkSync('a', join(dir, 'b'));
  expect(realPath(join(dir, 'b'))).toBe(join(dir, '..', '.bashrc'));
});

test('links in a circle end somewhere', () => {
  const dir = tempDir();
  symlinkSync('b', join(dir, 'a'));
  symlinkSync('a', join(dir, 'b'));
  expect(realPath(join(dir, 'a'))).toMatch(/[ab]$/);
});

test('the branch is that of the repository around, also of a linked work tree', () => {
  const dir = tempDir();
  const [main, tree, inside] = ['main', 'tree', 'main/src/deep'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(join(main, '.git', 'worktrees', 'tree'), { recursive: true });
  mkdirSync(inside, { recursive: true });
  mkdirSync(tree);
  writeFileSync(join(main, '.git', 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(main, '.git', 'worktrees', 'tree', 'HEAD'), 'ref: refs/heads/a/b\n');
  writeFileSync(join(tree, '.git'), `gitdir: ${join(main, '.git', 'worktrees', 'tree')}\n`);
  expect(branchOf(inside)).toBe('main');
  expect(branchOf(tree)).toBe('a/b');
});

test('a commit that is checked out by itself is of no branch', () => {
  const dir = tempDir();
  mkdirSync(join(dir, '.git'));
  writeFileSync(join(dir, '.git', 'HEAD'), `${'a'.repeat(40)}\n`);
  expect(branchOf(dir)).toBeNull();
});
