import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { atEnd } from '../../../harness/scope.ts';
import { tempDir } from '../../../harness/temp-dir.ts';

let fileSocket: string;
let child: ChildProcess | undefined;

const tmux = (socket: string, ...words: readonly string[]) =>
  spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...words]);

beforeAll(() => {
  fileSocket = join(tempDir(), 's');
});
afterEach(() => {
  child?.kill();
});
afterAll(() => {
  tmux(fileSocket, 'kill-server');
});

test('a child that the file ends in its own afterEach', () => {
  child = spawn('sleep', ['606'], { stdio: 'ignore' });
});

test('a tmux server that the test ends with itself', () => {
  const socket = join(tempDir(), 's');
  atEnd(() => tmux(socket, 'kill-server'));
  expect(tmux(socket, 'new-session', '-d', 'exec sleep 607').status).toBe(0);
});

test('a tmux server that comes up in a test on a socket of the file', () => {
  expect(tmux(fileSocket, 'new-session', '-d', 'exec sleep 608').status).toBe(0);
});

test('the home and the default tmux server are the sandbox’s, for children too', () => {
  const sandbox = process.env['CLAUDE_FAILOVER_SPEC'] ?? '';
  const seen = spawnSync('sh', ['-c', 'echo "$HOME $TMPDIR $TMUX_TMPDIR $TMUX."'], {
    encoding: 'utf8',
  });
  expect(seen.stdout).toBe(`${sandbox}/home ${sandbox}/tmp ${sandbox}/tmux .\n`);
  expect([homedir(), tmpdir()]).toEqual([`${sandbox}/home`, `${sandbox}/tmp`]);
});
