import { expect, jest, test } from '@jest/globals';
import { agentBySession } from '../harness/pool-agents.ts';
import { makeTestPool } from '../harness/test-pool.ts';

jest.setTimeout(60_000);

test('a second daemon on an overlapping range exits 75, names the holder and changes nothing', async () => {
  const pool = makeTestPool();
  const holder = await pool.start();
  await pool.allAre('idle.ready');
  const agents = agentBySession(pool.dir);
  const sessions = pool.tmux(
    'list-sessions',
    '-F',
    '#{session_id} #{session_name} #{session_created}',
  );

  const overlapping = makeTestPool({ beside: pool, start: 13, max: 4 });
  const refused = await overlapping.start({ awaitReady: false });

  await expect(refused.exited).resolves.toEqual({ code: 75, signal: null });
  expect(refused.stderr()).toContain(`pid ${holder.pid}`);
  expect(refused.stderr()).toContain('11 to 13');
  expect(agentBySession(pool.dir)).toEqual(agents);
  expect(pool.tmux('list-sessions', '-F', '#{session_id} #{session_name} #{session_created}')).toBe(
    sessions,
  );
});

test('a daemon on a disjoint range of the same server runs beside it', async () => {
  const pool = makeTestPool();
  await pool.start();
  const beside = makeTestPool({ beside: pool, start: 14, max: 2 });
  await beside.start();

  const ours = await pool.allAre('idle.ready');
  const theirs = await beside.allAre('idle.ready');

  expect(ours.map(({ name }) => name)).toEqual(['ccl-auto-11', 'ccl-auto-12', 'ccl-auto-13']);
  expect(theirs.map(({ name }) => name)).toEqual(['ccl-auto-14', 'ccl-auto-15']);
});

test('the lock of a killed daemon holds nobody up', async () => {
  const pool = makeTestPool();
  const first = await pool.start();
  first.child.kill('SIGKILL');
  await first.exited;
  await pool.start();
  await pool.allAre('idle.ready');
});
