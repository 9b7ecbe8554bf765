import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { identify } from '../../actors/process/identity.ts';
import { paneAgent } from '../../actors/tmux/pane-agent.ts';
import { createNudge } from '../../actors/tmux/sigchld-nudge.ts';
import type { Pane, PaneObservation, TmuxPort } from '../../machines/ports.ts';
import { atEnd } from '../harness/scope.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
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

/**
 * An agent that prints, and ends once `end` was called, which waits until tmux has it on its screen: a terminal
 * loses what a program printed just before its end, now and then.
 */
function printing(server: TmuxServer, command: string) {
  const gate = join(tempDir(), 'gate');
  return {
    launch: script('pool-1', command, `until [ -e '${gate}' ]; do sleep 0.02; done`),
    end: async ({ paneId }: Pick<Pane, 'paneId'>) => {
      const screen = () => server.run('capture-pane', '-p', '-t', paneId).trim();
      await until(screen, { ...SOON, what: 'what it prints' });
      writeFileSync(gate, '');
    },
  };
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

test('the last screen is that of the agent that ended, not of one before it in the same pane', async () => {
  const server = tmuxServer();
  const tmux = await openTmux(server);
  const [first, second] = [printing(server, 'echo first'), printing(server, 'echo second')];
  const pane = await tmux.create(first.launch);
  await first.end(pane);
  const screen = async () => {
    const seen = (await panes(tmux)).get('pool-1');
    return seen?.state === 'dead' ? seen.lastScreen : null;
  };
  await until(async () => (await screen()) === 'first', SOON);
  await second.end(await tmux.respawn(pane.paneId, second.launch));
  const ended = () => server.run('display-message', '-p', '-t', pane.paneId, '#{pane_dead_status}');
  await until(() => ended() === '0\n', { ...SOON, what: 'the second to end, unobserved by us' });
  expect(await screen()).toBe('second');
});

test('screens and names are read as UTF-8, whatever the locale of the daemon', async () => {
  const server = tmuxServer();
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], LC_ALL: 'C' };
  const tmux = await openTmux(server, { env });
  const { launch, end } = printing(server, "printf 'é ✻ 🙂'");
  const pane = await tmux.create(launch);
  server.run('rename-session', '-t', '=pool-1', 'ailleurs-é');
  await end(pane);
  await until(async () => (await panes(tmux)).get('ailleurs-é')?.state === 'dead', SOON);
  expect((await panes(tmux)).get('ailleurs-é')).toMatchObject({ lastScreen: 'é ✻ 🙂' });
});

test('a program that does not exist is an agent that ended, not a failure to create', async () => {
  const tmux = await openTmux(tmuxServer());
  const command = ['/no/such/program', '--flag'];
  const { paneId } = await tmux.create(agentLaunch('pool-1', { command }));
  await until(async () => (await panes(tmux)).get('pool-1')?.state === 'dead', SOON);
  expect((await panes(tmux)).get('pool-1')).toMatchObject({ paneId, cause: { kind: 'exit' } });
});

/** Ten agents, and which of them a daemon that looks only when it is woken knows to be dead. */
async function wokenPool() {
  const tmux = await openTmux(tmuxServer());
  const names = Array.from({ length: 10 }, (_, index) => `pool-${index}`);
  const agents = new Map<string, Pane>();
  for (const name of names) agents.set(name, await tmux.create(agentLaunch(name)));
  const dead = new Set<string>();
  tmux.onWake(() => {
    panes(tmux)
      .then((seen) => {
        for (const [name, pane] of seen) if (isDead(pane, agents.get(name))) dead.add(name);
      })
      .catch(() => {});
  });
  const paneOf = (name: string): Pane => agents.get(name) ?? { paneId: '', agent: NOBODY };
  return {
    names,
    dead,
    kill: (name: string) => process.kill(paneOf(name).agent.pid, 'SIGKILL'),
    restart: async (name: string) => {
      agents.set(name, await tmux.respawn(paneOf(name).paneId, agentLaunch(name)));
      dead.delete(name);
    },
  };
}

const NOBODY = { pid: -1, startTime: '' };

function isDead(seen: PaneObservation | null, known: Pane | undefined): boolean {
  return seen?.state === 'dead' && seen.pid === known?.agent.pid;
}

test('each of many kills wakes us by itself, with nobody polling', async () => {
  const { names, dead, kill, restart } = await wokenPool();
  for (const name of [...names, ...names, ...names, ...names]) {
    kill(name);
    await until(() => dead.has(name), SOON);
    await restart(name);
  }
});

test('of many that are killed at the same moment none is missed, with nobody polling', async () => {
  const { names, dead, kill, restart } = await wokenPool();
  for (let round = 0; round < 5; round += 1) {
    for (const name of names) kill(name);
    await until(() => dead.size === names.length, SOON);
    await Promise.all(names.map(restart));
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

test('only a process whose parent is the server is the pane’s own', () => {
  const self = { pid: process.pid, startTime: expect.stringMatching(/^\d+$/) };
  expect(paneAgent(process.pid, { pid: process.ppid, startTime: '' })).toEqual(self);
  expect(paneAgent(process.pid, { pid: process.pid, startTime: '' })).toBeNull();
});

test('how an agent ended is known also when we look at the very moment', async () => {
  const tmux = await openTmux(tmuxServer());
  let pane = await tmux.create(agentLaunch('pool-1'));
  for (let round = 0; round < 20; round += 1) {
    process.kill(pane.agent.pid, 'SIGKILL');
    const seen = await until(async () => {
      const found = (await panes(tmux)).get('pool-1');
      return found?.state === 'dead' ? found : null;
    }, SOON);
    expect(seen.cause).toEqual({ kind: 'signal', signal: 9 });
    pane = await tmux.respawn(pane.paneId, agentLaunch('pool-1'));
  }
});

test('a server is nudged while it lives, and not another process that has its pid', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  atEnd(() => kill.mockRestore());
  const nudge = (startTime: string): void => {
    const { now, close } = createNudge({ pid: process.pid, startTime });
    now();
    close();
  };
  nudge('of another');
  expect(kill).not.toHaveBeenCalled();
  nudge(identify(process.pid)?.startTime ?? '');
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGCHLD']]);
});
