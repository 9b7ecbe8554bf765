import { expect, jest, test } from '@jest/globals';
import { identify } from '../../actors/process/identity.ts';
import { KINDS, makeFamilyAgent } from '../harness/family-agent.ts';
import { pathWithFatalTmux } from '../harness/fatal-tmux.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

const NAME = 'ccl-auto-11';

interface World {
  readonly pool: TestPool;
  readonly run: DaemonRun;
  /** The agent that is to be replaced. */
  readonly pid: number;
}

async function killedByDaemon({ run }: World): Promise<void> {
  run.child.kill('SIGKILL');
  await run.exited;
}

const DEATHS: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'is killed': async ({ pid }) => sendSignal(pid),
  'is killed while no daemon runs': async (world) => {
    await killedByDaemon(world);
    sendSignal(world.pid);
    await world.pool.start();
  },
  'dies with its tmux server': async ({ pool }) => pool.tmux('kill-server'),
  'dies with its tmux server while no daemon runs': async (world) => {
    await killedByDaemon(world);
    world.pool.tmux('kill-server');
    await world.pool.start();
  },
  'is ended for a restart': async ({ pool }) =>
    expect(await pool.post(`/v1/sessions/${NAME}/restart`)).toMatchObject({ status: 200 }),
};

test.each(Object.keys(DEATHS))(
  'of an agent that %s nothing runs any more when the next one starts',
  async (death) => {
    const family = makeFamilyAgent();
    const pool = makeTestPool({ max: 2, config: { agent: { command: family.command } } });
    const run = await pool.start();
    const [first, neighbour] = await pool.allAre('idle.ready');
    const has = (pid: number | null) => family.childrenOf(pid).length === KINDS.length;
    await until(() => has(first?.pid ?? null) && has(neighbour?.pid ?? null), {
      withinMs: 5000,
      what: 'their children to run',
    });
    const isNeighbourToLive = !death.includes('server');

    await DEATHS[death]?.({ pool, run, pid: first?.pid ?? -1 });
    const next = await until(
      async () => {
        const found = await pool.sessionIs(NAME, 'idle.ready');
        return found.pid === first?.pid ? null : found;
      },
      { withinMs: 30_000, what: 'the next agent' },
    );

    expect(family.childrenOf(first?.pid ?? null)).toEqual([]);
    expect(next.conversation).toBe(first?.conversation);
    await until(() => has(next.pid), { withinMs: 5000, what: 'the children of the next one' });
    if (isNeighbourToLive) expect(family.childrenOf(neighbour?.pid ?? null)).toHaveLength(3);
    // What the next agent saw of the first one's, when it started.
    const seen = family
      .overlaps()
      .split('\n')
      .filter((line) => line.includes(`/${first?.pid}.`));
    expect(seen.filter((line) => line.startsWith(`${next.pid} `))).toEqual([]);
  },
);

/** One agent, started by a daemon that was killed before it could note that down. */
async function agentOfNobody({ isDeaf = false } = {}) {
  const family = makeFamilyAgent({ isDeaf });
  const pool = makeTestPool({ max: 1, config: { agent: { command: family.command } } });
  const PATH = pathWithFatalTmux(pool.env['PATH']);
  const doomed = await pool.start({ awaitReady: false, env: { PATH } });
  await expect(doomed.exited).resolves.toMatchObject({ signal: 'SIGKILL' });
  const pid = Number(pool.tmux('list-panes', '-t', `=${NAME}`, '-F', '#{pane_pid}'));
  await until(() => family.childrenOf(pid).length === KINDS.length, {
    withinMs: 5000,
    what: 'its children to run',
  });
  const screen = () => pool.tmux('capture-pane', '-p', '-t', `=${NAME}:`);
  await until(() => screen().includes('Demo agent'), { withinMs: 10_000, what: 'its prompt' });
  const agent = await until(() => identify(pid), { withinMs: 5000, what: 'the agent' });
  return { pool, family, agent };
}

function answers(pool: TestPool): boolean {
  try {
    pool.tmux('list-sessions');
    return true;
  } catch {
    return false;
  }
}

test('an agent that nobody noted down leaves nothing either', async () => {
  const { pool, family, agent } = await agentOfNobody();
  process.kill(agent.pid, 'SIGKILL');
  await pool.start();
  const next = await pool.sessionIs(NAME, 'idle.ready');
  expect(next.pid).not.toBe(agent.pid);
  expect(family.childrenOf(agent.pid)).toEqual([]);
});

test('an agent that nobody noted down and that is deaf to the end of its tmux server is ended before the next one starts', async () => {
  const { pool, family, agent } = await agentOfNobody({ isDeaf: true });
  pool.tmux('kill-server');
  // It answers before it ends, and may answer once more.
  await until(() => !answers(pool), { withinMs: 5_000, what: 'the tmux server to end' });
  expect(identify(agent.pid)).toEqual(agent);
  await pool.start();
  const next = await pool.sessionIs(NAME, 'idle.ready');
  expect(next.pid).not.toBe(agent.pid);
  expect(identify(agent.pid)).toBeNull();
  expect(family.childrenOf(agent.pid)).toEqual([]);
});

test('an agent that has to leave its account leaves nothing to the next one', async () => {
  const family = makeFamilyAgent();
  const failover = { strategy: 'priority', reset_margin: '0s', cooldown: '0s' };
  const pool = makeTestPool({ max: 1, config: { agent: { command: family.command }, failover } });
  const desk = taskDesk(pool);
  await pool.start();
  await pool.sessionIs(NAME, 'idle.ready');

  await desk.is(await desk.add('walk on [[demo:limit 1h]]'), 'done');

  const { account, pid } = await pool.session(NAME);
  expect(account).toBe('compte2');
  const replaced = family.agents().filter((agent) => agent !== pid);
  expect(replaced).not.toEqual([]);
  expect(replaced.flatMap(family.childrenOf)).toEqual([]);
  expect(family.overlaps()).toBe('');
});
