import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createAgentPort } from '../../../actors/agent/agent-port.ts';
import { identify } from '../../../actors/process/identity.ts';
import * as rows from '../../fixtures/demo-agent/rows.ts';
import { demoAgentConfig } from '../../harness/demo-home.ts';
import { atEnd } from '../../harness/scope.ts';
import { tempDir } from '../../harness/temp-dir.ts';

const CONVERSATION = '6b0c4a39-2f0c-4f7e-9d8e-1f1f3f4b5a60';
const BEFORE = '0d6f3f5e-58c6-4c0a-9f5a-1f0f4a1c2b77';
const STARTED = Date.parse('2026-11-24T15:00:00Z');
const LIMIT = {
  error: 'rate_limit',
  status: 429,
  text: "You've hit your session limit",
  until: null,
};
const MINUTE = 60_000;

// This very process plays the agent: it lives, and its start time is known.
const agent = identify(process.pid) ?? { pid: -1, startTime: '' };

const prompt = (text = 'go on') =>
  rows.userRow({ id: 'p-1', text, permissionMode: 'default', source: 'typed' });
const failure = () => rows.failureRow(LIMIT);
const end = () => rows.turnDurationRow(10);

test('a turn that ended at a limit is seen with the prompt that it was of, and when', async () => {
  const w = world([prompt(), failure(), end()]);
  expect(await w.port.lastFailure(agent)).toEqual({
    conversation: CONVERSATION,
    failure: {
      kind: 'failed',
      error: 'rate_limit',
      message: LIMIT.text,
      status: 429,
      at: STARTED + 2 * MINUTE,
      prompt: 'p-1',
      source: 'transcript',
    },
    dialogAt: null,
  });
});

test.each([
  ['it went on', [prompt(), failure(), end(), prompt('and now?')]],
  [
    'the next turn ended well',
    [prompt(), failure(), end(), prompt(), rows.assistantRow('yes', 'm')],
  ],
  ['a reply only says so', [prompt(), rows.assistantRow(LIMIT.text, 'm'), end()]],
  ['a tool gave something since', [prompt(), failure(), toolResult()]],
  [
    'only a subagent failed',
    [prompt(), rows.assistantRow('yes', 'm'), { ...failure(), isSidechain: true }],
  ],
  ['nothing was said yet', []],
  [
    'a person has logged in since',
    [prompt(), failure(), end(), rows.localCommandRow('<command-name>/login</command-name>')],
  ],
  [
    'a person has logged in since, noted as a prompt',
    [prompt(), failure(), end(), rows.shellRow('<command-name>/login</command-name>')],
  ],
])('no failure is seen when %s', async (_what, said) => {
  expect(await world(said).port.lastFailure(agent)).toBeNull();
});

test.each([
  [
    'the command that the client ran by itself',
    rows.shellRow('<command-name>/rate-limit-options</command-name>'),
  ],
  ['what a command said', rows.shellRow('<local-command-stdout>Cancelled</local-command-stdout>')],
  ['what stands in for an answer', rows.syntheticRow('No response requested.')],
  ['a note for the model', rows.continuationRow('p-1')],
  ['another command', rows.localCommandRow('<command-name>/help</command-name>')],
])('a failure is not hidden by %s', async (_what, row) => {
  const seen = await world([prompt(), failure(), row, end()]).port.lastFailure(agent);
  expect(seen?.failure).toMatchObject({ error: 'rate_limit', prompt: 'p-1' });
});

test('a failure from before this agent was another one’s, perhaps on another account', async () => {
  const w = world([prompt(), failure(), end()], { startedAt: STARTED + 10 * MINUTE });
  expect(await w.port.lastFailure(agent)).toBeNull();
});

test('a failure that another client met in the conversation, before a person went to it in this one, is not this one’s', async () => {
  const w = world([prompt(), failure(), end()], { sessionId: BEFORE });
  expect(await w.port.lastFailure(agent)).toBeNull();
  w.says({ sessionId: CONVERSATION }, STARTED + 5 * MINUTE);
  expect(await w.port.lastFailure(agent)).toBeNull();
  // Its own next turn there is another matter.
  w.add([prompt(), failure(), end()], STARTED + 6 * MINUTE);
  expect((await w.port.lastFailure(agent))?.failure.at).toBe(STARTED + 8 * MINUTE);
});

test('a failure from before anybody listened is this agent’s when it has been at rest since', async () => {
  const w = world([prompt(), failure(), end()]);
  w.says({ statusUpdatedAt: STARTED + 2 * MINUTE + 300 }, STARTED + 30 * MINUTE);
  expect((await w.port.lastFailure(agent))?.failure.at).toBe(STARTED + 2 * MINUTE);
  // Whatever it says after that, it was there.
  w.says({ statusUpdatedAt: STARTED + 31 * MINUTE }, STARTED + 31 * MINUTE);
  expect((await w.port.lastFailure(agent))?.failure.at).toBe(STARTED + 2 * MINUTE);
});

test('a failure from before anybody listened may be another one’s when the agent has been at rest since another time', async () => {
  const w = world([prompt(), failure(), end()]);
  w.says({ statusUpdatedAt: STARTED + MINUTE }, STARTED + 30 * MINUTE);
  expect(await w.port.lastFailure(agent)).toBeNull();
});

test('an agent in a turn, or that does not say when it was started, has none', async () => {
  expect(await world([failure()], { status: 'busy' }).port.lastFailure(agent)).toBeNull();
  expect(await world([failure()], { startedAt: undefined }).port.lastFailure(agent)).toBeNull();
});

test('the dialog that is open is told with the time at which it opened, and no other question', async () => {
  const open = { status: 'waiting', waitingFor: 'dialog open', statusUpdatedAt: STARTED + 5 };
  const seen = await world([prompt(), failure(), end()], open).port.lastFailure(agent);
  expect(seen?.dialogAt).toBe(STARTED + 5);
  const asks = { ...open, waitingFor: 'permission prompt' };
  const other = await world([prompt(), failure(), end()], asks).port.lastFailure(agent);
  expect(other?.dialogAt).toBeNull();
});

test('the end of a transcript of many megabytes is enough', async () => {
  const long = rows.assistantRow('x'.repeat(9_000_000), 'm');
  const seen = await world([prompt(), long, prompt(), failure(), end()]).port.lastFailure(agent);
  expect(seen?.failure.error).toBe('rate_limit');
});

test('an agent that nobody has given our environment has no hooks of ours', () => {
  expect(world([]).port.hasHooks(agent)).toBe(false);
});

function toolResult() {
  return rows.toolResultRow({
    ...{ promptId: 'p-1', toolUseId: 't', content: 'x', isError: false, background: null },
  });
}

/** Rows are a minute apart; it is `STARTED` until the client says something else. */
function world(said: readonly object[], status: Readonly<Record<string, unknown>> = {}) {
  const dir = tempDir();
  const home = join(dir, 'home');
  const folder = join(dir, 'canon', 'projects', '-work');
  for (const made of [join(home, 'sessions'), folder]) mkdirSync(made, { recursive: true });
  let now = STARTED;
  let content: Readonly<Record<string, unknown>> = {
    ...{ pid: agent.pid, procStart: agent.startTime, sessionId: CONVERSATION, status: 'idle' },
    ...{ startedAt: STARTED, statusUpdatedAt: STARTED },
  };
  const says = (changes: Readonly<Record<string, unknown>>, at: number) => {
    now = at;
    content = { ...content, ...changes };
    writeFileSync(join(home, 'sessions', `${agent.pid}.json`), JSON.stringify(content));
  };
  const add = (more: readonly object[], after: number) => {
    const timed = more.map((row, i) => ({
      ...row,
      timestamp: new Date(after + (i + 1) * MINUTE).toISOString(),
    }));
    const text = timed.map((row) => `${JSON.stringify(row)}\n`).join('');
    appendFileSync(join(folder, `${CONVERSATION}.jsonl`), text);
  };
  add(said, STARTED);
  says(status, STARTED);
  const accounts = [{ name: 'one', home, priority: 1 }];
  const sharedState = { root: join(dir, 'canon') };
  const port = createAgentPort({
    config: { accounts, sharedState, agent: demoAgentConfig() },
    stateDir: dir,
    env: {},
    now: () => now,
  });
  atEnd(() => port.close());
  return { port, says, add };
}
