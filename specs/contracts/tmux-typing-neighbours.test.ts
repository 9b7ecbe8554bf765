import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { TmuxPort } from '../../machines/ports.ts';
import { attachOperator } from '../harness/attached-operator.ts';
import { createRecorder, type Recorder } from '../harness/received-bytes.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 5000, what: 'tmux to show it' };
const PASTED = '\x1b[200~text\x1b[201~\r';

function fileWith(text: string): string {
  const file = join(tempDir(), 'text');
  writeFileSync(file, text);
  return file;
}

/** A session of ours with a recording agent, on a server that its operator has begun. */
async function openSession() {
  const server = tmuxServer();
  server.startAsOperator();
  const tmux = await openTmux(server);
  const agent = createRecorder();
  const { paneId } = await tmux.create(agentLaunch('pool-1', { command: agent.command }));
  await listens(server, paneId);
  return { server, tmux, agent, paneId };
}

async function listens(server: TmuxServer, paneId: string): Promise<void> {
  const title = () => server.run('display-message', '-p', '-t', paneId, '#{pane_title}');
  await until(() => title().startsWith('ready'), SOON);
}

/** The operator opens one more pane, which becomes the active one and notes what it is sent. */
async function openBeside(server: TmuxServer, ...how: readonly string[]): Promise<Recorder> {
  const recorder = createRecorder();
  const paneId = server.run(...how, '-P', '-F', '#{pane_id}', ...recorder.command).trim();
  await listens(server, paneId);
  return recorder;
}

async function say(tmux: TmuxPort, paneId: string): Promise<void> {
  await tmux.paste(paneId, fileWith('text'));
  await tmux.pressEnter(paneId);
}

test('a split of the operator that is the active pane gets nothing, nor does another window', async () => {
  const { server, tmux, agent, paneId } = await openSession();
  const split = await openBeside(server, 'split-window', '-t', '=pool-1:');
  const window = await openBeside(server, 'new-window', '-t', '=pool-1:');
  await say(tmux, paneId);
  await until(() => agent.received() === PASTED, SOON);
  expect([split.received(), window.received()]).toEqual(['', '']);
});

test('a pane that is synchronized with the agent’s gets nothing, not even Enter', async () => {
  const { server, tmux, agent, paneId } = await openSession();
  const split = await openBeside(server, 'split-window', '-t', '=pool-1:');
  server.run('set-option', '-w', '-t', '=pool-1:', 'synchronize-panes', 'on');
  await say(tmux, paneId);
  await until(() => agent.received() === PASTED, SOON);
  expect(split.received()).toBe('');
});

test('Escape goes to no pane at all where it would go to several', async () => {
  const { server, tmux, agent, paneId } = await openSession();
  const split = await openBeside(server, 'split-window', '-t', '=pool-1:');
  const synchronize = (word: string) =>
    server.run('set-option', '-w', '-t', '=pool-1:', 'synchronize-panes', word);
  synchronize('on');
  await tmux.pressEscape(paneId);
  synchronize('off');
  await say(tmux, paneId);
  await until(() => agent.received() === PASTED, SOON);
  await tmux.pressEscape(paneId);
  await until(() => agent.received() === `${PASTED}\x1b`, SOON);
  expect(split.received()).toBe('');
});

test.each(['copy-mode', 'clock-mode', 'choose-tree'])('Enter is not lost in %s', async (mode) => {
  const { server, tmux, agent, paneId } = await openSession();
  server.run(mode, '-t', paneId);
  await tmux.pressEnter(paneId);
  await until(() => agent.received() === '\r', SOON);
  await say(tmux, paneId);
  await until(() => agent.received() === `\r${PASTED}`, SOON);
  expect(server.run('display-message', '-p', '-t', paneId, '#{pane_in_mode}').trim()).toBe('0');
});

test('a mode of a split beside the agent is not the agent’s, and stays', async () => {
  const { server, tmux, agent, paneId } = await openSession();
  await openBeside(server, 'split-window', '-t', '=pool-1:');
  server.run('copy-mode', '-t', '=pool-1:');
  expect((await tmux.presence(['pool-1'])).get('pool-1')?.inMode).toBe(false);
  await say(tmux, paneId);
  await until(() => agent.received() === PASTED, SOON);
  expect(server.run('display-message', '-p', '-t', '=pool-1:', '#{pane_in_mode}').trim()).toBe('1');
});

test('what the operator has copied stays theirs, and first', async () => {
  const { server, tmux, agent, paneId } = await openSession();
  server.run('set-buffer', 'of the operator');
  await say(tmux, paneId);
  await until(() => agent.received() === PASTED, SOON);
  expect(server.run('list-buffers').trim().split('\n')).toHaveLength(1);
  expect(server.run('show-buffer')).toBe('of the operator');
});

test('no buffer is left of a pane that went while the text was read', async () => {
  const { server, tmux, paneId } = await openSession();
  // Between the question whether it is ours and the paste.
  server.run('set-hook', '-g', 'after-load-buffer', `kill-pane -t ${paneId}`);
  await expect(tmux.paste(paneId, fileWith('text'))).rejects.toMatchObject({
    code: 'TMUX_COMMAND_FAILED',
  });
  expect(server.run('list-buffers')).toBe('');
});

test('who has the agent’s window in a session of their own is a person at it', async () => {
  const { server, tmux } = await openSession();
  const person = { socketPath: server.path, env: process.env };
  const at = async () => (await tmux.presence(['pool-1'])).get('pool-1')?.lastActiveAt;
  server.run('new-session', '-d', '-s', 'grouped', '-t', '=pool-1');
  const inGroup = await attachOperator(person, 'grouped');
  await until(async () => typeof (await at()) === 'number', SOON);
  await inGroup.detach();
  await until(async () => (await at()) === null, SOON);
  server.run('link-window', '-d', '-s', '=pool-1:', '-t', '=operator:5');
  await attachOperator(person, 'operator');
  await until(async () => typeof (await at()) === 'number', SOON);
});

test('our own clients are no people, wherever they are attached', async () => {
  const { tmux } = await openSession();
  const hub = '_claude-failover-11';
  expect((await tmux.presence([hub])).get(hub)?.lastActiveAt).toBeNull();
});
