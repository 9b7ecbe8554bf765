import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Pane, TmuxPort } from '../../machines/ports.ts';
import { atEnd } from '../harness/scope.ts';
import { spawned } from '../harness/spawned.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 4500, what: 'tmux to show it' };

/** Somebody else's control client, as an editor or terminal program attaches one. */
async function attachControlClient(server: TmuxServer, session: string, flags: string) {
  const args = ['-S', server.path, '-C', 'attach-session', '-f', flags, '-t', `=${session}`];
  const client = spawned(
    spawn('tmux', args, { stdio: ['pipe', 'pipe', 'ignore'] }),
    'control client',
  );
  const ended = new Promise((resolve) => client.once('close', resolve));
  client.stdout.resume();
  atEnd(async () => {
    client.kill('SIGKILL');
    await ended;
  });
  const pids = () => server.run('list-clients', '-F', '#{client_pid}').split('\n');
  await until(() => pids().includes(String(client.pid)), SOON);
}

async function paneOf(tmux: TmuxPort, session: string) {
  const observation = await tmux.observe([]);
  if (observation.kind !== 'seen') throw new Error(observation.kind);
  return observation.sessions.find(({ name }) => name === session)?.pane ?? null;
}

async function killed(tmux: TmuxPort, session: string): Promise<string> {
  const pane = await paneOf(tmux, session);
  if (pane?.state !== 'alive') throw new Error('no living agent');
  process.kill(pane.agent.pid, 'SIGKILL');
  await until(async () => (await paneOf(tmux, session))?.state === 'dead', SOON);
  return pane.paneId;
}

const flooding = (session: string) => agentLaunch(session, { command: ['yes', 'and no'] });

test('while somebody’s control client is sent output the agent gets a new window, and the server lives', async () => {
  const server = tmuxServer();
  const tmux = await openTmux(server);
  await tmux.create(flooding('pool-1'));
  await attachControlClient(server, 'pool-1', 'ignore-size');
  for (let round = 0; round < 5; round += 1) {
    const old = await killed(tmux, 'pool-1');
    const pane = await tmux.respawn(old, flooding('pool-1'));
    expect(pane.paneId).not.toBe(old);
    expect(await paneOf(tmux, 'pool-1')).toEqual({ state: 'alive', ...pane });
    const ids = server.run('list-panes', '-s', '-t', '=pool-1:', '-F', '#{pane_id}').trim();
    expect(ids).toBe(pane.paneId);
  }
  expect(server.servers()).toHaveLength(1);
});

test('a control client that takes no output changes nothing: the pane is kept', async () => {
  const server = tmuxServer();
  const tmux = await openTmux(server);
  await tmux.create(flooding('pool-1'));
  await attachControlClient(server, 'pool-1', 'no-output,ignore-size');
  const old = await killed(tmux, 'pool-1');
  expect(await tmux.respawn(old, flooding('pool-1'))).toMatchObject({ paneId: old });
});

test('an operator’s split beside the agent survives a respawn, and is not taken for the agent', async () => {
  const server = tmuxServer();
  const tmux = await openTmux(server);
  await tmux.create(agentLaunch('pool-1'));
  server.run('split-window', '-t', '=pool-1:', 'cat', '-');
  const panes = () => server.run('list-panes', '-s', '-t', '=pool-1:', '-F', '#{pane_id}');
  const before = panes();
  const old = await killed(tmux, 'pool-1');
  expect(await tmux.respawn(old, agentLaunch('pool-1'))).toMatchObject({ paneId: old });
  expect(panes()).toBe(before);
});

test('a split of the operator beside the agent goes when its program ends, as it would anywhere', async () => {
  const server = tmuxServer();
  const tmux = await openTmux(server);
  const { paneId } = await tmux.create(agentLaunch('pool-1'));
  server.run('split-window', '-t', '=pool-1:', 'true', '--');
  const panes = () => server.run('list-panes', '-s', '-t', '=pool-1:', '-F', '#{pane_id}').trim();
  await until(() => panes() === paneId, SOON);
});

test('an agent starts in its directory, whatever the directory is called', async () => {
  const cwd = tempDir({ name: 'it\'s #{pane_id} #[fg=red] $HOME "q" ~ ; é' });
  const directory = ({ agent }: Pane) => readlinkSync(`/proc/${agent.pid}/cwd`);
  const tmux = await openTmux(tmuxServer());
  const first = await tmux.create(agentLaunch('pool-1', { cwd }));
  await until(() => directory(first) === cwd, SOON);
  const old = await killed(tmux, 'pool-1');
  const second = await tmux.respawn(old, agentLaunch('pool-1', { cwd }));
  await until(() => directory(second) === cwd, SOON);
});
