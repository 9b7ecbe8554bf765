import { readdirSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { editConfig, setMax } from '../harness/edited-config.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { livingPids, readProcess } from '../harness/process-tree.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

const ONE = 'ccl-auto-11';
const TWO = 'ccl-auto-12';
const THREE = 'ccl-auto-13';

/** Asked for, and not waited for: whoever is asked may be gone before it answers. */
function beginReload(pool: TestPool) {
  return pool.post('/v1/reload').catch(() => null);
}

function count({ log }: DaemonRun, event: string): number {
  return log.filter((line) => line.event === event).length;
}

test.each([0, 40, 120, 400])(
  'a daemon killed %d ms into a reload is followed by one that goes on with the new config, and nothing is lost',
  async (delayMs) => {
    const pool = makeTestPool({ max: 3 });
    const desk = taskDesk(pool);
    const doomed = await pool.start();
    await pool.allAre('idle.ready');
    for (const name of [ONE, TWO]) await pool.post(`/v1/sessions/${name}/hold`);
    // Only the one that is to leave is free for it.
    const id = await desk.add('[[demo:work 4s]] to be done once');
    const before = agentBySession(pool.dir);
    await pool.sessionIs(THREE, 'working.running');
    for (const name of [ONE, TWO]) await pool.post(`/v1/sessions/${name}/release`);
    await pool.sessionIs(ONE, 'idle.ready');
    const working = await pool.session(THREE);
    editConfig(pool, (text) => {
      text.pool.autonomous['max'] = 1;
      text['restart'] = { intensity: 3 };
    });
    const asked = beginReload(pool);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    doomed.child.kill('SIGKILL');
    await Promise.all([doomed.exited, asked]);

    const next = await pool.start();

    for (const session of [TWO, THREE]) {
      await until(
        () =>
          [...doomed.log, ...next.log].some(
            (line) => line.event === 'session.retired' && line['session'] === session,
          ),
        {
          withinMs: 30_000,
          what: `${session} to be retired`,
        },
      );
    }
    expect(await desk.is(id, 'done')).toMatchObject({ attempts: 1, session: THREE });
    expect((await desk.show(id)).conversation).toBe(working.conversation);
    expect(agentBySession(pool.dir)).toEqual({ [ONE]: before[ONE] });
    expect(await pool.session(ONE)).toMatchObject({ restarts: 0, substate: 'ready' });
    expect(count(next, 'session.crashed') + count(doomed, 'session.crashed')).toBe(0);
  },
);

test('many reloads leave no descriptor, no child and no client at tmux behind', async () => {
  const pool = makeTestPool({ max: 2 });
  const run = await pool.start();
  const before = await pool.allAre('idle.ready');
  const reloadTo = async (intensity: number) => {
    editConfig(pool, (text) => {
      text['restart'] = { intensity };
    });
    expect(await pool.post('/v1/reload')).toMatchObject({ status: 200 });
    await pool.allAre('idle.ready');
  };
  const open = () => ({
    descriptors: readdirSync(`/proc/${run.pid}/fd`).length,
    clients: pool.tmux('list-clients').trim().split('\n').length,
    children: livingPids().filter((pid) => readProcess(pid)?.parent === run.pid).length,
  });
  await reloadTo(20);
  const once = await until(() => settled(open), { withinMs: 10_000, what: 'it to come to rest' });
  for (let intensity = 21; intensity < 29; intensity++) await reloadTo(intensity);

  await until(() => JSON.stringify(open()) === once, {
    withinMs: 10_000,
    what: `as much as after the first one, ${once}`,
  });
  expect(await pool.allAre('idle.ready')).toMatchObject(
    before.map(({ pid, restarts }) => ({ pid, restarts })),
  );
});

/** The same twice in a row. */
async function settled(open: () => unknown): Promise<string | null> {
  const first = JSON.stringify(open());
  await new Promise((resolve) => setTimeout(resolve, 500));
  return JSON.stringify(open()) === first ? first : null;
}

test('two reloads at once are done one after the other, and the second finds nothing left to change', async () => {
  const pool = makeTestPool({ max: 1 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  setMax(pool, 2);

  const answers = await Promise.all([pool.post('/v1/reload'), pool.post('/v1/reload')]);

  // Over two connections: which of them was heard first is open.
  const changes = answers.map(({ status, body }) => JSON.stringify([status, body['changed']]));
  expect(changes.toSorted()).toEqual(['[200,["pool.autonomous.max"]]', '[200,[]]']);
  await pool.allAre('idle.ready');
  expect(count(run, 'session.created')).toBe(2);
});

test('a reload while the pool comes up begins anew with the new config, and nothing is created twice', async () => {
  const pool = makeTestPool({ max: 3 });
  const run = await pool.start({ awaitReady: false });
  await run.logged('guard.passed');
  await until(() => pool.status(), { withinMs: 10_000, what: 'the daemon to listen' });
  setMax(pool, 5);

  const answer = await pool.post('/v1/reload');

  expect(answer).toMatchObject({ status: 200 });
  await run.logged('daemon.ready');
  const sessions = await pool.allAre('idle.ready');
  expect(sessions.map(({ restarts }) => restarts)).toEqual([0, 0, 0, 0, 0]);
  expect(Object.keys(agentBySession(pool.dir))).toHaveLength(5);
});

test('a daemon that is asked to stop in the middle of a reload stops in time and leaves every session', async () => {
  const pool = makeTestPool({ max: 3 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const agents = agentBySession(pool.dir);
  editConfig(pool, (text) => {
    text['restart'] = { intensity: 3 };
  });
  const asked = beginReload(pool);
  run.child.kill('SIGTERM');

  const startedMs = performance.now();
  await expect(run.exited).resolves.toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(8000);
  await asked;
  expect(agentBySession(pool.dir)).toEqual(agents);
  await pool.start();
  const after = await pool.allAre('idle.ready');
  expect(Object.fromEntries(after.map(({ name, pid }) => [name, pid]))).toEqual(agents);
  expect(after.map(({ restarts }) => restarts)).toEqual([0, 0, 0]);
});

test('a reload while tasks come and go loses none, runs none twice, and ends no agent', async () => {
  const pool = makeTestPool({ max: 2, config: { restart: { intensity: 10 } } });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const ids: string[] = [];
  for (let n = 0; n < 6; n++) {
    ids.push(await desk.add(`[[demo:work 700ms]] ${n}`));
    editConfig(pool, (text) => {
      text['restart'] = { intensity: 11 + n };
    });
    expect(await pool.post('/v1/reload')).toMatchObject({ status: 200 });
  }

  const ended = await desk.allEnd(ids, 60_000);

  expect(ended.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(
    ids.map(() => 'done 1'),
  );
  // That they are done is stored before it is told.
  for (const id of ids) await run.logged('task.completed', { task: id });
  expect(count(run, 'task.completed')).toBe(6);
  expect(count(run, 'daemon.reloaded')).toBe(6);
  expect(count(run, 'session.crashed')).toBe(0);
});

test('a session that starts when the config is read again is not started twice', async () => {
  const pool = makeTestPool({
    max: 2,
    config: { agent: { env: { DEMO_START_MS: '2500' } } },
  });
  const run = await pool.start();
  await run.logged('session.created', { session: TWO });
  expect((await pool.session(TWO)).substate).toBe('starting');
  const agents = agentBySession(pool.dir);
  setMax(pool, 3);

  expect(await pool.post('/v1/reload')).toMatchObject({ status: 200 });

  await pool.allAre('idle.ready');
  expect(agentBySession(pool.dir)).toMatchObject(agents);
  expect(count(run, 'session.crashed')).toBe(0);
});

test('a pool that has escalated stays so through a reload: nothing is created by it', async () => {
  const pool = makeTestPool({
    max: 2,
    config: { restart: { pool_intensity: 1, period: '10m', backoff_initial: '10ms' } },
  });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  for (const restart of [1, 2]) {
    const { pid } = await pool.sessionIs(ONE, 'idle.ready');
    sendSignal(pid);
    if (restart === 1) await run.logged('session.recreated', { session: ONE });
  }
  await run.logged('daemon.escalated');
  const left = agentBySession(pool.dir);
  editConfig(pool, (text) => {
    text['reconcile'] = { interval: '5s' };
  });

  expect(await pool.post('/v1/reload')).toMatchObject({ status: 200 });

  expect((await pool.status()).daemon.state).toBe('escalated');
  expect(agentBySession(pool.dir)).toEqual(left);
});
