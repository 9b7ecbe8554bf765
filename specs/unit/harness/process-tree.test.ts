import { expect, test } from '@jest/globals';
import {
  isAlive,
  type ProcessFacts,
  parseStat,
  readProcess,
  withDescendants,
} from '../../harness/process-tree.ts';

const REST = '1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0';

test('a process name with spaces and brackets does not shift what follows it', () => {
  expect(parseStat(`7 (tmux: server (1)) S 42 ${REST} 9001 0 0`)).toEqual({
    name: 'tmux: server (1)',
    parent: 42,
    startTime: '9001',
  });
});

test.each(['Z', 'X'])('a process in state %s is no longer alive', (state) => {
  expect(parseStat(`7 (sh) ${state} 1 ${REST} 9001 0 0`)).toBeNull();
});

test('a process that is gone reads as nothing', () => {
  expect(parseStat('')).toBeNull();
  expect(readProcess(2 ** 30)).toBeNull();
});

test('this process reads as it is', () => {
  expect(readProcess(process.pid)).toMatchObject({
    parent: process.ppid,
    cwd: process.cwd(),
    argv: expect.arrayContaining([process.execPath]),
  });
});

test('another process with the same pid is not the same process', () => {
  const startTime = readProcess(process.pid)?.startTime ?? '';
  expect(isAlive({ pid: process.pid, startTime })).toBe(true);
  expect(isAlive({ pid: process.pid, startTime: `${startTime}0` })).toBe(false);
});

test('descendants are found in whatever order the processes are listed', () => {
  const tree = [one(5, 4), one(4, 3), one(3, 1), one(9, 1), one(6, 4)];
  const found = withDescendants(tree, ({ pid }) => pid === 3);
  expect(found.map(({ pid }) => pid)).toEqual([5, 4, 3, 6]);
});

function one(pid: number, parent: number): ProcessFacts {
  return { pid, parent, startTime: '1', name: 'sh', argv: [], environment: '', cwd: '' };
}
