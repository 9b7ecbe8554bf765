import { expect, test } from '@jest/globals';
import { identify } from '../../actors/process/identity.ts';
import { readStat } from '../../actors/process/stat.ts';
import { createTmux } from '../../actors/tmux/driver.ts';
import { continueStopped } from '../../actors/tmux/stopped-server.ts';
import type { ProcessIdentity, TmuxPort } from '../../machines/ports.ts';
import { atEnd } from '../harness/scope.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux, tmuxOptions, untilQuiet } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 4000, what: 'tmux to show it' };
/** Of a machine that has much to do tmux may need a while to answer, also when it is only just started. */
const IMPATIENT = { commandTimeoutMs: 1500, heartbeatMs: 100 };

/** How often its listeners were told that something may have changed. */
function wakesOf(tmux: TmuxPort): () => number {
  let heard = 0;
  tmux.onWake(() => {
    heard += 1;
  });
  return () => heard;
}

function theOnlyServer(server: TmuxServer): ProcessIdentity {
  const [found] = server.servers();
  const known = identify(found?.pid ?? -1);
  if (known === null) throw new Error('no server runs');
  return known;
}

const isStopped = ({ pid }: ProcessIdentity) => readStat(pid)?.state === 'T';

/** A driver whose server is at a socket of its own name, as the default config has it. */
async function openNamed(): Promise<{ readonly tmux: TmuxPort; readonly server: ProcessIdentity }> {
  const env = { ...process.env, TMUX_TMPDIR: tempDir() };
  const options = { ...tmuxOptions(tmuxServer(), IMPATIENT), env };
  const tmux = await createTmux({ ...options, socket: { kind: 'name', name: 'ours' } });
  const seen = await tmux.observe([]);
  if (seen.kind !== 'seen') throw new Error(seen.kind);
  const { server } = seen;
  atEnd(async () => {
    await tmux.close();
    process.kill(server.pid, 'SIGKILL');
    await until(() => identify(server.pid) === null, { ...SOON, what: 'the server to end' });
  });
  return { tmux, server };
}

test('a server that hangs is noticed although nobody asks it anything, and so is that it answers again', async () => {
  const server = tmuxServer();
  const tmux = await openTmux(server, IMPATIENT);
  const pane = await tmux.create(agentLaunch('pool-1'));
  const hung = theOnlyServer(server);
  await untilQuiet(tmux);
  process.kill(hung.pid, 'SIGSTOP');
  const wakes = wakesOf(tmux);
  await until(() => wakes() > 0, SOON);
  expect(await tmux.observe([])).toMatchObject({ kind: 'unknown' });
  process.kill(hung.pid, 'SIGCONT');
  await until(async () => (await tmux.observe([])).kind === 'seen', SOON);
  expect(await tmux.observe([])).toMatchObject({
    server: hung,
    sessions: [{ name: 'pool-1', pane: { state: 'alive', ...pane } }],
  });
});

test('a server that answers is not taken for one that hangs, however long nothing happens', async () => {
  const tmux = await openTmux(tmuxServer(), { ...IMPATIENT, heartbeatMs: 10 });
  await untilQuiet(tmux);
  const wakes = wakesOf(tmux);
  await new Promise((resolve) => setTimeout(resolve, 2 * IMPATIENT.commandTimeoutMs));
  expect(wakes()).toBe(0);
  expect(await tmux.observe([])).toMatchObject({ kind: 'seen' });
});

test('a server of ours that somebody has stopped is let go on, with all its sessions', async () => {
  const { tmux, server } = await openNamed();
  const pane = await tmux.create(agentLaunch('pool-1'));
  for (let round = 0; round < 2; round += 1) {
    process.kill(server.pid, 'SIGSTOP');
    await until(() => isStopped(server), SOON);
    await until(() => !isStopped(server), { ...SOON, what: 'the server to go on' });
    await until(async () => (await tmux.observe([])).kind === 'seen', SOON);
  }
  expect(await tmux.observe([])).toMatchObject({
    server,
    sessions: [{ name: 'pool-1', pane: { state: 'alive', ...pane } }],
  });
});

test('only what was started by us is let go on, and only if it is stopped', async () => {
  const ours = tmuxServer();
  await openTmux(ours);
  const server = theOnlyServer(ours);
  expect(continueStopped(server)).toBe(false);
  process.kill(server.pid, 'SIGSTOP');
  await until(() => isStopped(server), SOON);
  expect(continueStopped({ ...server, startTime: '1' })).toBe(false);
  expect(continueStopped(server)).toBe(true);
  await until(() => !isStopped(server), SOON);

  const theirs = tmuxServer();
  theirs.startAsOperator();
  const operators = theOnlyServer(theirs);
  process.kill(operators.pid, 'SIGSTOP');
  await until(() => isStopped(operators), SOON);
  expect(continueStopped(operators)).toBe(false);
  expect(isStopped(operators)).toBe(true);
  process.kill(operators.pid, 'SIGCONT');
});
