import { expect, jest, test } from '@jest/globals';
import { agentBySession } from '../harness/pool-agents.ts';
import { runAnswered } from '../harness/run-cli.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';

jest.setTimeout(120_000);

const ONE = 'ccl-auto-11';
const FAST = { strategy: 'priority', reset_margin: '0s', cooldown: '0s' };

/** What a verb prints for a person; it must be well. */
async function page(pool: TestPool, ...args: readonly string[]): Promise<string> {
  const { code, stdout } = await runAnswered([...args, '--config', pool.file], { env: pool.env });
  expect(code).toBe(0);
  return stdout;
}

async function json(pool: TestPool, ...args: readonly string[]) {
  return JSON.parse(await page(pool, ...args, '--json'));
}

test('after a move session show, account show and task show tell what led to it, the rule, and how long it took', async () => {
  const pool = makeTestPool({ max: 1, config: { failover: FAST } });
  const desk = taskDesk(pool);
  const run = await pool.start();
  const [before] = await pool.allAre('idle.ready');
  const id = await desk.add('walk on [[demo:limit 1h]]');
  await desk.is(id, 'done');
  await run.logged('failover.completed', { session: ONE });
  const why = 'compte2 is the preferred account that can be used; compte1 is limited until';

  const session = await page(pool, 'session', 'show', ONE);
  expect(session).toMatch(
    /has to leave compte1: its turn ended at the limit \(rate_limit, .*"You.ve hit your .*", told by a hook of the client/,
  );
  expect(session).toContain(`is to go on with compte2: ${why}`);
  expect(session).toMatch(/goes on with compte2 instead of compte1, after \d+ ms/);

  for (const account of ['compte1', 'compte2']) {
    expect(await page(pool, 'account', 'show', account)).toMatch(
      new RegExp(`${ONE}: has to leave compte1: .*; goes on with compte2 .* after \\d+ ms: ${why}`),
    );
  }
  expect(await page(pool, 'account', 'show', 'compte1')).toMatch(
    new RegExp(`because +a turn in ${ONE} ended with rate_limit`),
  );

  const task = await json(pool, 'task', 'show', id);
  expect(task.accounts).toMatchObject([
    { account: 'compte1', session: ONE, from: expect.any(String), until: expect.any(String) },
    { account: 'compte2', session: ONE, from: expect.any(String), until: expect.any(String) },
  ]);
  expect(task.accounts[0].until).toBe(task.accounts[1].from);
  expect(await page(pool, 'task', 'show', id)).toMatch(
    new RegExp(`account +compte1 in ${ONE} .*\\n +account +compte2 in ${ONE} `),
  );
  expect(task.conversation).toBe(before?.conversation);
});

test('while no account is left it is told for what a session waits, also once no daemon runs', async () => {
  const pool = makeTestPool({ max: 1, config: { failover: FAST } });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  await page(pool, 'account', 'disable', 'compte2');
  await desk.add('walk on [[demo:limit 1h]]');
  await pool.sessionIs(ONE, 'working.parked');
  await run.logged('failover.parked', { session: ONE });

  expect((await json(pool, 'status')).sessions[0].failover).toMatchObject({
    step: 'parked',
    from: 'compte1',
    reason: 'limit',
    evidence: { error: 'rate_limit', session: ONE },
    why: expect.stringMatching(/^no account is left that can be used; the first is due at \d{4}-/),
  });
  expect(await page(pool, 'session', 'show', ONE)).toMatch(
    /failover +has to leave compte1: .*\n +because +a turn in ccl-auto-11 .*\n +waits +no account is left/,
  );

  run.child.kill('SIGTERM');
  await run.exited;
  expect((await json(pool, 'session', 'show', ONE)).failover).toMatchObject({
    step: 'parked',
    from: 'compte1',
    why: null,
  });
});

test('a dry run tells the rule and who was passed over, and begins nothing', async () => {
  const pool = makeTestPool({
    max: 1,
    accounts: ['compte1', 'compte2', 'compte3'],
    config: { failover: FAST },
  });
  const run = await pool.start();
  const before = await pool.allAre('idle.ready');
  const agents = agentBySession(pool.dir);
  await page(pool, 'account', 'disable', 'compte2');

  expect(await page(pool, 'failover', ONE, '--dry-run')).toMatch(
    /^from compte1: compte3 is the preferred account that can be used; compte2 is disabled$/m,
  );

  expect(await pool.allAre('idle.ready')).toEqual(before);
  expect(agentBySession(pool.dir)).toEqual(agents);
  expect(run.log.filter(({ event }) => event.startsWith('failover.'))).toEqual([]);
});
