import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createAgentPort } from '../../../actors/agent/agent-port.ts';
import { identify } from '../../../actors/process/identity.ts';
import type { AgentStatus } from '../../../machines/ports.ts';
import { demoAgentConfig } from '../../harness/demo-home.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

// This very process plays the agent: it lives, and its start time is known.
const agent = identify(process.pid) ?? { pid: -1, startTime: '' };

test('a change of status, of what is waited for, or of conversation is told once', async () => {
  const { write, told, statuses } = watchHome({ withFolder: true });
  write({ status: 'idle' });
  await told(1);
  for (const status of ['idle', 'busy', 'busy', 'busy'])
    write({ status, updatedAt: Math.random() });
  await told(2);
  write({ status: 'waiting', waitingFor: 'permission prompt' });
  await told(3);
  write({ status: 'waiting', waitingFor: 'dialog open' });
  await told(4);
  write({ status: 'waiting', waitingFor: 'dialog open', sessionId: 'b' });
  await told(5);
  expect(
    statuses.map(({ status, waitingFor, conversation }) => [status, waitingFor, conversation]),
  ).toEqual([
    ['idle', null, 'a'],
    ['busy', null, 'a'],
    ['waiting', 'permission prompt', 'a'],
    ['waiting', 'dialog open', 'a'],
    ['waiting', 'dialog open', 'b'],
  ]);
  expect(statuses[0]).toMatchObject({ account: 'one', agent });
});

test('a burst of writes costs next to nothing', async () => {
  const { write, told, statuses } = watchHome({ withFolder: true });
  for (let i = 0; i < 500; i += 1)
    write({ status: i % 2 === 0 ? 'busy' : 'idle', sessionId: `${i}` });
  await told(1);
  expect(statuses.at(-1)?.conversation).toBe('499');
  expect(statuses.length).toBeLessThan(5);
});

test('statuses that are there before the watch are told', async () => {
  const home = join(tempDir(), 'home');
  mkdirSync(join(home, 'sessions'), { recursive: true });
  writeStatus(home, { status: 'busy' });
  const { told, statuses } = watch(home);
  await told(1);
  expect(statuses[0]?.status).toBe('busy');
});

test('a home that appears later, with its folder, is watched as soon as it does', async () => {
  const { home, write, told } = watchHome({ withFolder: false });
  mkdirSync(home);
  mkdirSync(join(home, 'sessions'));
  write({ status: 'idle' });
  await told(1);
  write({ status: 'busy' });
  await told(2);
});

test.each([
  ['removed', (folder: string) => rmSync(folder, { recursive: true })],
  ['moved away', (folder: string) => renameSync(folder, `${folder}-old`)],
])('a folder that is %s and made again is watched again', async (_how, takeAway) => {
  const { home, write, told } = watchHome({ withFolder: true });
  write({ status: 'idle' });
  await told(1);
  takeAway(join(home, 'sessions'));
  mkdirSync(join(home, 'sessions'));
  write({ status: 'busy' });
  await told(2);
  write({ status: 'waiting' });
  await told(3);
});

test.each([
  ['left behind by another process of this pid', { procStart: '1', status: 'busy' }],
  ['that speaks of another, living process', { ...parent(), status: 'busy' }],
  ['of a run without a terminal, which has no status', {}],
  ['with a word we do not know', { status: 'pondering' }],
  ['without a conversation', { status: 'busy', sessionId: 7 }],
])('a status file %s is not believed', async (_what, content) => {
  const { write, told, statuses, port } = watchHome({ withFolder: true });
  write(content);
  expect(await port.status(agent)).toBeNull();
  write({ status: 'idle' });
  await told(1);
  expect(statuses.map(({ status }) => status)).toEqual(['idle']);
});

test('a status is told only to those who still listen', async () => {
  const { write, told, port } = watchHome({ withFolder: true });
  const heard: AgentStatus[] = [];
  const stop = port.onStatus((status) => heard.push(status));
  write({ status: 'idle' });
  await told(1);
  stop();
  write({ status: 'busy' });
  await told(2);
  expect(heard).toHaveLength(1);
});

test('a file read while it is being written is read again', async () => {
  const { home, port } = watchHome({ withFolder: true });
  writeFileSync(statusFile(home), '{"pid":1,"sess');
  const asked = port.status(agent);
  setTimeout(() => writeStatus(home, { status: 'busy' }), 1);
  expect(await asked).toMatchObject({ status: 'busy' });
});

test('an agent of that pid that started at another time has no status', async () => {
  const { write, port } = watchHome({ withFolder: true });
  write({ status: 'idle' });
  expect(await port.status({ ...agent, startTime: '1' })).toBeNull();
  expect(await port.status(agent)).toMatchObject({ status: 'idle' });
});

test('an agent is found in whichever home it says what it does, also beside a dead one of its pid', async () => {
  const [one, two] = [join(tempDir(), 'one'), join(tempDir(), 'two')];
  for (const home of [one, two]) mkdirSync(join(home, 'sessions'), { recursive: true });
  const { port } = watch(one, two);
  writeStatus(one, { status: 'busy', procStart: '1' });
  writeStatus(two, { status: 'idle' });
  expect(await port.status(agent)).toMatchObject({ status: 'idle', account: 'two' });
});

test('an agent that was heard in one home is found in the other one as soon as it speaks there', async () => {
  const [one, two] = [join(tempDir(), 'one'), join(tempDir(), 'two')];
  for (const home of [one, two]) mkdirSync(join(home, 'sessions'), { recursive: true });
  const { port, told } = watch(one, two);
  writeStatus(two, { status: 'idle' });
  await told(1);
  expect(await port.status(agent)).toMatchObject({ status: 'idle', account: 'two' });
  rmSync(statusFile(two));
  writeStatus(one, { status: 'busy' });
  expect(await port.status(agent)).toMatchObject({ status: 'busy', account: 'one' });
});

test('a look at an agent heals the watches of all homes, also of those it does not speak in', async () => {
  const top = tempDir();
  const [one, two] = [join(top, 'one'), join(top, 'above', 'two')];
  for (const home of [one, two]) mkdirSync(join(home, 'sessions'), { recursive: true });
  const { port, told, statuses } = watch(one, two);
  writeStatus(one, { status: 'idle' });
  await told(1);
  // The kernel does not tell that a folder above was moved away.
  renameSync(join(top, 'above'), join(top, 'aside'));
  mkdirSync(join(two, 'sessions'), { recursive: true });
  expect(await port.status(agent)).toMatchObject({ account: 'one' });
  writeStatus(two, { status: 'busy' });
  await told(2);
  expect(statuses.at(-1)).toMatchObject({ status: 'busy', account: 'two' });
});

test('a folder that is not there yet is not watched anew at each look, and is found when it comes', async () => {
  const top = tempDir();
  const home = join(top, 'above', 'home');
  mkdirSync(join(top, 'above'));
  const { port, told, write } = watch(home);
  for (let look = 0; look < 3; look += 1) expect(await port.status(agent)).toBeNull();
  renameSync(join(top, 'above'), join(top, 'aside'));
  mkdirSync(join(home, 'sessions'), { recursive: true });
  write({ status: 'idle' });
  expect(await port.status(agent)).toMatchObject({ status: 'idle' });
  await told(1);
  write({ status: 'busy' });
  await told(2);
});

test('a status says in which directory the agent was started, if the client does', async () => {
  const { write, port } = watchHome({ withFolder: true });
  write({ status: 'idle', cwd: '/somewhere' });
  expect(await port.status(agent)).toMatchObject({ cwd: '/somewhere' });
  write({ status: 'idle' });
  expect(await port.status(agent)).toMatchObject({ cwd: null });
});

function parent() {
  const { pid, startTime } = identify(process.ppid) ?? agent;
  return { pid, procStart: startTime };
}

function watchHome({ withFolder }: { readonly withFolder: boolean }) {
  const home = join(tempDir(), 'home');
  if (withFolder) mkdirSync(join(home, 'sessions'), { recursive: true });
  return watch(home);
}

function watch(home: string, ...others: readonly string[]) {
  const config = {
    accounts: [home, ...others].map((each, i) => ({
      name: i === 0 ? 'one' : 'two',
      home: each,
      priority: i + 1,
    })),
    sharedState: { root: home },
    agent: demoAgentConfig(),
  };
  const port = createAgentPort({ config, stateDir: home, env: {} });
  atEnd(() => port.close());
  const statuses: AgentStatus[] = [];
  let check = () => {};
  port.onStatus((status) => {
    statuses.push(status);
    check();
  });
  /** Resolves when as many statuses have been told, however long it takes. */
  const told = (count: number) =>
    new Promise<void>((resolve) => {
      check = () => {
        if (statuses.length >= count) resolve();
      };
      check();
    });
  return {
    home,
    port,
    statuses,
    told,
    write: (content: Readonly<Record<string, unknown>>) => writeStatus(home, content),
  };
}

function writeStatus(home: string, content: Readonly<Record<string, unknown>>): void {
  const identity = { pid: agent.pid, procStart: agent.startTime, sessionId: 'a' };
  writeFileSync(statusFile(home), JSON.stringify({ ...identity, ...content }));
}

function statusFile(home: string): string {
  return join(home, 'sessions', `${agent.pid}.json`);
}
