import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as always, expect, jest } from '@jest/globals';
import { relink } from '../harness/account-home.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { isAlive, readProcess } from '../harness/process-tree.ts';
import { runCli } from '../harness/run-cli.ts';
import { makeSystemdPool, type SystemdPool, UNIT } from '../harness/systemd-pool.ts';
import { until } from '../harness/until.ts';
import { canOpenUserManager } from '../harness/user-manager.ts';

jest.setTimeout(180_000);

/** A developer's machine may not let us have a manager of our own; where everything is proven it must. */
const test = canOpenUserManager() || process.env['CI'] ? always : always.skip;

const IN_A_SCOPE = /\/claude-failover-tmux-[0-9a-f]{8}\.scope$/m;

/** A pool that is up and kept by the unit that is shipped. */
async function poolUnderSystemd(...lines: readonly string[]) {
  const world = await makeSystemdPool();
  await world.change(...lines);
  expect(await world.manager.systemctl('start', UNIT)).toEqual({ code: 0, output: '' });
  await world.pool.allAre('idle.ready');
  return { ...world, agents: agentBySession(world.pool.dir), first: await world.mainPid() };
}

function serverPid({ pool }: Pick<SystemdPool, 'pool'>): number {
  return Number(pool.tmux('display-message', '-p', '#{pid}'));
}

function groupsOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
}

function nextDaemon({ mainPid, pool }: SystemdPool, first: number): Promise<unknown> {
  return until(
    async () => {
      const pid = await mainPid();
      const { daemon } = await pool.status();
      return pid !== first && daemon.pid === pid && daemon.state === 'ready';
    },
    { withinMs: 45_000, what: 'the next daemon to be ready', everyMs: 200 },
  );
}

const activeState = async ({ manager }: SystemdPool): Promise<string | undefined> =>
  (await manager.show(UNIT, 'ActiveState'))['ActiveState'];

/** What the daemon says of a reload comes by processes of its own, and may come after the verb has ended. */
async function isActiveAs({ manager }: SystemdPool, pid: number): Promise<void> {
  const isSo = async () => {
    const shown = await manager.show(UNIT, 'ActiveState', 'MainPID');
    expect(shown).toEqual({ ActiveState: 'active', MainPID: String(pid) });
    return true;
  };
  await until(isSo, { withinMs: 20_000, what: 'the unit to be active again' });
}

function countOf({ log }: SystemdPool, event: string): number {
  return log().filter((line) => line.event === event).length;
}

test('systemd finds nothing wrong with the unit that is shipped', async () => {
  const { manager } = await makeSystemdPool();

  const verified = await manager.run(
    'systemd-analyze',
    '--user',
    'verify',
    join(manager.unitDir, UNIT),
  );

  expect(verified).toEqual({ code: 0, output: '' });
});

test('systemctl start returns when the pool is ready, and not before', async () => {
  const { pool, manager, mainPid, log } = await makeSystemdPool();
  const holder = await pool.start();
  await pool.allAre('idle.ready');

  const starting = manager.systemctl('start', UNIT);
  await until(() => log().some(({ event }) => event === 'guard.passed'), {
    withinMs: 30_000,
    what: 'the daemon to wait for its locks',
  });
  expect(await manager.show(UNIT, 'ActiveState')).toEqual({ ActiveState: 'activating' });
  holder.child.kill('SIGTERM');
  expect(await starting).toEqual({ code: 0, output: '' });

  expect(await manager.show(UNIT, 'ActiveState', 'StatusText')).toEqual({
    ActiveState: 'active',
    StatusText: 'supervises 3 session(s)',
  });
  expect((await pool.status()).daemon).toMatchObject({ state: 'ready', pid: await mainPid() });
});

test('the tmux server lives in a scope of its own: restart and stop end no session', async () => {
  const world = await poolUnderSystemd('KillMode=control-group');
  const { pool, manager, agents, first, mainPid } = world;
  const server = serverPid(world);
  expect(groupsOf(server)).toMatch(IN_A_SCOPE);
  for (const pid of Object.values(agents)) expect(groupsOf(pid)).toMatch(IN_A_SCOPE);

  await manager.systemctl('restart', UNIT);

  expect(await mainPid()).not.toBe(first);
  await pool.allAre('idle.ready');
  expect(countOf(world, 'session.adopted')).toBe(3);
  expect(agentBySession(pool.dir)).toEqual(agents);
  await manager.systemctl('stop', UNIT);
  expect(await manager.show(UNIT, 'ActiveState', 'Result')).toEqual({
    ActiveState: 'inactive',
    Result: 'success',
  });
  expect(world.log().at(-1)).toMatchObject({ event: 'daemon.stopped', exitCode: 0 });
  expect(agentBySession(pool.dir)).toEqual(agents);
  expect(serverPid(world)).toBe(server);
});

test('a tmux server that dies is followed by one in another scope', async () => {
  const world = await poolUnderSystemd();
  const { pool } = world;
  const first = serverPid(world);
  const scope = IN_A_SCOPE.exec(groupsOf(first))?.[0];

  process.kill(first, 'SIGKILL');

  await pool.allAre('idle.ready');
  await until(() => serverPid(world) !== first, { withinMs: 30_000, what: 'the next server' });
  const next = IN_A_SCOPE.exec(groupsOf(serverPid(world)))?.[0];
  expect(next).toBeDefined();
  expect(next).not.toBe(scope);
});

test('where no scope is to be had that is said, and KillMode still keeps the sessions', async () => {
  const world = await poolUnderSystemd(
    'Environment=XDG_RUNTIME_DIR=/nowhere DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere',
  );
  const { pool, manager, agents } = world;
  expect(groupsOf(serverPid(world))).toMatch(/claude-failover\.service$/m);
  expect(world.log()).toContainEqual(
    expect.objectContaining({
      event: 'daemon.error',
      reason: expect.stringContaining('is part of claude-failover.service'),
    }),
  );

  await manager.systemctl('restart', UNIT);

  await pool.allAre('idle.ready');
  expect(agentBySession(pool.dir)).toEqual(agents);
});

test('a guard that refuses is one start, then failed, and nothing is created', async () => {
  const { pool, manager, log, stderr } = await makeSystemdPool();
  relink(pool.config.accounts[1]?.home ?? '', 'projects', '/nowhere');

  expect(await manager.systemctl('start', UNIT)).toMatchObject({ code: 1 });

  expect(await manager.show(UNIT, 'ActiveState', 'Result', 'ExecMainStatus', 'NRestarts')).toEqual({
    ActiveState: 'failed',
    Result: 'exit-code',
    ExecMainStatus: '78',
    NRestarts: '0',
  });
  expect(log().map(({ event }) => event)).toEqual(['daemon.starting', 'guard.failed']);
  expect(stderr()).toContain('guard.dangling');
  expect(() => pool.tmux('list-sessions')).toThrow();
});

test('the verb stop leaves it stopped, and every agent running', async () => {
  const world = await poolUnderSystemd();
  const { pool, agents } = world;

  const stopped = await runCli(['stop', '--config', pool.file], { env: pool.env });

  expect(stopped).toMatchObject({ code: 0, stderr: '' });
  await until(async () => (await activeState(world)) === 'inactive', {
    withinMs: 20_000,
    what: 'the unit to be inactive',
  });
  expect(world.log().at(-1)).toMatchObject({ event: 'daemon.stopped', exitCode: 79 });
  expect(countOf(world, 'daemon.starting')).toBe(1);
  expect(agentBySession(pool.dir)).toEqual(agents);
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a daemon that ends by %s is started again, and adopts every agent',
  async (signal) => {
    const world = await poolUnderSystemd();
    const { pool, agents, first } = world;

    process.kill(first, signal);

    await nextDaemon(world, first);
    await pool.allAre('idle.ready');
    expect(countOf(world, 'session.adopted')).toBe(3);
    expect(agentBySession(pool.dir)).toEqual(agents);
  },
);

test('a daemon that says so lives; one that hangs is ended, and the next one adopts every agent', async () => {
  // It says so twice in that time: on a busy machine it may be seconds late.
  const world = await poolUnderSystemd('WatchdogSec=10s');
  const { pool, manager, agents, first } = world;
  const beats = async () =>
    (await manager.show(UNIT, 'WatchdogTimestampMonotonic'))['WatchdogTimestampMonotonic'];
  const heard = await beats();
  await until(async () => (await beats()) !== heard, { withinMs: 20_000, what: 'a sign of life' });
  const daemon = readProcess(first);
  if (daemon === null) throw new Error('no daemon');

  process.kill(first, 'SIGSTOP');

  await until(() => !isAlive(daemon), { withinMs: 60_000, what: 'it to be ended' });
  await nextDaemon(world, first);
  await pool.allAre('idle.ready');
  expect(agentBySession(pool.dir)).toEqual(agents);
});

test('systemctl reload puts a new config into force; one that is wrong fails it, and the daemon goes on', async () => {
  const world = await poolUnderSystemd();
  const { pool, manager, agents, first } = world;
  const good = readFileSync(pool.file, 'utf8');

  writeFileSync(pool.file, good.replace('"max": 3', '"max": "three"'));
  expect(await manager.systemctl('reload', UNIT)).toMatchObject({ code: 1 });
  await isActiveAs(world, first);
  expect(agentBySession(pool.dir)).toEqual(agents);

  writeFileSync(pool.file, good.replace('"max": 3', '"max": 4'));
  expect(await manager.systemctl('reload', UNIT)).toEqual({ code: 0, output: '' });
  expect(await pool.allAre('idle.ready')).toHaveLength(4);
  await isActiveAs(world, first);
  expect(agentBySession(pool.dir)).toMatchObject(agents);
});

test('nothing of systemd reaches an agent or the tmux server', async () => {
  const { pool, agents } = await poolUnderSystemd();
  const ofSystemd =
    /^(NOTIFY_SOCKET|WATCHDOG_|INVOCATION_ID|SYSTEMD_|JOURNAL_|XDG_RUNTIME_DIR|DBUS_)/;
  const namesIn = (text: string, end: string) =>
    text.split(end).filter((one) => ofSystemd.test(one));

  for (const pid of Object.values(agents)) {
    expect(namesIn(readProcess(pid)?.environment ?? '', '\0')).toEqual([]);
  }
  expect(namesIn(pool.tmux('show-environment', '-g'), '\n')).toEqual([]);
});
