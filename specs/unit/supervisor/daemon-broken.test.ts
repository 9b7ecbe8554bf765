import { expect, test } from '@jest/globals';
import { sessionsOf } from '../../../supervisor/pool.ts';
import { createDaemonWorld, NAMES } from '../../harness/daemon-world.ts';

test('a root that breaks is told to whoever runs the daemon, and nothing acts on without it', async () => {
  const w = await createDaemonWorld();
  const daemon = await w.start();
  const sessions = sessionsOf(daemon.root);
  expect(sessions.map(({ id }) => id)).toEqual(NAMES);
  daemon.root.send({ type: 'session.spawn', session: null as never });
  await expect(daemon.broken).resolves.toMatchObject({ name: 'TypeError' });
  expect(sessions.map((session) => session.getSnapshot().status)).toEqual([
    'stopped',
    'stopped',
    'stopped',
  ]);
  await daemon.stop();
});
