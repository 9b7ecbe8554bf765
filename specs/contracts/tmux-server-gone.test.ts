import { once } from 'node:events';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isServerGone } from '../../actors/tmux/server-gone.ts';
import { atEnd } from '../harness/scope.ts';
import { tempDir } from '../harness/temp-dir.ts';

test('a server that answers is not gone', async () => {
  const socketPath = join(tempDir(), 'server');
  await listen(socketPath);
  expect(await isServerGone(socketPath)).toBe(false);
});

test('a server whose socket a cleaner of /tmp has swept away is not gone, by whichever way it is named', async () => {
  const directory = tempDir();
  const socketPath = join(directory, 'server');
  await listen(socketPath);
  rmSync(socketPath);
  expect(await isServerGone(socketPath)).toBe(false);
  const link = join(tempDir(), 'link');
  symlinkSync(directory, link);
  expect(await isServerGone(join(link, 'server'))).toBe(false);
});

test('a server that has ended is gone, whether or not it took its socket along', async () => {
  const socketPath = join(tempDir(), 'server');
  const server = await listen(socketPath);
  server.close();
  await once(server, 'close');
  expect(await isServerGone(socketPath)).toBe(true);
  // What is left where nobody took it along refuses likewise.
  writeFileSync(socketPath, '');
  expect(await isServerGone(socketPath)).toBe(true);
  expect(await isServerGone(join(tempDir(), 'no', 'such', 'directory', 'server'))).toBe(true);
});

test('where nothing can be told no server is taken for gone', async () => {
  const place = join(tempDir(), 'file');
  writeFileSync(place, '');
  expect(await isServerGone(join(place, 'server'))).toBe(false);
});

async function listen(socketPath: string): Promise<Server> {
  const server = createServer((client) => client.destroy());
  server.listen(socketPath);
  await once(server, 'listening');
  atEnd(() => void server.close());
  return server;
}
