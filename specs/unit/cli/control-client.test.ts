import { createServer, type Server } from 'node:net';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { askDaemon, requireDaemon } from '../../../cli/control-client.ts';
import { controlSocketPath } from '../../../config/control-path.ts';
import type { Config } from '../../../config/types.ts';
import { refused } from '../../../web/answer.ts';
import type { ApiRequest } from '../../../web/api.ts';
import { startControlSocket } from '../../../web/control-socket.ts';
import { configOf, MINIMAL_CONFIG } from '../../harness/config-file.ts';
import { startProgram } from '../../harness/program.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const STATUS = { method: 'GET', path: '/v1/status' } as const;

function configIn(stateDir = tempDir()): Config {
  return { ...configOf(MINIMAL_CONFIG), stateDir };
}

async function answering(config: Config, answer: (request: ApiRequest) => unknown): Promise<void> {
  const socket = await startControlSocket({
    path: controlSocketPath(config),
    handler: async (request) => {
      const body = answer(request);
      return body instanceof Error ? refused(409, 'CONFLICT', body.message) : { status: 200, body };
    },
  });
  atEnd(() => socket.close());
}

/** A daemon that has stopped in the middle: it is connected to, and says what it is given. */
async function talking(config: Config, text: string | null): Promise<void> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    if (text !== null) socket.end(text);
    atEnd(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(controlSocketPath(config), resolve));
  atEnd(() => new Promise((resolve) => server.close(resolve)));
}

test('the answer is what the daemon says', async () => {
  const config = configIn();
  await answering(config, ({ method, path, body }) => ({ method, path, body }));
  const body = { restart: true, text: 'é' };
  expect(await askDaemon(config, { method: 'POST', path: '/v1/x', body })).toEqual({
    method: 'POST',
    path: '/v1/x',
    body,
  });
});

test('no socket and a socket that nobody listens on mean that no daemon runs', async () => {
  const config = configIn();
  expect(await askDaemon(config, STATUS)).toBeNull();
  await expect(requireDaemon(config, STATUS)).rejects.toMatchObject({ code: 'DAEMON_DOWN' });
});

test('a refusal of the daemon keeps its code and its words', async () => {
  const config = configIn();
  await answering(config, () => new Error('it is held'));
  await expect(askDaemon(config, STATUS)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'it is held',
  });
});

test('a daemon that hangs is not one that is down', async () => {
  const config = configIn();
  await talking(config, null);
  await expect(askDaemon(config, { ...STATUS, patienceMs: 30 })).rejects.toMatchObject({
    code: 'DAEMON_SILENT',
    message: expect.stringContaining('does not answer'),
  });
});

test('whoever was held up itself reads the answer that has come meanwhile before it calls anybody silent', async () => {
  const config = configIn();
  const daemon = startProgram('answering-daemon', [controlSocketPath(config)]);
  await daemon.says((line) => line === 'listening', 'listen');
  const asked = askDaemon(config, { ...STATUS, patienceMs: 1000 });
  await heldUp(1200);
  expect(await asked).toEqual({ v: 1 });
  await daemon.end();
});

test('a daemon that breaks off or talks nonsense is not one that is down', async () => {
  for (const text of [
    '',
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"v"',
    'HTTP/1.1 200 OK\r\n\r\n<p>',
  ]) {
    const config = configIn();
    await talking(config, text);
    await expect(askDaemon(config, STATUS)).rejects.toMatchObject({ code: 'DAEMON_SILENT' });
  }
});

test('a state directory too deep for a socket gets a short path, the same for everybody', () => {
  expect(controlSocketPath(configIn('/var/lib/pool'))).toMatch(/^\/var\/lib\/pool\/[\w-]+\.sock$/);
  const deep = configIn(join('/var', 'x'.repeat(120)));
  expect(controlSocketPath(deep, 1000)).toMatch(/^\/tmp\/claude-failover-1000\/[\w-]+\.sock$/);
  expect(controlSocketPath(deep, 1000)).toBe(controlSocketPath({ ...deep }, 1000));
  const other = configIn(join('/var', 'y'.repeat(120)));
  expect(controlSocketPath(other, 1000)).not.toBe(controlSocketPath(deep, 1000));
});

test('the path is short only when it must be: 107 bytes fit, 108 do not', () => {
  const name = basename(controlSocketPath(configIn('/var')));
  const ofBytes = (bytes: number) => {
    const folder = `/é${'x'.repeat(bytes - Buffer.byteLength(`/é/${name}`))}`;
    return controlSocketPath(configIn(folder), 7);
  };
  expect(Buffer.byteLength(ofBytes(107))).toBe(107);
  expect(ofBytes(108)).toMatch(/^\/tmp\//);
});

test('what only the daemon can do is waited for longer than what it says of the pool', async () => {
  const config = configIn();
  const daemon = startProgram('answering-daemon', [controlSocketPath(config), '900']);
  await daemon.says((line) => line === 'listening', 'listen');
  const verb = { method: 'POST', path: '/v1/pool/reset' } as const;
  expect(await requireDaemon(config, verb)).toEqual({ v: 1 });
  await expect(askDaemon(config, STATUS)).rejects.toMatchObject({ code: 'DAEMON_SILENT' });
  await daemon.end();
});

/**
 * Nothing runs in us for so long, as if the machine had no time for us. Right before the loop begins anew, so that
 * the timers that are due come before what can be read.
 */
function heldUp(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
      resolve();
    });
  });
}
