import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { attachOperator } from '../harness/attached-operator.ts';
import { editConfig, setMax } from '../harness/edited-config.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { runCli } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

const ONE = 'ccl-auto-11';
const TWO = 'ccl-auto-12';

async function reload(pool: TestPool): Promise<void> {
  const { code, stderr } = await runCli(['reload', '--config', pool.file], { env: pool.env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

function sessionsInTmux(pool: TestPool): readonly string[] {
  const names = pool.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
  return names.filter((name) => name.startsWith('ccl-')).sort();
}

function identities(
  sessions: readonly {
    name: string;
    pid: number | null;
    conversation: string | null;
    restarts: number;
  }[],
) {
  return sessions.map(({ name, pid, conversation, restarts }) => ({
    name,
    pid,
    conversation,
    restarts,
  }));
}

async function onlyOneIsLeft(pool: TestPool, run: DaemonRun): Promise<void> {
  await run.logged('session.retired', { session: TWO });
  expect(sessionsInTmux(pool)).toEqual([ONE]);
  expect(Object.keys(agentBySession(pool.dir))).toEqual([ONE]);
  await until(async () => (await pool.status()).sessions.length === 1, {
    withinMs: 5000,
    what: 'one session in the status',
  });
}

test('a pool that grows gets new sessions, and those that stay keep their agents', async () => {
  const pool = makeTestPool({ max: 2 });
  const run = await pool.start();
  const before = await pool.allAre('idle.ready');
  setMax(pool, 4);

  await reload(pool);

  const after = await pool.allAre('idle.ready');
  expect(after.map(({ index }) => index)).toEqual([11, 12, 13, 14]);
  expect(identities(after.slice(0, 2))).toEqual(identities(before));
  expect(await pool.status()).toMatchObject({
    daemon: { pid: run.pid, state: 'ready' },
    pool: { max: 4, usable: 4 },
  });
  await run.logged('daemon.reloaded', { sessions: 4 });
});

test('a pool that shrinks ends its idle sessions at once, and grown again it goes on in their conversations', async () => {
  const pool = makeTestPool({ max: 2 });
  const run = await pool.start();
  const before = await pool.allAre('idle.ready');
  setMax(pool, 1);

  await reload(pool);

  await onlyOneIsLeft(pool, run);
  expect(identities([await pool.session(ONE)])).toEqual(identities(before.slice(0, 1)));
  const isTrouble = (event: string) => ['session.crashed', 'daemon.error'].includes(event);
  expect(run.log.filter(({ event }) => isTrouble(event))).toEqual([]);

  setMax(pool, 2);
  await reload(pool);
  const [, back] = await pool.allAre('idle.ready');
  expect(back).toMatchObject({ name: TWO, restarts: 0, conversation: before[1]?.conversation });
});

test('a session that works when the pool shrinks finishes its task, and is ended then', async () => {
  const pool = makeTestPool({ max: 2 });
  const desk = taskDesk(pool);
  const run = await pool.start();
  const [, two] = await pool.allAre('idle.ready');
  const gates = ['one', 'two'].map((name) => join(pool.dir, name));
  const ids: string[] = [];
  for (const gate of gates) ids.push(await desk.add(`[[demo:until ${gate}]]`));
  for (const name of [ONE, TWO]) await pool.sessionIs(name, 'working.running');
  const working = await pool.session(TWO);
  setMax(pool, 1);

  await reload(pool);

  expect(await pool.sessionIs(TWO, 'working')).toMatchObject({
    pid: working.pid,
    task: working.task,
    reason: expect.stringContaining('outside the range'),
  });
  await pool.sessionIs(ONE, 'working');
  expect((await pool.status()).pool.usable).toBe(1);
  const later = await desk.add('later');
  // The other one works on meanwhile: between two tasks a session has no agent for a moment.
  writeFileSync(gates[ids.indexOf(working.task ?? '')] ?? '', '');
  await onlyOneIsLeft(pool, run);
  for (const gate of gates) writeFileSync(gate, '');
  const ended = await desk.allEnd([...ids, later], 60_000);
  expect(ended.map(({ state, attempts }) => [state, attempts])).toEqual([
    ['done', 1],
    ['done', 1],
    ['done', 1],
  ]);
  expect(ended[2]?.session).toBe(ONE);
  const told = run.log.filter(({ event }) => ['task.completed', 'session.retired'].includes(event));
  const ofTwo = told.filter(({ session }) => session === TWO).map(({ event }) => event);
  expect(ofTwo).toEqual(['task.completed', 'session.retired']);
  expect(two?.restarts).toBe(0);
});

test('a session outside the range whose agent dies is not started again: its task goes on elsewhere, in its conversation', async () => {
  const pool = makeTestPool({ max: 2, config: { tasks: { retry_backoff: '1s' } } });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  // Only the one that is to leave is free for it.
  expect((await pool.post(`/v1/sessions/${ONE}/hold`)).status).toBe(200);
  const id = await desk.add('[[demo:work 40s]] long');
  const { pid, conversation } = await pool.sessionIs(TWO, 'working.running');
  setMax(pool, 1);
  await reload(pool);
  await pool.sessionIs(TWO, 'working.running');

  sendSignal(pid);

  await onlyOneIsLeft(pool, run);
  expect(await desk.show(id)).toMatchObject({ state: 'queued' });
  expect((await pool.post(`/v1/sessions/${ONE}/release`)).status).toBe(200);
  expect(await desk.is(id, 'done')).toMatchObject({ session: ONE, conversation });
  expect(run.log.filter(({ event }) => event === 'session.recreated')).toEqual([]);
});

test('a session in which a person is at work is left alone until they have gone', async () => {
  const pool = makeTestPool({ max: 2 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const person = await attachOperator(pool, TWO);
  person.press('thinking');
  await until(() => pool.tmux('capture-pane', '-p', '-t', `=${TWO}:`).includes('thinking'), {
    withinMs: 10_000,
    what: 'what they have typed on the screen',
  });
  setMax(pool, 1);
  await reload(pool);

  await new Promise((resolve) => setTimeout(resolve, 7000));
  expect(run.log.filter(({ event }) => event === 'session.retired')).toEqual([]);
  expect(sessionsInTmux(pool)).toEqual([ONE, TWO]);

  await person.detach();
  await onlyOneIsLeft(pool, run);
});

test('what an operator has opened beside the agent stays theirs when the session is retired', async () => {
  const pool = makeTestPool({ max: 2 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  pool.tmux('split-window', '-d', '-t', `=${TWO}:`, 'exec sleep 1000');
  const panes = () =>
    pool.tmux('list-panes', '-s', '-t', `=${TWO}:`, '-F', '#{pane_pid} #{pane_current_command}');
  const sleeping = () =>
    panes()
      .split('\n')
      .find((line) => line.endsWith('sleep'));
  const theirs = await until(sleeping, { withinMs: 5000, what: 'the program of the operator' });
  setMax(pool, 1);

  await reload(pool);

  await run.logged('session.retired', { session: TWO });
  expect(panes().trim()).toBe(theirs);
  expect(
    pool.tmux('show-options', '-v', '-q', '-t', `=${TWO}:`, '@claude_failover_id').trim(),
  ).toBe('');
  expect(Object.keys(agentBySession(pool.dir))).toEqual([ONE]);
});

test('a dedicated session comes and goes with its place in the config', async () => {
  const project = tempDir();
  const pool = makeTestPool({ max: 1 });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  editConfig(pool, (text) => {
    text.pool.dedicated = [{ name: 'mine', project, account: 'compte2' }];
  });
  await reload(pool);
  expect((await pool.allAre('idle.ready'))[1]).toMatchObject({ name: 'mine', account: 'compte2' });

  editConfig(pool, (text) => {
    text.pool.dedicated = [];
  });
  await reload(pool);

  await run.logged('session.retired', { session: 'mine', index: null });
  expect(Object.keys(agentBySession(pool.dir))).toEqual([ONE]);
});

test('a daemon that starts with a smaller range retires what the one before has left', async () => {
  const pool = makeTestPool({ max: 3 });
  const first = await pool.start();
  const before = await pool.allAre('idle.ready');
  first.child.kill('SIGTERM');
  await first.exited;
  setMax(pool, 2);

  const second = await pool.start();

  await second.logged('session.retired', { session: 'ccl-auto-13' });
  expect(sessionsInTmux(pool)).toEqual([ONE, TWO]);
  expect(identities(await pool.allAre('idle.ready'))).toEqual(identities(before.slice(0, 2)));
});

test('sessions of another daemon’s range are none of ours, even while that daemon is down', async () => {
  const ours = makeTestPool({ max: 1 });
  const theirs = makeTestPool({ beside: ours, start: 21, max: 2 });
  const [ourRun, theirRun] = [await ours.start(), await theirs.start()];
  await ours.allAre('idle.ready');
  const before = await theirs.allAre('idle.ready');
  theirRun.child.kill('SIGKILL');
  await theirRun.exited;
  setMax(ours, 2);
  await reload(ours);
  setMax(ours, 1);
  await reload(ours);
  await ourRun.logged('session.retired', { session: TWO });

  const next = await theirs.start();

  expect(identities(await theirs.allAre('idle.ready'))).toEqual(identities(before));
  expect(next.log.filter(({ event }) => event === 'session.adopted')).toHaveLength(2);
  for (const { log } of [ourRun, next]) {
    expect(
      log.filter(({ event, session }) => event === 'session.retired' && session !== TWO),
    ).toEqual([]);
  }
});

test('growing into the range of another daemon is refused with 75, and changes nothing', async () => {
  const ours = makeTestPool({ max: 1 });
  const theirs = makeTestPool({ beside: ours, start: 13, max: 1 });
  await ours.start();
  const theirRun = await theirs.start();
  await ours.allAre('idle.ready');
  setMax(ours, 3);

  const refused = await runCli(['reload', '--config', ours.file], { env: ours.env });

  expect(refused).toMatchObject({ code: 75, stdout: '' });
  expect(refused.stderr).toContain(`the daemon with pid ${theirRun.pid} holds index 13`);
  expect(await ours.status()).toMatchObject({ pool: { max: 1 }, daemon: { state: 'ready' } });
  // The index between was locked for a moment, and is free again.
  const between = makeTestPool({ beside: ours, start: 12, max: 1 });
  await between.start();
  await between.allAre('idle.ready');
});

test('an index that was left may be taken by another daemon at once', async () => {
  const ours = makeTestPool({ max: 2 });
  const run = await ours.start();
  await ours.allAre('idle.ready');
  setMax(ours, 1);
  await reload(ours);
  await run.logged('session.retired', { session: TWO });

  const other = makeTestPool({ beside: ours, start: 12, max: 1 });
  await other.start();

  await other.allAre('idle.ready');
  expect(await ours.session(ONE)).toMatchObject({ restarts: 0, substate: 'ready' });
});
