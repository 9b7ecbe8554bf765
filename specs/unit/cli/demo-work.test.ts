import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { DemoStage } from '../../../cli/demo/demo-stage.ts';
import { startDemoWork } from '../../../cli/demo/demo-work.ts';
import { narrateTo, whereToLook } from '../../../cli/demo/narration.ts';
import { createPaint } from '../../../cli/terminal/colours.ts';
import type { SessionReport } from '../../../supervisor/status-report.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const CONVERSATION = '7e3b804b-0000-4000-8000-000000000001';
const RECREATED = {
  event: 'session.recreated',
  session: 'pool-1',
  index: 1,
  account: 'one',
  conversation: CONVERSATION,
  pid: 77,
  cause: { kind: 'signal', signal: 9 },
  attempt: 1,
  of: 10,
  delayMs: 100,
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
    task: null,
    conversation: CONVERSATION,
    pid: 1,
    restarts: 0,
    crashedAt: null,
    reason: null,
    since: new Date(0).toISOString(),
    ...facts,
  };
}

/** A stage on which nothing is real, and what was done on it. */
function playedStage(sessions: readonly SessionReport[]) {
  const killed: number[] = [];
  const typed: string[] = [];
  const told: string[] = [];
  const stage: DemoStage = {
    projects: tempDir(),
    sessions: () => sessions,
    tell: (text) => told.push(text),
    type: (name, text) => typed.push(`${name}: ${text}`),
    kill: (pid) => killed.push(pid),
  };
  return { stage, killed, typed, told };
}

function writeAnswer(stage: DemoStage, prompts: readonly string[]): void {
  const project = join(stage.projects, '-work');
  mkdirSync(project, { recursive: true });
  const text = `DEMO-RECALL: ${JSON.stringify(prompts)}`;
  const row = { type: 'assistant', message: { content: [{ type: 'text', text }] } };
  writeFileSync(join(project, `${CONVERSATION}.jsonl`), `${JSON.stringify(row)}\n{"type":"assi`);
}

test('an agent that works is killed soon and again every 35 seconds, the least restarted one first', () => {
  const { stage, killed } = playedStage([
    session('pool-1', 'running', { pid: 11, restarts: 1 }),
    session('pool-2', 'running', { pid: 22 }),
  ]);
  const work = startDemoWork(stage);
  jest.advanceTimersByTime(7000);
  expect(killed).toEqual([]);
  jest.advanceTimersByTime(2000);
  expect(killed).toEqual([22]);
  jest.advanceTimersByTime(33_000);
  expect(killed).toEqual([22]);
  jest.advanceTimersByTime(3000);
  expect(killed).toEqual([22, 22]);
  work.stop();
  jest.advanceTimersByTime(100_000);
  expect(killed).toHaveLength(2);
});

test('none is killed that does not work', () => {
  const { stage, killed } = playedStage([session('pool-1', 'ready'), session('pool-2', 'waiting')]);
  startDemoWork(stage);
  jest.advanceTimersByTime(60_000);
  expect(killed).toEqual([]);
});

test('who came back is asked what it knows, and its answer is told', () => {
  const { stage, typed, told } = playedStage([session('pool-1', 'ready')]);
  const work = startDemoWork(stage);
  work.hear(RECREATED);
  jest.advanceTimersByTime(500);
  const question = 'You came back as 77: what have I asked you so far? [[demo:recall]]';
  expect(typed).toEqual([`pool-1: ${question}`]);

  jest.advanceTimersByTime(9000);
  expect(typed).toHaveLength(1);
  expect(told).toEqual([]);
  writeAnswer(stage, ['a', 'b', 'c', 'Tidy "it" up', question]);
  jest.advanceTimersByTime(500);
  expect(told).toEqual([
    'pool-1 is still in conversation 7e3b804b and knows: 1 earlier, "b", "c", "Tidy \\"it\\" up"',
    'kill one yourself: kill -9 77 (the agent of pool-1)',
  ]);
  jest.advanceTimersByTime(3000);
  expect(typed).toHaveLength(2);
});

test('an answer to an earlier question is not taken for this one, and the hint comes once', () => {
  const { stage, told } = playedStage([session('pool-1', 'ready')]);
  const work = startDemoWork(stage);
  const returnAs = (pid: number) => {
    work.hear({ ...RECREATED, pid });
    jest.advanceTimersByTime(1000);
  };
  const question = (pid: number) =>
    `You came back as ${pid}: what have I asked you so far? [[demo:recall]]`;
  writeAnswer(stage, ['a', question(77)]);
  returnAs(77);
  returnAs(78);
  expect(told.filter((line) => line.includes('still in'))).toHaveLength(1);
  writeAnswer(stage, ['a', question(77), question(78)]);
  jest.advanceTimersByTime(500);
  expect(told.filter((line) => line.includes('still in'))).toHaveLength(2);
  expect(told.filter((line) => line.includes('kill -9'))).toHaveLength(1);
});

test('the narration says in which conversation an agent came back, and nothing of sessions that stay', () => {
  const lines: string[] = [];
  const { log } = narrateTo((text) => lines.push(text), createPaint(false));
  log({ event: 'daemon.stopping', reason: 'SIGINT' });
  log(RECREATED);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/pool-1: recreated, agent 77 .*, in its conversation 7e3b804b$/);
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
