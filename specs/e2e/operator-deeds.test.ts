/** What an operator may do to a session of ours in tmux, and what comes of it: the table of docs/ARCHITECTURE.md. */
import { beforeAll, expect, jest, test } from '@jest/globals';
import type { SessionReport } from '../../supervisor/status-report.ts';
import { adopt } from '../harness/adopting.ts';
import { attachOperator, seeingAgent } from '../harness/attached-operator.ts';
import { agentsBelow } from '../harness/pool-agents.ts';
import { isAlive, readProcess } from '../harness/process-tree.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

const SOON = { withinMs: 15_000 };
const CONFIG = {
  reconcile: { interval: '1s' },
  restart: { intensity: 100, backoff_initial: '10ms' },
};
/** Its agent is killed to have it looked at tmux, and nothing else happens to it. */
const CANARY = 'ccl-auto-11';
/** One pool for all deeds that concern no more than one session; each takes the next one. */
const SHARED = 16;

interface World {
  readonly pool: TestPool;
  readonly run: DaemonRun;
  readonly name: string;
  /** The session as a target of tmux. */
  readonly target: string;
  readonly before: SessionReport;
  /** What runs in the session. */
  readonly agent: { readonly pid: number; readonly startTime: string };
  readonly paneId: string;
}

interface Pool {
  readonly pool: TestPool;
  readonly run: DaemonRun;
}

let shared: Pool | null = null;
let taken = 0;

beforeAll(async () => {
  shared = await startPool(SHARED);
});

async function startPool(max: number): Promise<Pool> {
  const pool = makeTestPool({ max, config: CONFIG });
  const run = await pool.start();
  await pool.allAre('idle.ready');
  return { pool, run };
}

/** A session to which nothing has been done yet, in the pool that all share. */
async function freshSession(): Promise<World> {
  if (shared === null) throw new Error('no pool');
  taken += 1;
  return await worldOf(shared, `ccl-auto-${11 + taken}`);
}

/** One in a pool of two of its own, for what concerns more than that session. */
async function ownPool(): Promise<World> {
  return await worldOf(await startPool(2), 'ccl-auto-12');
}

async function worldOf({ pool, run }: Pool, name: string): Promise<World> {
  const before = await pool.sessionIs(name, 'idle.ready');
  const agent = readProcess(before.pid ?? -1);
  if (agent === null) throw new Error('no agent');
  const target = `=${name}:`;
  return { pool, run, name, target, before, agent, paneId: shown(pool, target, '#{pane_id}') };
}

/** A session of the operator, with one pane. */
function operatorsSession(pool: TestPool, of: string): string {
  const name = `mine-${of}`;
  pool.tmux('new-session', '-d', '-s', name, 'cat', '-');
  return name;
}

function shown(pool: TestPool, target: string, format: string): string {
  return pool.tmux('display-message', '-p', '-t', target, format).trim();
}

/** The panes of the session, each with its process. */
function panesOf(pool: TestPool, session: string): readonly string[] {
  const format = '#{pane_id} #{pane_pid}';
  return pool.tmux('list-panes', '-s', '-t', `=${session}:`, '-F', format).trim().split('\n');
}

function pidsIn(pool: TestPool, session: string): readonly number[] {
  return panesOf(pool, session).map((row) => Number(row.split(' ')[1]));
}

/** A listing was taken and acted on since: the canary was killed, which was noticed. */
async function looked({ pool, run }: World): Promise<void> {
  const { pid } = await pool.sessionIs(CANARY, 'idle.ready');
  sendSignal(pid);
  await run.logged('session.crashed', { session: CANARY, pid });
  await pool.sessionIs(CANARY, 'idle.ready');
}

async function expectUntouched(world: World): Promise<void> {
  await looked(world);
  const { pid, conversation } = world.before;
  expect(await world.pool.session(world.name)).toMatchObject({
    ...{ state: 'idle', substate: 'ready', restarts: 0, pid, conversation },
  });
}

/** It counts as one crash, and the conversation goes on with one living agent. */
async function recreated({ pool, run, name, before, agent }: World): Promise<SessionReport> {
  await run.logged('session.crashed', { session: name, pid: before.pid });
  const back = await pool.sessionIs(name, 'idle.ready');
  expect(back).toMatchObject({ conversation: before.conversation, restarts: 1 });
  expect(isAlive(agent)).toBe(false);
  expect(agentsBelow(pool.dir).filter(({ session }) => session === name)).toMatchObject([
    { pid: back.pid },
  ]);
  return back;
}

/** Another agent is at its prompt in the slot. */
async function nextIn(pool: TestPool, before: SessionReport): Promise<SessionReport> {
  return await until(
    async () => {
      const session = await pool.session(before.name);
      return session.substate === 'ready' && session.pid !== before.pid ? session : null;
    },
    { ...SOON, what: `${before.name} to have another agent` },
  );
}

/** The agent lives on where the operator has it; the slot has another one, in another conversation. */
async function leftAndRefilled({ pool, run, name, before, agent }: World): Promise<SessionReport> {
  const next = await nextIn(pool, before);
  expect(next.conversation).not.toBe(before.conversation);
  expect(next.restarts).toBe(0);
  expect(isAlive(agent)).toBe(true);
  expect(crashesOf(run, name)).toEqual([]);
  return next;
}

function crashesOf({ log }: DaemonRun, name: string) {
  return log.filter(({ event, session }) => event === 'session.crashed' && session === name);
}

test.each([
  ['the session', 'kill-session'],
  ['its only pane', 'kill-pane'],
  ['its only window', 'kill-window'],
])('%s killed: a crash, and the session is recreated with its conversation', async (_, deed) => {
  const world = await freshSession();
  const { pool, run, name, target } = world;
  pool.tmux(deed, '-t', target);
  await recreated(world);
  expect(await run.logged('session.crashed', { session: name })).toMatchObject({
    cause: { kind: 'vanished' },
  });
});

test.each([
  ['a split beside it', 'split-window'],
  ['a window of the operator', 'new-window'],
])(
  'the agent’s pane killed with %s: a crash, and a new agent in the same session, where the operator’s pane stays',
  async (_, deed) => {
    const world = await freshSession();
    const { pool, name, target, paneId } = world;
    const id = shown(pool, target, '#{session_id}');
    pool.tmux(deed, '-d', '-t', target, 'cat', '-');
    const theirs = panesOf(pool, name).filter((row) => !row.startsWith(`${paneId} `));
    pool.tmux('kill-pane', '-t', paneId);
    await recreated(world);
    expect(shown(pool, target, '#{session_id}')).toBe(id);
    expect(panesOf(pool, name)).toEqual(expect.arrayContaining([...theirs]));
    expect(panesOf(pool, name)).toHaveLength(2);
  },
);

test('split, windows added, renamed and chosen, the pane swapped, zoomed and broken out within the session: nothing happens to the agent', async () => {
  const world = await freshSession();
  const { pool, name, target, paneId } = world;
  pool.tmux('split-window', '-t', paneId, 'cat', '-');
  pool.tmux('swap-pane', '-U', '-t', paneId);
  pool.tmux('resize-pane', '-Z', '-t', paneId);
  pool.tmux('rename-window', '-t', target, 'theirs');
  pool.tmux('new-window', '-t', target, 'cat', '-');
  pool.tmux('break-pane', '-d', '-s', paneId, '-t', target);
  await expectUntouched(world);

  // All of that is still so for the next agent: it takes the place of the one that ended.
  const ids = () => panesOf(pool, name).map((row) => row.split(' ')[0]);
  const before = ids();
  process.kill(world.agent.pid, 'SIGKILL');
  const back = await recreated(world);
  expect(ids()).toEqual(before);
  expect(panesOf(pool, name)).toContain(`${paneId} ${back.pid}`);
});

test('attached, copy mode entered and something typed: nothing happens to the agent, which hears what was typed to it', async () => {
  const world = await freshSession();
  const { pool, name, target, paneId } = world;
  const person = await seeingAgent(await attachOperator(pool, name));
  pool.tmux('copy-mode', '-t', paneId);
  await expectUntouched(world);
  expect(shown(pool, paneId, '#{pane_in_mode}')).toBe('1');
  pool.tmux('send-keys', '-t', paneId, '-X', 'cancel');
  await person.submit('what a person has to say');
  await until(() => person.screen().split('what a person has to say').length > 2, {
    ...SOON,
    what: 'the agent to have taken it',
  });
  await pool.sessionIs(name, 'idle.ready');
  await expectUntouched(world);

  // A crash does not throw them out.
  process.kill(world.agent.pid, 'SIGKILL');
  await recreated(world);
  expect(shown(pool, target, '#{session_attached}')).toBe('1');
});

test('copy mode left open by somebody who went: a task is delivered all the same', async () => {
  const { pool, name, paneId } = await ownPool();
  const desk = taskDesk(pool);
  await expect(pool.post(`/v1/sessions/${CANARY}/hold`)).resolves.toMatchObject({ status: 200 });
  pool.tmux('copy-mode', '-t', paneId);
  const id = await desk.add('say something');
  expect(await desk.is(id, 'done')).toMatchObject({ session: name, attempts: 1 });
  expect(shown(pool, paneId, '#{pane_in_mode}')).toBe('0');
});

test('renamed: left living with its conversation under the new name, and the slot is filled again', async () => {
  const world = await freshSession();
  const { pool, run, name, before, paneId } = world;
  pool.tmux('rename-session', '-t', `=${name}`, 'mine');
  await leftAndRefilled(world);
  expect(panesOf(pool, 'mine')).toEqual([`${paneId} ${before.pid}`]);
  expect(await run.logged('reconcile.drifted', { session: name })).toMatchObject({
    reason: expect.stringContaining('mine'),
  });
});

test('renamed while no daemon runs: the next one leaves it living, too', async () => {
  const world = await ownPool();
  const { pool, run, name, before, paneId } = world;
  run.child.kill('SIGKILL');
  await run.exited;
  pool.tmux('rename-session', '-t', `=${name}`, 'mine');
  await leftAndRefilled({ ...world, run: await pool.start() });
  expect(panesOf(pool, 'mine')).toEqual([`${paneId} ${before.pid}`]);
});

test.each([
  ['of its only pane', false],
  ['of a pane beside which another one stays', true],
])(
  'the agent moved into a session of the operator, out %s: left living there, and the slot is filled again',
  async (_, isBeside) => {
    const world = await freshSession();
    const { pool, name, target, paneId, before } = world;
    const mine = operatorsSession(pool, name);
    if (isBeside) pool.tmux('split-window', '-d', '-t', target, 'cat', '-');
    pool.tmux('join-pane', '-d', '-s', paneId, '-t', `=${mine}:`);
    const next = await leftAndRefilled(world);
    expect(panesOf(pool, mine)).toContain(`${paneId} ${before.pid}`);
    expect(pidsIn(pool, name)).toHaveLength(isBeside ? 2 : 1);
    expect(pidsIn(pool, name)).toContain(next.pid);
  },
);

test('the agent’s pane swapped with one of the operator’s: each lives on where it is, and the slot is filled again', async () => {
  const world = await freshSession();
  const { pool, name, paneId, before } = world;
  const mine = operatorsSession(pool, name);
  const [theirs = ''] = panesOf(pool, mine);
  pool.tmux('swap-pane', '-d', '-s', paneId, '-t', theirs.split(' ')[0] ?? '');
  const next = await leftAndRefilled(world);
  expect(panesOf(pool, mine)).toEqual([`${paneId} ${before.pid}`]);
  expect(panesOf(pool, name)).toContain(theirs);
  expect(pidsIn(pool, name)).toContain(next.pid);
});

test('the agent’s pane swapped with that of another session of the pool: both live on where they are, and both slots are filled again', async () => {
  const one = await freshSession();
  const other = await freshSession();
  const { pool } = one;
  pool.tmux('swap-pane', '-d', '-s', one.paneId, '-t', other.paneId);
  const nextOne = await leftAndRefilled(one);
  const nextOther = await leftAndRefilled(other);
  expect(pidsIn(pool, one.name)).toEqual([other.before.pid, nextOne.pid]);
  expect(pidsIn(pool, other.name)).toEqual([one.before.pid, nextOther.pid]);
});

test('the mark taken off: left living, the slot is blocked, and `session adopt` takes it back as it is', async () => {
  const { pool, run, name, target, before, agent } = await freshSession();
  pool.tmux('set-option', '-u', '-t', target, '@claude_failover_id');
  const blocked = await pool.sessionIs(name, 'idle.blocked');
  expect(blocked.reason).toContain('session adopt');
  expect(isAlive(agent)).toBe(true);
  await adopt(pool, name);
  const { pid, conversation } = before;
  expect(await pool.sessionIs(name, 'idle.ready')).toMatchObject({
    ...{ pid, conversation, restarts: 0 },
  });
  expect(crashesOf(run, name)).toEqual([]);
});

test('the mark changed: it stays ours, also for the next daemon', async () => {
  const world = await ownPool();
  const { pool, run, name, target, before } = world;
  pool.tmux('set-option', '-t', target, '@claude_failover_id', 'another');
  await expectUntouched(world);
  run.child.kill('SIGKILL');
  await run.exited;
  const next = await pool.start();
  await next.logged('session.adopted', { session: name, pid: before.pid });
  const { pid, conversation } = before;
  expect(await pool.sessionIs(name, 'idle.ready')).toMatchObject({ pid, conversation });
});

test('the agent started again by hand in its own pane (`respawn-pane -k`): the new one is taken over with its conversation', async () => {
  const { pool, name, target, before, agent } = await freshSession();
  pool.tmux('respawn-pane', '-k', '-t', target);
  const next = await nextIn(pool, before);
  expect(next.conversation).toBe(before.conversation);
  // tmux hangs up on the one before and does not wait: that runs its hook first.
  await until(() => !isAlive(agent), { ...SOON, what: 'the agent of before to have ended' });
  expect(agentsBelow(pool.dir).filter(({ session }) => session === name)).toHaveLength(1);
});
