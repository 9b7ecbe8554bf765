import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { listeningSockets, parseListening } from '../../harness/listening-sockets.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const TABLE = `Num       RefCount Protocol Flags    Type St Inode Path
00000000aa: 00000002 00000000 00010000 0001 01 123456 /tmp/a b/s
00000000bb: 00000003 00000000 00000000 0001 03 123457 /tmp/connected
00000000cc: 00000002 00000000 00010000 0001 01  1234
`;

test('only sockets that listen and have a path are read from the kernel’s table', () => {
  expect(parseListening(TABLE)).toEqual([{ inode: '123456', path: '/tmp/a b/s' }]);
});

test('a socket is found while somebody listens on it, and under its own directory only', async () => {
  const dir = tempDir();
  const server = createServer();
  atEnd(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => {
    server.listen(join(dir, 's'), resolve);
  });
  expect(listeningSockets(dir).map(({ path }) => path)).toEqual([join(dir, 's')]);
  expect(listeningSockets(tempDir())).toEqual([]);
  expect(listeningSockets(dir.slice(0, -1))).toEqual([]);
});
