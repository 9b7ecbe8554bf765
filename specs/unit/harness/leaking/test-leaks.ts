import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@jest/globals';
import { atEnd } from '../../../harness/scope.ts';
import { spawned } from '../../../harness/spawned.ts';
import { tempDir } from '../../../harness/temp-dir.ts';
import { until } from '../../../harness/until.ts';

const CLEAN = { env: { PATH: process.env['PATH'] }, cwd: '/' } as const;

const LISTEN_IN = `
  const dir = Buffer.from(process.argv[1], 'base64').toString();
  require('node:net').createServer().listen(dir + '/d');
`;

test('a child', () => {
  spawned(spawn('sleep', ['600'], { stdio: 'ignore' }), 'the idle neighbour');
});

test('nothing, after another has', () => {
  tempDir();
});

test('an orphan', () => {
  spawnSync('sh', ['-c', 'sleep 601 >/dev/null 2>&1 &']);
});

test('a tmux server with a clean environment', () => {
  const socket = join(tempDir(), 's');
  spawnSync(
    'tmux',
    ['-S', socket, '-f', '/dev/null', 'new-session', '-d', 'exec sleep 602'],
    CLEAN,
  );
});

test('a daemon that only its socket gives away', async () => {
  const dir = tempDir();
  const start = '"$0" --eval "$1" "$2" >/dev/null 2>&1 &';
  const hidden = Buffer.from(dir).toString('base64');
  spawnSync('sh', ['-c', start, process.execPath, LISTEN_IN, hidden], CLEAN);
  await until(() => existsSync(join(dir, 'd')), { withinMs: 10_000, what: 'the daemon' });
});

test('a child that ignores SIGTERM', () => {
  spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 604; done'], { stdio: 'ignore' });
});

test('a file', () => {
  writeFileSync(join(tmpdir(), 'forgotten'), '');
});

test('a socket of its own', async () => {
  const path = join(tempDir(), 'c');
  await new Promise<void>((resolve) => createServer().listen(path, resolve).unref());
});

test('a clean-up that fails', () => {
  atEnd(() => Promise.reject(new Error('could not put it away')));
});
