import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { DemoStage } from '../../../cli/demo/demo-stage.ts';
import { startDemoWork } from '../../../cli/demo/demo-work.ts';
import { narrateTo, whereToLook } from '../../../cli/demo/narration.ts';
import { createTaskTitles } from '../../../cli/demo/task-titles.ts';
import type { WantedTask } from '../../../cli/demo/wanted-task.ts';
import { createPaint } from '../../../cli/terminal/colours.ts';
import type { AccountReport, SessionReport } from '../../../supervisor/status-report.ts';
import type { TaskDescription } from '../../../supervisor/task-report.ts';

const CONVERSATION = '7e3b804b-0000-4000-8000-000000000001';
const RECREATED = {
  event: 'session.recreated',
  session: 'pool-1',
  index: 1,
  account: 'one',
  conversation: CONVERSATION,
  pid: 77,
  task: null,
  cause: { kind: 'signal', signal: 9 },
  attempt: 1,
  of: 10,
  delayMs: 100,
} as const;

const OF_TASK = { session: 'pool-1', index: 1, account: 'one', task: 't_1' } as const;
const COMPLETED = {
  event: 'task.completed',
  ...OF_TASK,
  conversation: CONVERSATION,
  attempt: 2,
} as const;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

function session(
  name: string,
  substate: SessionReport['substate'],
  facts: Partial<SessionReport> = {},
): SessionReport {
  return {
    name,
    kind: 'autonomous',
    index: 1,
    state: substate === 'ready' ? 'idle' : 'working',
    substate,
    account: 'one',
    task: substate === 'ready' ? null : 't_1',
    conversation: CONVERSATION,
    pid: 1,
    restarts: 0,
    crashedAt: null,
    reason: null,
    since: new Date(0).toISOString(),
    failover: null,
    ...facts,
  };
}

/** A stage on which nothing is real, and what was done on it. */
function playedStage({
  sessions = [],
  states = ['available', 'available'],
  waiting = 0,
  result = 'done',
}: Played = {}) {
  const killed: number[] = [];
  const typed: string[] = [];
  const told: string[] = [];
  const added: WantedTask[] = [];
  const stage: DemoStage = {
    sessions: () => sessions,
    accounts: () => states.map((state, n) => ({ ...ACCOUNT, name: `demo-${n}`, state })),
    waiting: () => waiting,
    tell: (text) => told.push(text),
    addTask: async (task) => {
      added.push(task);
      return `t_${added.length}`;
    },
    showTask: async (id) => ({ id, conversation: CONVERSATION, result }) as TaskDescription,
    titleOf: (id) => `“${id}”`,
    type: (name, text) => typed.push(`${name}: ${text}`),
    kill: (pid) => killed.push(pid),
  };
  return { stage, killed, typed, told, added };
}

const NO_WINDOWS = { fiveHour: null, sevenDay: null } as const;
const ACCOUNT = { limitedUntil: null, usage: NO_WINDOWS, usageOver: NO_WINDOWS } as const;

interface Played {
  readonly sessions?: readonly SessionReport[];
  /** Of its accounts. */
  readonly states?: readonly AccountReport['state'][];
  readonly waiting?: number;
  readonly result?: string;
}

test('an agent that works on a task is killed soon and again every 35 seconds, the least restarted one first', () => {
  const { stage, killed, told } = playedStage({
    sessions: [
      session('pool-1', 'running', { pid: 11, restarts: 1 }),
      session('pool-2', 'running', { pid: 22, task: 't_2' }),
    ],
    states: ['limited'],
  });
  const work = startDemoWork(stage);
  jest.advanceTimersByTime(7000);
  expect(killed).toEqual([]);
  jest.advanceTimersByTime(2000);
  expect(killed).toEqual([22]);
  expect(told).toEqual(['kill -9 22: the agent of pool-2, in the middle of “t_2”']);
  jest.advanceTimersByTime(33_000);
  expect(killed).toEqual([22]);
  jest.advanceTimersByTime(3000);
  expect(killed).toEqual([22, 22]);
  work.stop();
  jest.advanceTimersByTime(100_000);
  expect(killed).toHaveLength(2);
});

test('of those with as many restarts the one that began last is killed', () => {
  const { stage, killed } = playedStage({
    sessions: [
      session('pool-1', 'running', { pid: 11, since: null }),
      session('pool-2', 'running', { pid: 22, since: new Date(1000).toISOString() }),
      session('pool-3', 'running', { pid: 33, since: new Date(7000).toISOString() }),
      session('pool-4', 'running', { pid: 44, since: new Date(6000).toISOString() }),
      session('pool-5', 'running', { pid: 55, since: new Date(8000).toISOString(), restarts: 1 }),
    ],
  });
  startDemoWork(stage);
  jest.advanceTimersByTime(9000);
  expect(killed).toEqual([33]);
});

test('none is killed that does not work, or that a person gave its work', () => {
  const { stage, killed } = playedStage({
    sessions: [
      session('pool-1', 'ready'),
      session('pool-2', 'waiting'),
      session('pool-3', 'running', { task: null }),
    ],
  });
  startDemoWork(stage);
  jest.advanceTimersByTime(60_000);
  expect(killed).toEqual([]);
});

test('tasks are added one after the other, each under a key of its own; a later one depends on the one before', async () => {
  const { stage, added } = playedStage();
  startDemoWork(stage);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(added.length).toBeGreaterThan(20);
  expect(new Set(added.map(({ key }) => key)).size).toBe(added.length);
  const later = added.findIndex(({ dependsOn }) => dependsOn.length > 0);
  // Ids count from 1.
  expect(added[later]?.dependsOn).toEqual([`t_${later}`]);
  expect(new Set(added.map(({ priority }) => priority)).size).toBe(4);
});

test('none is added as long as three wait', async () => {
  const { stage, added } = playedStage({ waiting: 3, states: ['limited'] });
  startDemoWork(stage);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(added).toEqual([]);
});

test('none is added as long as one is being added; that it failed is told, and the next one is tried', async () => {
  const { stage, told } = playedStage();
  let tries = 0;
  const addTask = async () => {
    tries += 1;
    await new Promise((resolve) => setTimeout(resolve, 9000));
    throw new Error('no room');
  };
  const work = startDemoWork({ ...stage, addTask });
  await jest.advanceTimersByTimeAsync(8900);
  expect(tries).toBe(1);
  await jest.advanceTimersByTimeAsync(3000);
  expect(told).toEqual(['no task added: Error: no room']);
  expect(tries).toBe(2);
  work.stop();
  await jest.advanceTimersByTimeAsync(30_000);
  expect(told).toHaveLength(1);
  expect(tries).toBe(2);
});

const isOfLimit = ({ key }: WantedTask) => key.startsWith('limit-');

test('an account reaches its limit after the first crash and then from time to time, in the middle of a task of its own', async () => {
  const { stage, added, told } = playedStage({ sessions: [session('pool-1', 'running')] });
  const work = startDemoWork(stage);
  await jest.advanceTimersByTimeAsync(19_000);
  expect(added.filter(isOfLimit)).toEqual([]);
  await jest.advanceTimersByTimeAsync(2000);
  expect(added.filter(isOfLimit)).toEqual([
    {
      key: 'limit-1',
      text: 'Translate the manual [[demo:work 4s]] [[demo:limit 20s]]',
      priority: 'critical',
      dependsOn: [],
    },
  ]);
  expect(told.some((line) => line.includes('its account reaches its limit'))).toBe(true);
  work.hear({ ...COMPLETED, task: `t_${added.findIndex(isOfLimit) + 1}` });
  await jest.advanceTimersByTimeAsync(70_000);
  expect(added.filter(isOfLimit)).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(6000);
  expect(added.filter(isOfLimit)).toHaveLength(2);
});

test('no agent is killed while the task with the limit is not done', async () => {
  const { stage, added, killed } = playedStage({ sessions: [session('pool-1', 'running')] });
  const work = startDemoWork(stage);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(killed).toHaveLength(1);
  work.hear({ ...COMPLETED, task: `t_${added.findIndex(isOfLimit) + 1}` });
  await jest.advanceTimersByTimeAsync(1000);
  expect(killed).toHaveLength(2);
});

test('no limit is reached while some account cannot be used', async () => {
  const { stage, added } = playedStage({ states: ['available', 'limited'] });
  startDemoWork(stage);
  await jest.advanceTimersByTimeAsync(100_000);
  expect(added.filter(isOfLimit)).toEqual([]);
});

test('of a task that met a limit is told where it went on, and how it ended', async () => {
  const { stage, told } = playedStage({
    sessions: [session('pool-1', 'running')],
    result: `DEMO-RECALL: ${JSON.stringify(['[task t_1]\nTranslate it [[demo:limit 20s]]', 'Go on.'])}`,
  });
  const work = startDemoWork(stage);
  work.hear({
    event: 'failover.completed',
    ...{ session: 'pool-1', index: 1, conversation: CONVERSATION },
    ...{ from: 'demo-one', to: 'demo-two', reason: 'limit', ms: 812 },
  });
  await jest.advanceTimersByTimeAsync(0);
  expect(told).toEqual([]);
  work.hear(COMPLETED);
  await jest.advanceTimersByTimeAsync(0);
  expect(told).toEqual([
    '“t_1” met the limit of demo-one and went on with demo-two: done once, in its conversation 7e3b804b, which was asked "Translate it", then "Go on."',
  ]);
});

test('who waits for a person is answered after a while, once', () => {
  const { stage, typed } = playedStage({ sessions: [session('pool-2', 'waiting')] });
  startDemoWork(stage);
  jest.advanceTimersByTime(5500);
  expect(typed).toEqual([]);
  jest.advanceTimersByTime(30_000);
  expect(typed).toEqual(['pool-2: 1']);
});

test('of a task whose agent was killed is told how it ended and what its conversation was asked', async () => {
  const { stage, told } = playedStage({
    sessions: [session('pool-1', 'running')],
    result: `DEMO-RECALL: ${JSON.stringify(['[task t_1]\nTidy "it" up [[demo:work 4s]]', '[task t_1]\nGo on. [[demo:recall]]'])}`,
  });
  const work = startDemoWork(stage);
  work.hear(COMPLETED);
  work.hear(RECREATED);
  work.hear({ ...COMPLETED, task: 't_2' });
  await jest.advanceTimersByTimeAsync(0);
  expect(told).toEqual([]);
  work.hear(COMPLETED);
  work.hear(COMPLETED);
  await jest.advanceTimersByTimeAsync(0);
  expect(told).toEqual([
    '“t_1” outlived the kill -9: done once, in its conversation 7e3b804b, which was asked "Tidy \\"it\\" up", then "Go on."',
    'kill one yourself: kill -9 PID, with a PID that status shows',
  ]);
  work.hear(RECREATED);
  work.hear(COMPLETED);
  await jest.advanceTimersByTimeAsync(0);
  expect(told.filter((line) => line.startsWith('“t_1”'))).toHaveLength(2);
  expect(told).toHaveLength(3);
});

function narrated() {
  const lines: string[] = [];
  const print = (text: string) => lines.push(text.replace(/^\S+ +/, ''));
  return { lines, log: narrateTo(print, createPaint(false), createTaskTitles()).log };
}

test('the narration says in which conversation an agent came back, and nothing of sessions that stay', () => {
  const { lines, log } = narrated();
  log({ event: 'daemon.stopping', reason: 'SIGINT' });
  log(RECREATED);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^pool-1: recreated, agent 77 .*, in its conversation 7e3b804b$/);
});

test("the narration calls the demo's own tasks by their titles, and others by their ids", () => {
  const { lines, log } = narrated();
  const accepted = { event: 'task.accepted', project: '/work', priority: 'default' } as const;
  log({ ...accepted, task: 't_1', key: 'log-1' });
  log({ ...accepted, task: 't_2', key: 'whose-1' });
  log({ ...accepted, task: 't_3', key: null });
  log(COMPLETED);
  log({ ...COMPLETED, task: 't_2' });
  expect(lines).toEqual([
    '“Tidy up the change log”: accepted as t_1',
    't_2: accepted for /work',
    't_3: accepted for /work',
    '“Tidy up the change log”: done by pool-1',
    't_2: done by pool-1',
  ]);
});

test.each([
  ['/src/tool', 'node dist/cli/main.js status'],
  ['/elsewhere', 'node /src/tool/dist/cli/main.js status'],
  ['/src/to', 'node /src/tool/dist/cli/main.js status'],
])('in %s the commands to copy are short and work there', (cwd, command) => {
  const text = whereToLook({
    program: ['/usr/bin/node', '/src/tool/dist/cli/main.js'],
    cwd,
    config: '/tmp/it is/config.yaml',
    session: 'pool-1',
    link: null,
  });
  expect(text).toContain(`  ${command}`);
  expect(text).toContain("  export CLAUDE_FAILOVER_CONFIG='/tmp/it is/config.yaml'\n");
});
