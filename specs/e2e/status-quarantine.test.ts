import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { relink } from '../harness/account-home.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

async function accountStates(pool: TestPool): Promise<Readonly<Record<string, string>>> {
  const { accounts } = await pool.status();
  return Object.fromEntries(accounts.map(({ name, state }) => [name, state]));
}

function logged(run: DaemonRun, event: string) {
  return run.log.filter((line) => line.event === event);
}

test('an account whose link is swapped meanwhile is quarantined at the next launch on it, loudly, and what lives there is left alone; mended, it heals at the next launch', async () => {
  const pool = makeTestPool({
    max: 2,
    // A quarantine that counted as a failure would soon make the session give up.
    config: { restart: { intensity: 1, backoff_initial: '10ms', backoff_max: '100ms' } },
  });
  const run = await pool.start();
  const [victim, neighbour] = await pool.allAre('idle.ready');
  const home = pool.config.accounts[0]?.home ?? '';
  const elsewhere = tempDir();

  relink(home, 'projects', elsewhere);
  expect(await accountStates(pool)).toEqual({ compte1: 'available', compte2: 'available' });
  process.kill(victim?.pid ?? -1, 'SIGKILL');
  const told = await run.logged('account.quarantined');
  await until(() => logged(run, 'session.delayed').length >= 3, {
    withinMs: 20_000,
    what: 'three launches to be refused',
  });

  expect(told).toMatchObject({
    level: 'error',
    account: 'compte1',
    evidence: [{ code: 'guard.divergent', link: 'projects', path: join(home, 'projects') }],
  });
  expect(logged(run, 'account.quarantined')).toHaveLength(1);
  expect(logged(run, 'session.delayed')[0]).toMatchObject({
    session: 'ccl-auto-11',
    code: 'ACCOUNT_QUARANTINED',
    reason: expect.stringContaining(elsewhere),
  });
  expect(await accountStates(pool)).toEqual({ compte1: 'quarantined', compte2: 'available' });
  const waiting = await pool.session('ccl-auto-11');
  expect(waiting).toMatchObject({ state: 'crashed', pid: null });
  expect(waiting.reason).toContain('compte1');
  expect(await pool.session('ccl-auto-12')).toEqual(neighbour);
  expect(agentBySession(pool.dir)).toEqual({ 'ccl-auto-12': neighbour?.pid });

  relink(home, 'projects', join(pool.config.sharedState.root, 'projects'));
  const healed = await pool.sessionIs('ccl-auto-11', 'idle.ready');

  expect(healed).toMatchObject({ conversation: victim?.conversation, restarts: 1, reason: null });
  expect(await accountStates(pool)).toEqual({ compte1: 'available', compte2: 'available' });
  expect(logged(run, 'account.available')).toEqual([
    expect.objectContaining({ level: 'info', account: 'compte1' }),
  ]);
  expect(await pool.session('ccl-auto-12')).toEqual(neighbour);
});
