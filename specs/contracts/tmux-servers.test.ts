import { rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { identify, isAlive } from '../../actors/process/identity.ts';
import { serversAt } from '../../actors/tmux/servers-at.ts';
import type { Observation, ProcessIdentity, TmuxPort } from '../../machines/ports.ts';
import { planReconcile } from '../../supervisor/reconcile.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 4500, what: 'tmux to show it' };
const NAME = 'pool-1';

async function pool() {
  const server = tmuxServer();
  const tmux = await openTmux(server);
  const pane = await tmux.create(agentLaunch(NAME));
  const seen = await tmux.observe([]);
  if (seen.kind !== 'seen') throw new Error(seen.kind);
  return { server, tmux, pane, first: seen.server };
}

function clientPids(server: TmuxServer): readonly number[] {
  return server.run('list-clients', '-F', '#{client_pid}').trim().split('\n').map(Number);
}

async function observed(tmux: TmuxPort, kind: Observation['kind']) {
  return await until(async () => {
    const observation = await tmux.observe([NAME]);
    return observation.kind === kind ? observation : null;
  }, SOON);
}

/** What a session that had this agent is told of a listing. */
function toldOf(agent: ProcessIdentity, observation: Observation) {
  const belief = { name: NAME, mark: '', agent, previous: null, phase: 'settled' } as const;
  return planReconcile([belief], observation);
}

test('a server that was restarted at once, while nobody looked, has lost its sessions, which have not vanished by themselves', async () => {
  const { server, tmux, pane, first } = await pool();
  await server.kill();
  server.startAsOperator();
  const after = await observed(tmux, 'seen');
  expect(after).not.toMatchObject({ server: first });
  expect(toldOf(pane.agent, after)).toMatchObject([{ death: { cause: { kind: 'server_lost' } } }]);
});

test('a session that was killed on a server that lives on has vanished', async () => {
  const { server, tmux, pane } = await pool();
  server.run('kill-session', '-t', `=${NAME}`);
  expect(toldOf(pane.agent, await tmux.observe([NAME]))).toMatchObject([
    { death: { cause: { kind: 'vanished' } } },
  ]);
});

test('the next daemon finds the server whose socket was removed meanwhile, and starts no second one', async () => {
  const { server, tmux, pane, first } = await pool();
  await tmux.close();
  rmSync(server.path);
  const next = await openTmux(server);
  expect(await next.observe([])).toMatchObject({
    server: first,
    sessions: [{ name: NAME, pane: { state: 'alive', ...pane } }],
  });
  expect(server.servers()).toHaveLength(1);
});

test('while another server has the socket of ours, nothing is known and nothing is left there; it is ours again when the other has ended', async () => {
  const { server, tmux, pane, first } = await pool();
  const clients = clientPids(server);
  rmSync(server.path);
  server.startAsOperator({ session: 'other' });
  const second = identify(Number(server.run('display-message', '-p', '#{pid}')));
  expect(second).not.toEqual(first);
  for (const pid of clients) process.kill(pid, 'SIGKILL');
  const unknown = await observed(tmux, 'unknown');
  await until(async () => JSON.stringify(await tmux.observe([])).includes('has taken'), SOON);
  await expect(tmux.create(agentLaunch('pool-2'))).rejects.toMatchObject({
    code: 'TMUX_UNREACHABLE',
  });
  expect(toldOf(pane.agent, unknown)).toEqual([]);
  expect(server.run('list-sessions', '-F', '#{session_name}')).toBe('other\n');

  server.run('kill-server');
  await observed(tmux, 'seen');
  expect(await tmux.observe([])).toMatchObject({
    server: first,
    sessions: [{ name: NAME, pane: { state: 'alive', ...pane } }],
  });
});

test('servers are found by the kernel: while they serve the path, also a stopped one or one whose socket is gone', async () => {
  const { server, first } = await pool();
  const other = tmuxServer();
  other.startAsOperator();
  expect(serversAt(server.path)).toEqual([first]);
  process.kill(first.pid, 'SIGSTOP');
  rmSync(server.path);
  expect(serversAt(server.path)).toEqual([first]);
  process.kill(first.pid, 'SIGCONT');
  await server.kill();
  expect(isAlive(first)).toBe(false);
  expect(serversAt(server.path)).toEqual([]);
});
