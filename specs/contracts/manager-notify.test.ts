import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createNotify } from '../../actors/manager/notify.ts';
import { atEnd } from '../harness/scope.ts';
import { spawned } from '../harness/spawned.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

/** What a service manager does: it binds, reads datagrams, and closes the descriptors that come along (a barrier). */
const LISTENER = `
import array, os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace('@', '\\0', 1) if sys.argv[1].startswith('@') else sys.argv[1])
print('bound', flush=True)
while True:
    data, extra, _, _ = s.recvmsg(4096, 4096)
    for _, _, fds in extra:
        for fd in array.array('i', fds): os.close(fd)
    print(data.decode().strip().replace('\\n', ' '), flush=True)
`;

/** A datagram socket of a manager's; gives what was said to it, one message a line. */
async function listenAt(address: string): Promise<() => readonly string[]> {
  const child = spawned(spawn('python3', ['-c', LISTENER, address]), 'the listener');
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  atEnd(() => void child.kill('SIGKILL'));
  const lines = () => said.split('\n').slice(0, -1);
  await until(() => lines().includes('bound'), { withinMs: 10_000, what: 'it to listen' });
  return () => lines().filter((line) => line !== 'bound' && line !== 'BARRIER=1');
}

const ADDRESSES = {
  'a socket in a directory': () => join(tempDir(), 'notify'),
  'an abstract socket': () => `@spec-${randomUUID()}`,
} as const;

test.each(Object.entries(ADDRESSES))(
  'what is said to %s comes in order, each in one message',
  async (_, address) => {
    const NOTIFY_SOCKET = address();
    const said = await listenAt(NOTIFY_SOCKET);
    const errors: Error[] = [];
    const notify = createNotify({
      env: { ...process.env, NOTIFY_SOCKET },
      onError: (error) => errors.push(error),
    });

    notify(['RELOADING=1', 'MONOTONIC_USEC=12']);
    notify(['READY=1', 'STATUS=supervises 3 session(s)']);
    notify(['WATCHDOG=1']);

    await until(() => said().length === 3, { withinMs: 20_000, what: 'three messages' });
    expect(said()).toEqual([
      'RELOADING=1 MONOTONIC_USEC=12',
      'READY=1 STATUS=supervises 3 session(s)',
      'WATCHDOG=1',
    ]);
    expect(errors).toEqual([]);
  },
);

test('a manager that is not there is an error to be told, once for each time, and nothing else', async () => {
  const errors: Error[] = [];
  const notify = createNotify({
    env: { ...process.env, NOTIFY_SOCKET: join(tempDir(), 'nobody') },
    onError: (error) => errors.push(error),
  });

  notify(['READY=1']);
  notify(['STOPPING=1']);

  await until(() => errors.length === 2, { withinMs: 20_000, what: 'two errors' });
  expect(errors[0]?.message).toMatch(/systemd-notify/);
});

test('where there is no systemd-notify that is told', async () => {
  const errors: NodeJS.ErrnoException[] = [];
  const notify = createNotify({
    env: { PATH: tempDir(), NOTIFY_SOCKET: '/nowhere' },
    onError: (error) => errors.push(error),
  });

  notify(['READY=1']);

  await until(() => errors.length === 1, { withinMs: 10_000, what: 'an error' });
  expect(errors[0]?.code).toBe('ENOENT');
});
