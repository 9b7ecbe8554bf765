import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { holdLocks } from '../../cli/hold-locks.ts';
import { createHoldings } from '../../cli/holdings.ts';
import { type Slot, slotsOf } from '../../config/slots.ts';
import type { Config } from '../../config/types.ts';
import { rosterOf } from '../../supervisor/compose-roster.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { testConfig } from '../harness/test-config.ts';

/** A pool at a socket of its own, and what it finds when it starts: a range that reached one place further. */
async function makePool() {
  const dir = tempDir();
  const socket = join(dir, 'server');
  const config: Config = {
    ...testConfig(),
    file: join(dir, 'config.yaml'),
    stateDir: join(dir, 'state'),
    tmux: { socket: { kind: 'path', path: socket } },
  };
  const uid = process.getuid?.() ?? 0;
  const roster = rosterOf(config, { env: {}, uid });
  const gone: Slot = { ...(slotsOf(config)[0] as Slot), name: 'pool-12', index: 12 };
  await roster.write({ range: [...slotsOf(config), gone], retiring: [], accounts: [] });
  const hold = (held: Config = config) =>
    holdLocks({ config: held, env: {}, uid, waitLockMs: 0, log: () => {} });
  return { config, roster, gone, hold, lockFile: `${socket}.claude-failover-${uid}.lock` };
}

test('a place that has left the range is ours to end, and stays noted down until it was', async () => {
  const { config, roster, gone, hold } = await makePool();
  const locks = await hold();
  const legacy = await createHoldings({ locks, roster, log: () => {} }).inherit(config);
  expect(legacy.retiring).toEqual([gone]);
  expect(roster.read()?.retiring).toEqual([gone]);
  locks.release();
});

test('a place that another daemon has by now is its own, and is forgotten', async () => {
  const { config, roster, hold } = await makePool();
  const { autonomous } = config.pool;
  const others = { ...config.pool, autonomous: { ...autonomous, startIndex: 12, max: 1 } };
  const neighbour = await hold({ ...config, pool: others });
  const locks = await hold();
  const legacy = await createHoldings({ locks, roster, log: () => {} }).inherit(config);
  expect(legacy.retiring).toEqual([]);
  expect(roster.read()?.retiring).toEqual([]);
  locks.release();
  neighbour.release();
});

test('a place whose lock cannot be asked for is not forgotten: the daemon does not start, and the next one ends it', async () => {
  const { config, roster, gone, hold, lockFile } = await makePool();
  const before = roster.read();
  const locks = await hold();
  rmSync(lockFile);
  mkdirSync(lockFile);
  const starting = createHoldings({ locks, roster, log: () => {} }).inherit(config);
  await expect(starting).rejects.toMatchObject({ code: 'LOCK_FAILED' });
  expect(roster.read()).toEqual(before);
  locks.release();

  rmSync(lockFile, { recursive: true });
  const again = await hold();
  const legacy = await createHoldings({ locks: again, roster, log: () => {} }).inherit(config);
  expect(legacy.retiring).toEqual([gone]);
  again.release();
});
