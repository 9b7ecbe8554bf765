import { rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Observation, TmuxPort } from '../../machines/ports.ts';
import { startProgram } from '../harness/program.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 4500, what: 'tmux to show it' };
const KNOWN = 'pool-1';
/** A server that hangs is given up soon, and yet has the time to start on a busy machine. */
const SOON_GIVEN_UP = { commandTimeoutMs: 1000 };

async function pool(overrides = {}) {
  const server = tmuxServer();
  const tmux = await openTmux(server, overrides);
  const pane = await tmux.create(agentLaunch(KNOWN));
  const asBefore = {
    kind: 'seen',
    sessions: [{ name: KNOWN, pane: { state: 'alive', ...pane } }],
  } as const;
  return { server, tmux, asBefore };
}

function clientPids(server: TmuxServer): readonly number[] {
  const lines = server.run('list-clients', '-F', '#{client_pid}').trim().split('\n');
  return lines.filter((line) => line !== '').map(Number);
}

/** tmux lists a killed client until it has read the end of its pipe: two are not yet two new ones. */
async function untilReplaced(server: TmuxServer, killed: readonly number[]): Promise<void> {
  await until(() => {
    const pids = clientPids(server);
    return pids.length === 2 && !pids.some((pid) => killed.includes(pid));
  }, SOON);
}

/** The first observation that is not `unknown`, and the kinds seen on the way. */
async function firstCertain(tmux: TmuxPort): Promise<Observation> {
  return await until(async () => {
    const observation = await tmux.observe([KNOWN]);
    return observation.kind === 'unknown' ? null : observation;
  }, SOON);
}

test.each([0, 1])(
  'when client %i of ours is killed it is replaced, and no session is touched',
  async (which) => {
    const { server, tmux, asBefore } = await pool();
    let heard = 0;
    tmux.onWake(() => {
      heard += 1;
    });
    const before = clientPids(server);
    const [killed = -1] = before.slice(which);
    sendSignal(killed);
    expect(await firstCertain(tmux)).toMatchObject(asBefore);
    await untilReplaced(server, [killed]);
    expect(heard).toBeGreaterThan(0);
  },
);

test('clients are replaced by themselves, without anybody asking', async () => {
  const { server } = await pool();
  const killed = clientPids(server);
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  await untilReplaced(server, killed);
});

test('when the hub is killed it is made again, and deaths are still noticed', async () => {
  const { server, tmux, asBefore } = await pool();
  for (let round = 0; round < 5; round += 1) {
    server.run('kill-session', '-t', '=_claude-failover-11');
    expect(await firstCertain(tmux)).toMatchObject(asBefore);
    await until(() => clientPids(server).length === 2, SOON);
  }
  let heard = 0;
  tmux.onWake(() => {
    heard += 1;
  });
  process.kill(asBefore.sessions[0].pane.agent.pid, 'SIGKILL');
  await until(() => heard > 0, SOON);
});

test('when our hub goes our clients never move into a session of somebody else', async () => {
  const { server, tmux } = await pool();
  server.run('set-option', '-g', 'detach-on-destroy', 'off');
  server.run(
    'set-hook',
    '-g',
    'client-session-changed',
    'set-option -gaF @moved "#{session_name} "',
  );
  server.run('set-option', '-g', '@moved', '');
  server.run('kill-session', '-t', '=_claude-failover-11');
  await firstCertain(tmux);
  expect(server.run('show-options', '-gv', '@moved')).not.toContain(KNOWN);
});

test('a removed socket is no lost server: it is made again instead of starting a second one', async () => {
  const { server, tmux, asBefore } = await pool();
  const pids = clientPids(server);
  rmSync(server.path);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await until(() => clientPids(server).some((pid) => !pids.includes(pid)), SOON);
  expect(await firstCertain(tmux)).toMatchObject(asBefore);
  await tmux.create(agentLaunch('pool-2'));
  expect(server.servers()).toHaveLength(1);
});

test('a server that was killed is lost, and is not started again by looking', async () => {
  const { server, tmux } = await pool();
  await server.kill();
  expect(await firstCertain(tmux)).toEqual({ kind: 'server_lost' });
  expect(server.servers()).toHaveLength(0);
});

test('a server that was ended in order is lost too, and many sessions start one new server', async () => {
  const { server, tmux } = await pool();
  server.run('kill-server');
  expect(await firstCertain(tmux)).toEqual({ kind: 'server_lost' });
  const launches = Array.from({ length: 10 }, (_, index) => agentLaunch(`pool-${index}`));
  const panes = await Promise.all(launches.map((launch) => tmux.create(launch)));
  expect(new Set(panes.map(({ agent }) => agent.pid)).size).toBe(10);
  expect(server.servers()).toHaveLength(1);
});

test('a server that the operator started in place of the lost one is joined', async () => {
  const { server, tmux, asBefore } = await pool();
  const before = await tmux.observe([]);
  await server.kill();
  server.startAsOperator();
  const after = await until(async () => {
    const observation = await tmux.observe([]);
    return observation.kind === 'seen' ? observation : null;
  }, SOON);
  expect(before).toMatchObject(asBefore);
  expect(after).toMatchObject({ sessions: [] });
  expect(after).not.toMatchObject({ server: before.kind === 'seen' ? before.server : null });
});

test('answers that come after their time are not taken for those of later commands', async () => {
  const { server, tmux, asBefore } = await pool(SOON_GIVEN_UP);
  const [hung] = server.servers();
  sendSignal(hung?.pid, 'SIGSTOP');
  const late = await Promise.all([
    tmux.observe([]),
    tmux.observe([]),
    tmux.activePane(KNOWN).catch(String),
  ]);
  expect(late).toMatchObject([
    { kind: 'unknown' },
    { kind: 'unknown' },
    expect.stringContaining('answered nothing'),
  ]);
  sendSignal(hung?.pid, 'SIGCONT');
  expect(await firstCertain(tmux)).toMatchObject(asBefore);
  expect(await tmux.activePane(KNOWN)).toMatchObject({ paneId: asBefore.sessions[0].pane.paneId });
});

test('also the last of many questions is given up when tmux stops in the middle', async () => {
  const { server, tmux } = await pool(SOON_GIVEN_UP);
  const [hung] = server.servers();
  const questions = Array.from({ length: 300 }, () => tmux.observe([]));
  await questions[0];
  sendSignal(hung?.pid, 'SIGSTOP');
  // A quick tmux may have answered all of those: this one it cannot have.
  const last = tmux.observe([]);
  await Promise.all(questions);
  expect(await last).toMatchObject({ kind: 'unknown' });
  sendSignal(hung?.pid, 'SIGCONT');
});

test('listeners are told when a server that hung answers again', async () => {
  const { server, tmux } = await pool(SOON_GIVEN_UP);
  const [hung] = server.servers();
  sendSignal(hung?.pid, 'SIGSTOP');
  expect(await tmux.observe([])).toMatchObject({ kind: 'unknown' });
  let heard = 0;
  tmux.onWake(() => {
    heard += 1;
  });
  sendSignal(hung?.pid, 'SIGCONT');
  await until(() => heard > 0, SOON);
});

test('the clients of a daemon that was killed are put away by the next one', async () => {
  const server = tmuxServer();
  for (let killed = 0; killed < 3; killed += 1) {
    const daemon = startProgram('tmux-watcher', [server.path]);
    await daemon.says((line) => line === 'connected', 'connect');
    await daemon.end('SIGKILL');
  }
  await openTmux(server);
  await until(() => clientPids(server).length === 2, SOON);
});

test('the clients of a daemon that lives are left alone', async () => {
  const server = tmuxServer();
  const first = await openTmux(server, { hub: '_claude-failover-0' });
  const before = clientPids(server);
  await openTmux(server, { hub: '_claude-failover-50' });
  expect(clientPids(server)).toEqual(expect.arrayContaining([...before]));
  expect(await first.observe([])).toMatchObject({ kind: 'seen' });
});

test('a server that cannot end because of such clients is freed, and another started', async () => {
  const server = tmuxServer();
  const daemon = startProgram('tmux-watcher', [server.path]);
  await daemon.says((line) => line === 'connected', 'connect');
  await daemon.end('SIGKILL');
  server.run('kill-server');
  const tmux = await openTmux(server);
  expect(await firstCertain(tmux)).toMatchObject({ kind: 'seen', sessions: [] });
  expect(server.servers()).toHaveLength(1);
});
