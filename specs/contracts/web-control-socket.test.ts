import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { handleApi } from '../../web/api.ts';
import { startControlSocket } from '../../web/control-socket.ts';
import { atEnd } from '../harness/scope.ts';
import { leaveStaleSocket } from '../harness/stale-socket.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { startToyPool } from '../harness/toy-pool.ts';

function freshPath(): string {
  return join(tempDir(), 'run', 'control.sock');
}

async function listenOn(path: string) {
  const pool = startToyPool({ loginLink: () => 'http://127.0.0.1:1/login?t=x' });
  const socket = await startControlSocket({ path, handler: (asked) => handleApi(pool.api, asked) });
  atEnd(() => socket.close());
  return { pool, socket };
}

function ask(
  socketPath: string,
  line: string,
  body = '',
): Promise<{ status: number; body: string }> {
  const [method = 'GET', path = '/'] = line.split(' ');
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

test('it is asked over HTTP, verbs included', async () => {
  const path = freshPath();
  const { pool } = await listenOn(path);
  expect(JSON.parse((await ask(path, 'GET /v1/status')).body)).toEqual(pool.api.status());
  expect((await ask(path, 'POST /v1/sessions/toy-1/adopt', '{"restart":true}')).status).toBe(200);
  expect((await ask(path, 'POST /v1/stop')).status).toBe(202);
  expect(pool.asked).toEqual(['adopt toy-1 with a restart', 'stop']);
});

test('it hands out login links', async () => {
  const path = freshPath();
  await listenOn(path);
  expect((await ask(path, 'GET /v1/inspect')).body).toContain('/login?t=x');
});

test.each([
  ['000', 0o000],
  ['022', 0o022],
  ['077', 0o077],
])(
  'only its user may open it: 0600 in a 0700 directory under a umask of %s, which stays',
  async (_, umask) => {
    const before = process.umask(umask);
    atEnd(() => process.umask(before));
    const path = freshPath();
    await listenOn(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(process.umask()).toBe(umask);
  },
);

test('a body that is not JSON or too long is refused, and nothing is done', async () => {
  const path = freshPath();
  const { pool } = await listenOn(path);
  expect((await ask(path, 'POST /v1/stop', 'restart=true')).status).toBe(400);
  expect((await ask(path, 'POST /v1/stop', `"${'x'.repeat(70_000)}"`)).status).toBe(413);
  expect(pool.asked).toEqual([]);
});

test('a handler that fails is a 500 with its reason', async () => {
  const path = freshPath();
  const socket = await startControlSocket({
    path,
    handler: async () => {
      throw new Error('the store is away');
    },
  });
  atEnd(() => socket.close());
  expect(await ask(path, 'GET /v1/status')).toMatchObject({
    status: 500,
    body: expect.stringContaining('the store is away'),
  });
});

test('the file that a killed daemon left is replaced', async () => {
  const path = freshPath();
  mkdirSync(join(path, '..'), { mode: 0o700 });
  await leaveStaleSocket(path);
  expect(existsSync(path)).toBe(true);
  await listenOn(path);
  expect((await ask(path, 'GET /v1/status')).status).toBe(200);
});

test('a socket that answers is left alone', async () => {
  const path = freshPath();
  const { pool } = await listenOn(path);
  await expect(listenOn(path)).rejects.toMatchObject({ code: 'LISTEN_FAILED', facts: { path } });
  await ask(path, 'POST /v1/stop');
  expect(pool.asked).toEqual(['stop']);
});

test('a file that is no socket is left alone', async () => {
  const path = freshPath();
  mkdirSync(join(path, '..'), { mode: 0o700 });
  writeFileSync(path, 'mine');
  await expect(listenOn(path)).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  expect(statSync(path).size).toBe(4);
});

test('a directory that others may enter is refused, and its mode is not changed', async () => {
  const directory = join(tempDir(), 'run');
  mkdirSync(directory, { mode: 0o755 });
  await expect(listenOn(join(directory, 's'))).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    facts: { path: directory },
  });
  expect(statSync(directory).mode & 0o777).toBe(0o755);
});

test('a path that the kernel would cut is refused by its length in bytes', async () => {
  const directory = tempDir();
  const tooLong = join(directory, 'é'.repeat(60));
  await expect(listenOn(tooLong)).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    message: expect.stringContaining('107'),
  });
});

test('a path of exactly the longest length works', async () => {
  const directory = tempDir();
  const path = join(directory, 'x'.repeat(107 - directory.length - 1));
  await listenOn(path);
  expect((await ask(path, 'GET /v1/status')).status).toBe(200);
});

test('closed, it leaves no file', async () => {
  const path = freshPath();
  const { socket } = await listenOn(path);
  await socket.close();
  expect(existsSync(path)).toBe(false);
});
