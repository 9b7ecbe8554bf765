import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createAgentPort } from '../../actors/agent/agent-port.ts';
import { createHeldClients, endingHeld } from '../../actors/process/held-clients.ts';
import { readProcessTable } from '../../actors/process/process-table.ts';
import { createProcesses } from '../../actors/process/processes.ts';
import type { AgentStatus, ProcessIdentity } from '../../machines/ports.ts';
import { demoAgentConfig } from '../harness/demo-home.ts';
import { atEnd } from '../harness/scope.ts';
import { spawned } from '../harness/spawned.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

const processes = createProcesses();
const SOON = { withinMs: 5000, what: 'the processes to be there', everyMs: 5 };
/** A shell that runs this does not become it. */
const STAYS = '; :';

/** A shell with these arguments and its children, once there are so many. */
async function shellWith(args: readonly string[], count: number) {
  const child = spawned(spawn('/bin/sh', args, { stdio: 'ignore' }), args.join(' '));
  const shell = identityOf(child.pid ?? 0);
  const children = await until(() => {
    const all = readProcessTable().childrenOf(shell.pid);
    const areThere = all.length === count && all.every(({ name }) => name === 'sleep');
    return areThere ? all.map(({ pid }) => identityOf(pid)) : null;
  }, SOON);
  atEnd(async () => {
    for (const one of [shell, ...children]) await processes.end(one, 0);
  });
  const [client = shell] = children;
  return { shell, client };
}

function identityOf(pid: number): ProcessIdentity {
  const identity = processes.identify(pid);
  if (identity === null) throw new Error(`no process ${pid}`);
  return identity;
}

test('a shell that was started for one command holds it, also once either is gone', async () => {
  const held = createHeldClients();
  const { shell, client } = await shellWith(['-c', `sleep 1000${STAYS}`], 1);
  expect(held.holderOf(client)).toEqual(client);
  expect(held.clientOf(shell)).toEqual(client);
  expect(held.holderOf(client)).toEqual(shell);
  process.kill(shell.pid, 'SIGKILL');
  await until(() => !processes.isAlive(shell), SOON);
  expect(held.clientOf(shell)).toEqual(client);
});

test.each([
  ['runs several', ['-c', `sleep 1000 & sleep 1000${STAYS}`], 2],
  ['was started with more than a command', ['-c', `sleep 1000${STAYS}`, 'name', 'more'], 1],
] as const)('a shell that %s holds none of them', async (_what, args, count) => {
  const { shell } = await shellWith(args, count);
  expect(createHeldClients().clientOf(shell)).toBe(shell);
});

test('whoever ends the shell ends what it holds, also when the shell has ended before', async () => {
  const held = createHeldClients();
  const { end } = endingHeld(processes, held);
  const { shell, client } = await shellWith(['-c', `sleep 1000${STAYS}`], 1);
  held.clientOf(shell);
  process.kill(shell.pid, 'SIGKILL');
  await until(() => !processes.isAlive(shell), SOON);
  expect(processes.isAlive(client)).toBe(true);
  await end(shell, 1000);
  expect(processes.isAlive(client)).toBe(false);
});

test('what a client says that a shell holds is told in the name of the shell, which is the process of the pane', async () => {
  const { shell, client } = await shellWith(['-c', `sleep 1000${STAYS}`], 1);
  const home = join(tempDir(), 'home');
  mkdirSync(join(home, 'sessions'), { recursive: true });
  const write = (status: string) =>
    writeFileSync(
      join(home, 'sessions', `${client.pid}.json`),
      JSON.stringify({
        ...{ pid: client.pid, procStart: client.startTime, sessionId: 'a', status },
      }),
    );
  const accounts = [{ name: 'one', home, priority: 1 }];
  const port = createAgentPort({
    config: { accounts, sharedState: { root: home }, agent: demoAgentConfig() },
    stateDir: home,
    env: {},
  });
  atEnd(() => port.close());
  const told: AgentStatus[] = [];
  port.onStatus((status) => told.push(status));
  write('idle');
  const said = await until(() => port.status(shell), SOON);
  expect(said).toMatchObject({ agent: shell, status: 'idle', account: 'one' });
  expect(port.hasHooks(shell)).toBe(false);
  write('busy');
  await until(() => told.some(({ status }) => status === 'busy'), SOON);
  expect(told.at(-1)?.agent).toEqual(shell);
});
