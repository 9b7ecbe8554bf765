import { expect, jest, test } from '@jest/globals';
import { startOperatorServer } from '../harness/operator-sessions.ts';
import { makeTestPool } from '../harness/test-pool.ts';

jest.setTimeout(60_000);

test('with the dash of the prefix forgotten beside the real pool, the daemon says so before it makes phantom sessions', async () => {
  const operator = startOperatorServer(['mail', 'ccl-auto-11', 'ccl-auto-12']);
  const pool = makeTestPool({
    socketPath: operator.socketPath,
    config: { pool: { autonomous: { prefix: 'ccl-auto', start_index: 0, max: 2 } } },
  });
  const before = operator.portrait();

  const run = await pool.start();
  await pool.allAre('idle.ready');

  const words = ['daemon.suspicious_names', 'session.created'];
  const events = run.log.map(({ event }) => event).filter((event) => words.includes(event));
  expect(events).toEqual(['daemon.suspicious_names', 'session.created', 'session.created']);
  const warning = await run.logged('daemon.suspicious_names');
  expect(warning).toMatchObject({
    level: 'warn',
    prefix: 'ccl-auto',
    startIndex: 0,
    similar: ['ccl-auto-11', 'ccl-auto-12'],
  });
  expect(warning['msg']).toContain('pool.autonomous.prefix');
  expect(operator.portrait()).toBe(before);
  expect(operator.disturbed()).toEqual([]);
});

test('a pool that finds its own sessions, or nobody’s, is not suspicious', async () => {
  const operator = startOperatorServer(['mail', 'ccl-auto']);
  const pool = makeTestPool({ socketPath: operator.socketPath, max: 1 });
  const first = await pool.start();
  await pool.allAre('idle.ready');
  first.child.kill('SIGTERM');
  await first.exited;
  const second = await pool.start();

  for (const { log } of [first, second]) {
    expect(log.filter(({ event }) => event === 'daemon.suspicious_names')).toEqual([]);
  }
});
