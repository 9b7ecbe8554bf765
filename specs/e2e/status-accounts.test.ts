import { expect, jest, test } from '@jest/globals';
import { runAnswered, runCli } from '../harness/run-cli.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';

jest.setTimeout(120_000);

const ONE = 'ccl-auto-11';
const TWO = 'ccl-auto-12';

function run(pool: TestPool, ...args: readonly string[]) {
  return runCli([...args, '--config', pool.file], { env: pool.env });
}

/** What only reads can be asked again. */
function read(pool: TestPool, ...args: readonly string[]) {
  return runAnswered([...args, '--config', pool.file], { env: pool.env });
}

async function json(pool: TestPool, ...args: readonly string[]) {
  const { code, stdout, stderr } = await read(pool, ...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** What `account show` says that it has become, oldest first. */
function becameOf({ history }: { readonly history: readonly { readonly event: string }[] }) {
  return history.map(({ event }) => event).filter((event) => event.startsWith('account.'));
}

/** Kills the daemon in the middle of whatever it does, and starts the next one. */
async function nextDaemon(pool: TestPool, daemon: DaemonRun): Promise<DaemonRun> {
  daemon.child.kill('SIGKILL');
  await daemon.exited;
  return await pool.start();
}

test('account limit moves the sessions that rest there, account clear ends it, and account show tells who said so', async () => {
  const pool = makeTestPool({ max: 2 });
  const daemon = await pool.start();
  const before = await pool.allAre('idle.ready');
  expect(before.map(({ account }) => account)).toEqual(['compte1', 'compte1']);
  const over = '2100-01-02T03:04:05.000Z';

  const limited = await run(pool, 'account', 'limit', 'compte1', '--until', over);

  expect(limited).toMatchObject({ code: 0, stderr: '' });
  expect(limited.stdout).toMatch(
    /^compte1: limited until 2100-01-02T03:04:05\.000Z \(in \d+d(\d+h)?\)\n$/,
  );
  for (const session of [ONE, TWO]) await daemon.logged('failover.completed', { session });
  const after = await pool.allAre('idle.ready');
  expect(after.map(({ account, conversation }) => [account, conversation])).toEqual(
    before.map(({ conversation }) => ['compte2', conversation]),
  );
  const again = await run(pool, 'account', 'limit', 'compte1', '--until', over);
  expect(again).toEqual({ code: 0, stdout: 'compte1: nothing to change\n', stderr: '' });

  const shown = await json(pool, 'account', 'show', 'compte1');
  expect(shown).toMatchObject({
    name: 'compte1',
    state: 'limited',
    limitedUntil: over,
    window: 'unknown',
    evidence: { source: 'operator', session: null },
    priority: 1,
    sessions: [],
    moves: [],
  });
  expect(becameOf(shown)).toEqual(['account.limited']);
  const page = await read(pool, 'account', 'show', 'compte1');
  expect(page.stdout).toMatch(/^ {2}because +.*by the operator \(/m);
  expect((await read(pool, 'account', 'list')).stdout).toMatch(/compte1 +limited +free in \d+d/);

  expect((await run(pool, 'account', 'clear', 'compte1')).stdout).toMatch(/^compte1: cleared/);
  expect((await run(pool, 'account', 'clear', 'compte1')).stdout).toBe(
    'compte1: nothing to change\n',
  );
  const cleared = await json(pool, 'account', 'show', 'compte1');
  expect(cleared).toMatchObject({ state: 'available', limitedUntil: null, evidence: null });
  expect(becameOf(cleared)).toEqual(['account.limited', 'account.available']);
  // What is well where it is stays there.
  expect(await pool.allAre('idle.ready')).toEqual(after);
});

test('what an operator has said of an account outlives the daemon, and is told also while none runs', async () => {
  const pool = makeTestPool({ max: 1 });
  let daemon = await pool.start();
  await pool.allAre('idle.ready');
  expect((await run(pool, 'account', 'disable', 'compte2')).code).toBe(0);
  expect((await run(pool, 'account', 'limit', 'compte2', '--for', '2h')).code).toBe(0);

  daemon = await nextDaemon(pool, daemon);
  expect(await json(pool, 'account', 'show', 'compte2')).toMatchObject({ state: 'disabled' });
  // Several may hold at once.
  expect((await run(pool, 'account', 'enable', 'compte2')).stdout).toBe('compte2: in use again\n');
  expect(await json(pool, 'account', 'show', 'compte2')).toMatchObject({ state: 'limited' });

  daemon.child.kill('SIGTERM');
  await daemon.exited;
  const stored = await json(pool, 'account', 'show', 'compte2');
  expect(stored).toMatchObject({ state: 'limited', evidence: { source: 'operator' } });
  expect(stored.history.length).toBeGreaterThanOrEqual(2);
  expect(await json(pool, 'account', 'list')).toMatchObject([
    { name: 'compte1', limitedUntil: null },
    { name: 'compte2', state: 'limited', limitedUntil: stored.limitedUntil },
  ]);
  expect((await read(pool, 'account', 'show', 'compte2')).stdout).toContain(
    '(no daemon runs: what it stored last is shown)',
  );
  expect(await run(pool, 'account', 'clear', 'compte2')).toMatchObject({ code: 69, stdout: '' });
});

test('failover shows what it would do, does it, and then has nothing left to move', async () => {
  const pool = makeTestPool({ max: 2 });
  const daemon = await pool.start();
  const before = await pool.allAre('idle.ready');

  const planned = await json(pool, 'failover', '--from', 'compte1', '--dry-run');
  const move = { from: 'compte1', to: 'compte2', action: 'move' };
  expect(planned).toMatchObject({
    v: 1,
    moves: [
      { session: ONE, ...move },
      { session: TWO, ...move },
    ],
  });
  expect(await pool.allAre('idle.ready')).toEqual(before);

  const one = await run(pool, 'failover', ONE);
  expect(one).toMatchObject({ code: 0 });
  expect(one.stdout).toMatch(/^ccl-auto-11 +compte1 +compte2 +now /m);
  expect(one.stderr).toMatch(/^1 session to be moved/);
  await daemon.logged('failover.completed', { session: ONE, reason: 'operator' });
  expect(await pool.sessionIs(ONE, 'idle.ready')).toMatchObject({
    account: 'compte2',
    conversation: before[0]?.conversation,
  });
  expect(await pool.session(TWO)).toEqual(before[1]);

  expect((await run(pool, 'failover', '--from', 'compte1', '--to', 'compte2')).code).toBe(0);
  await daemon.logged('failover.completed', { session: TWO });
  await pool.sessionIs(TWO, 'idle.ready');
  const nothing = await run(pool, 'failover', '--from', 'compte1');
  expect(nothing).toEqual({ code: 0, stdout: '', stderr: 'There is nothing to move.\n' });
});

test('failover to an account that cannot be used is refused with the reason, and unknown names are 66', async () => {
  const pool = makeTestPool({ max: 1 });
  await pool.start();
  const [before] = await pool.allAre('idle.ready');
  expect((await run(pool, 'account', 'disable', 'compte2')).code).toBe(0);

  const refused = await run(pool, 'failover', '--to', 'compte2');

  expect(refused).toMatchObject({ code: 69, stdout: '' });
  expect(refused.stderr).toContain('compte2 cannot be used now: it is disabled');
  for (const args of [['--to', 'compte9'], ['--from', 'compte9'], ['ccl-auto-99']]) {
    expect(await run(pool, 'failover', ...args)).toMatchObject({ code: 66, stdout: '' });
  }
  expect(await pool.session(ONE)).toEqual(before);
});
