import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { relink } from '../harness/account-home.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';

jest.setTimeout(90_000);

async function accountStates(pool: TestPool): Promise<Readonly<Record<string, string>>> {
  const { accounts } = await pool.status();
  return Object.fromEntries(accounts.map(({ name, state }) => [name, state]));
}

function logged(run: DaemonRun, event: string) {
  return run.log.filter((line) => line.event === event);
}

test('an account whose link is swapped meanwhile is quarantined at the next launch on it, loudly: that session goes on elsewhere, and what lives there is left alone; mended, it heals by itself', async () => {
  const pool = makeTestPool({
    max: 2,
    config: {
      // A quarantine that counted as a failure would soon make the session give up.
      restart: { intensity: 1, backoff_initial: '10ms', backoff_max: '100ms' },
      reconcile: { interval: '1s' },
    },
  });
  const run = await pool.start();
  const [victim, neighbour] = await pool.allAre('idle.ready');
  const home = pool.config.accounts[0]?.home ?? '';
  const elsewhere = tempDir();

  relink(home, 'projects', elsewhere);
  expect(await accountStates(pool)).toEqual({ compte1: 'available', compte2: 'available' });
  sendSignal(victim?.pid);
  const told = await run.logged('account.quarantined');

  expect(told).toMatchObject({
    level: 'error',
    account: 'compte1',
    evidence: [{ code: 'guard.divergent', link: 'projects', path: join(home, 'projects') }],
  });
  await run.logged('failover.completed', { session: 'ccl-auto-11', to: 'compte2' });
  const back = await pool.sessionIs('ccl-auto-11', 'idle.ready');
  expect(back).toMatchObject({ account: 'compte2', conversation: victim?.conversation });
  expect(await accountStates(pool)).toEqual({ compte1: 'quarantined', compte2: 'available' });
  expect(logged(run, 'account.quarantined')).toHaveLength(1);
  expect(logged(run, 'session.failed')).toEqual([]);
  expect(await pool.session('ccl-auto-12')).toEqual(neighbour);
  expect(agentBySession(pool.dir)).toEqual({
    'ccl-auto-11': back.pid,
    'ccl-auto-12': neighbour?.pid,
  });

  relink(home, 'projects', join(pool.config.sharedState.root, 'projects'));
  expect(await run.logged('account.available')).toMatchObject({
    level: 'info',
    account: 'compte1',
  });

  expect(await accountStates(pool)).toEqual({ compte1: 'available', compte2: 'available' });
  expect(await pool.session('ccl-auto-12')).toEqual(neighbour);
  // It stays where it is as long as nothing speaks against that.
  expect(await pool.session('ccl-auto-11')).toMatchObject({ account: 'compte2', pid: back.pid });
});
