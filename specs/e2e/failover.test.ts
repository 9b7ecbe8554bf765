import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { limitAccount } from '../fixtures/demo-agent/failure.ts';
import { relink } from '../harness/account-home.ts';
import {
  attachToMine,
  clientsOf,
  MINE,
  makeDedicatedPool,
  mineIsOn,
  transcriptOf,
} from '../harness/dedicated-pool.ts';
import { filesBelow } from '../harness/files-below.ts';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { mostOnTheWay } from '../harness/on-the-way.ts';
import { startOperatorServer } from '../harness/operator-sessions.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { noteReceivedBytes } from '../harness/received-bytes.ts';
import { addTasks } from '../harness/task-adding.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type DaemonRun, type LogLine, makeTestPool, type TestPool } from '../harness/test-pool.ts';

jest.setTimeout(240_000);

const ONE = 'ccl-auto-11';
const FAST = { strategy: 'priority', reset_margin: '0s', cooldown: '0s' };

/** Makes every turn of this account fail from now on, as its client would tell. */
const LIMIT = '[[demo:limit 1h]]';

function eventsOf({ log }: DaemonRun, event: string): readonly LogLine[] {
  return log.filter((line) => line.event === event);
}

async function stateOf(pool: TestPool, account: string): Promise<string | undefined> {
  return (await pool.status()).accounts.find(({ name }) => name === account)?.state;
}

test('the target’s link is swapped before the move: it is quarantined, the next one is taken, and nothing is started on it', async () => {
  const pool = makeTestPool({
    max: 1,
    accounts: ['compte1', 'compte2', 'compte3'],
    config: { failover: FAST },
  });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.sessionIs(ONE, 'idle.ready');
  const second = join(pool.dir, 'accounts', 'compte2');
  relink(second, 'projects', tempDir());

  const id = await desk.add(`walk on ${LIMIT}`);
  const task = await desk.is(id, 'done');

  expect(task.attempts).toBe(1);
  expect(await pool.session(ONE)).toMatchObject({ account: 'compte3' });
  await run.logged('account.quarantined', { account: 'compte2' });
  expect(await stateOf(pool, 'compte1')).toBe('limited');
  expect(await stateOf(pool, 'compte2')).toBe('quarantined');
  expect(heard.with(id)).toHaveLength(2);
  expect(filesBelow(second).filter((file) => file.startsWith('sessions/'))).toEqual([]);
  expect(eventsOf(run, 'failover.completed')).toMatchObject([{ from: 'compte1', to: 'compte3' }]);
});

test('with no account but a quarantined one the conversation is parked, and goes on there once its link is mended', async () => {
  const pool = makeTestPool({ max: 1, config: { failover: FAST, reconcile: { interval: '1s' } } });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.sessionIs(ONE, 'idle.ready');
  const second = join(pool.dir, 'accounts', 'compte2');
  relink(second, 'session-env', tempDir());

  const id = await desk.add(`walk on ${LIMIT}`);
  const { conversation } = await pool.sessionIs(ONE, 'working.parked');
  expect(agentBySession(pool.dir)).toEqual({});
  expect(await desk.show(id)).toMatchObject({ state: 'running', session: ONE });
  expect(filesBelow(second).filter((file) => file.startsWith('sessions/'))).toEqual([]);
  relink(second, 'session-env', join(pool.config.sharedState.root, 'session-env'));

  expect(await desk.is(id, 'done')).toMatchObject({ attempts: 1, conversation });
  expect(await pool.session(ONE)).toMatchObject({ account: 'compte2' });
  expect(eventsOf(run, 'failover.parked')).toHaveLength(1);
  await run.logged('account.available', { account: 'compte2' });
});

test('ten sessions limited in the same second move two at a time; those on the healthy account and the operator’s are not touched', async () => {
  const operator = startOperatorServer(['ccl-0', 'ccl-auto-1', 'ccl-auto-110', 'notes']);
  const received = noteReceivedBytes();
  const pool = makeTestPool({
    socketPath: operator.socketPath,
    max: 20,
    config: { failover: { ...FAST, strategy: 'spread' }, agent: { env: received.env } },
  });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const portrait = operator.portrait();
  const run = await pool.start();
  const before = await pool.allAre('idle.ready', 90_000);
  const limited = before.filter(({ account }) => account === 'compte1');
  const healthy = before.filter(({ account }) => account === 'compte2');
  expect(limited).toHaveLength(10);

  const gate = join(pool.dir, 'turns-may-end');
  const ids = await addTasks(
    pool,
    before.map((_, n) => `task ${n} [[demo:until ${gate}]] of many`),
  );
  await pool.allAre('working.running', 60_000);
  limitAccount(join(pool.dir, 'accounts', 'compte1'), 3_600_000);
  writeFileSync(gate, '');
  const tasks = await desk.allEnd(ids, 120_000);

  expect(tasks.map(({ state, attempts }) => [state, attempts])).toEqual(ids.map(() => ['done', 1]));
  const after = await pool.allAre('idle.ready', 60_000);
  expect(after.map(({ account }) => account)).toEqual(after.map(() => 'compte2'));
  const byName = new Map(after.map((session) => [session.name, session]));
  for (const { name, pid } of healthy) expect(byName.get(name)?.pid).toBe(pid);
  expect(eventsOf(run, 'failover.completed')).toHaveLength(10);
  expect(new Set(eventsOf(run, 'failover.completed').map(({ session }) => session))).toEqual(
    new Set(limited.map(({ name }) => name)),
  );
  const limitedAt = run.log.findIndex(({ event }) => event === 'account.limited');
  expect(mostOnTheWay(run.log.slice(limitedAt))).toBe(2);
  for (const id of ids) expect(heard.with(id).length).toBeLessThanOrEqual(2);
  expect(eventsOf(run, 'account.limited')).toHaveLength(1);
  expect(operator.portrait()).toBe(portrait);
  expect(operator.disturbed()).toEqual([]);
  for (const { name } of before) expect(received.in(name)).not.toContain('/exit');
});

test('a dedicated session moves with its conversation when no turn runs; it is given no task, and nothing is typed into it', async () => {
  const pool = makeDedicatedPool('compte1', { config: { failover: FAST } });
  const { received } = pool;
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const gate = join(pool.dir, 'limit-is-met');
  const id = await desk.add(`walk on [[demo:until ${gate}]] ${LIMIT}`);
  const person = await attachToMine(pool);
  await person.submit('remember the heron [[demo:think 6s]]');
  const mine = await pool.sessionIs(MINE, 'working.running');
  const attached = clientsOf(pool);

  writeFileSync(gate, '');
  await desk.is(id, 'done');
  // Its healthy turn is left to finish, and then it is the person's for as long as they are at it.
  await pool.sessionIs(MINE, 'idle.ready');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await pool.session(MINE)).toMatchObject({ pid: mine.pid, account: 'compte1' });
  await run.logged('failover.completed', { session: ONE });
  expect(eventsOf(run, 'failover.completed')).toHaveLength(1);

  await person.detach();
  const moved = await mineIsOn(pool, 'compte2', { withinMs: 90_000 });
  expect(moved).toMatchObject({ conversation: mine.conversation, task: null });
  expect(moved.pid).not.toBe(mine.pid);
  expect(attached).not.toBe('');
  expect(received.in(MINE)).toBe('remember the heron [[demo:think 6s]]\r');
  expect(heard.with('heron')).toHaveLength(1);
  expect(transcriptOf(pool, mine.conversation)).toContain('remember the heron');
  expect(eventsOf(run, 'session.crashed')).toEqual([]);
});

test('a dedicated session whose own turn meets the limit moves under the eyes of its person, and their line is still in the conversation', async () => {
  const pool = makeDedicatedPool('compte1', { config: { failover: FAST } });
  const { received } = pool;
  await pool.start();
  await pool.allAre('idle.ready');
  const person = await attachToMine(pool);
  const attached = clientsOf(pool);
  await person.submit(`remember the egret ${LIMIT}`);

  const moved = await mineIsOn(pool, 'compte2', { withinMs: 30_000 });

  expect(clientsOf(pool)).toBe(attached);
  expect(transcriptOf(pool, moved.conversation)).toContain('remember the egret');
  expect(received.in(MINE)).toBe(`remember the egret ${LIMIT}\r`);
});
