import { expect, test } from '@jest/globals';
import { createNudge } from '../../actors/tmux/sigchld-nudge.ts';
import type { PaneObservation, TmuxPort } from '../../machines/ports.ts';
import { atEnd } from '../harness/scope.ts';
import { tmuxServer } from '../harness/tmux-server.ts';
import { agentLaunch, openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

const SOON = { withinMs: 4500, what: 'tmux to show it', everyMs: 5 };

async function panes(tmux: TmuxPort): Promise<ReadonlyMap<string, PaneObservation | null>> {
  const observation = await tmux.observe([]);
  if (observation.kind !== 'seen') throw new Error(`not seen: ${JSON.stringify(observation)}`);
  return new Map(observation.sessions.map(({ name, pane }) => [name, pane]));
}

/** Runs commands of a shell as the agent. */
function script(session: string, ...lines: readonly string[]) {
  return agentLaunch(session, { command: ['/bin/sh', '-c', lines.join('\n')] });
}

test('an agent that ends at once is never lost, however many do', async () => {
  const tmux = await openTmux(tmuxServer());
  const codes = Array.from({ length: 50 }, (_, index) => index);
  const launches = codes.map((code) => script(`pool-${code}`, `exit ${code}`));
  await Promise.all(launches.map((launch) => tmux.create(launch)));
  const found = await until(async () => {
    const seen = await panes(tmux);
    return [...seen.values()].every((pane) => pane?.state === 'dead') ? seen : null;
  }, SOON);
  for (const code of codes) {
    expect(found.get(`pool-${code}`)).toMatchObject({ cause: { kind: 'exit', code } });
  }
});

test('a program that does not exist is an agent that ended, not a failure to create', async () => {
  const tmux = await openTmux(tmuxServer());
  const command = ['/no/such/program', '--flag'];
  const { paneId } = await tmux.create(agentLaunch('pool-1', { command }));
  await until(async () => (await panes(tmux)).get('pool-1')?.state === 'dead', SOON);
  expect((await panes(tmux)).get('pool-1')).toMatchObject({ paneId, cause: { kind: 'exit' } });
});

test('each of many kills wakes us by itself, with nobody polling', async () => {
  const tmux = await openTmux(tmuxServer());
  const names = Array.from({ length: 10 }, (_, index) => `pool-${index}`);
  const agents = new Map(
    await Promise.all(
      names.map(async (name) => [name, await tmux.create(agentLaunch(name))] as const),
    ),
  );
  const dead = new Set<string>();
  tmux.onWake(() => {
    panes(tmux).then(
      (seen) => {
        for (const [name, pane] of seen) if (pane?.state === 'dead') dead.add(name);
      },
      () => {},
    );
  });
  for (let kill = 0; kill < 40; kill += 1) {
    const name = `pool-${kill % 10}`;
    const pane = agents.get(name);
    if (!pane) throw new Error(`no ${name}`);
    process.kill(pane.agent.pid, 'SIGKILL');
    await until(() => dead.has(name), SOON);
    agents.set(name, await tmux.respawn(pane.paneId, agentLaunch(name)));
    dead.delete(name);
  }
});

test('an agent that closed its terminal but runs on is alive, and gets no company', async () => {
  const server = tmuxServer();
  const tmux = await openTmux(server);
  const launch = script('pool-1', "trap '' HUP", 'exec sleep 1000 </dev/null >/dev/null 2>&1');
  const pane = await tmux.create(launch);
  atEnd(() => process.kill(pane.agent.pid, 'SIGKILL'));
  const dead = () => server.run('display-message', '-p', '-t', pane.paneId, '#{pane_dead}');
  await until(() => dead() === '1\n', { ...SOON, what: 'tmux to be mistaken' });
  expect((await panes(tmux)).get('pool-1')).toEqual({ state: 'alive', ...pane });
  await expect(tmux.respawn(pane.paneId, launch)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('an agent whose child floods the terminal is dead all the same', async () => {
  const tmux = await openTmux(tmuxServer());
  const { agent } = await tmux.create(script('pool-1', "trap '' HUP", 'yes &', 'exec sleep 1000'));
  process.kill(agent.pid, 'SIGKILL');
  await until(async () => (await panes(tmux)).get('pool-1')?.state === 'dead', SOON);
});

test('the next daemon is told of the deaths it slept through', async () => {
  const server = tmuxServer();
  const first = await openTmux(server);
  const { agent, paneId } = await first.create(agentLaunch('pool-1'));
  await first.close();
  process.kill(agent.pid, 'SIGTERM');
  const second = await openTmux(server);
  await until(async () => (await panes(second)).get('pool-1')?.state === 'dead', SOON);
  expect((await panes(second)).get('pool-1')).toMatchObject({ paneId, pid: agent.pid });
});

test('the next daemon is woken by panes that an earlier one made', async () => {
  const server = tmuxServer();
  const first = await openTmux(server);
  const { agent } = await first.create(agentLaunch('pool-1'));
  await first.close();
  const second = await openTmux(server);
  let heard = 0;
  second.onWake(() => {
    heard += 1;
  });
  process.kill(agent.pid, 'SIGKILL');
  await until(() => heard > 0, SOON);
});

test('a server that has ended is not nudged', () => {
  const nudge = createNudge({ pid: process.pid, startTime: 'of another' });
  let heard = 0;
  const listen = (): void => {
    heard += 1;
  };
  process.on('SIGCHLD', listen);
  nudge.now();
  nudge.close();
  process.off('SIGCHLD', listen);
  expect(heard).toBe(0);
});
