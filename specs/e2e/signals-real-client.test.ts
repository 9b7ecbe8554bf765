import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { taskPrompt } from '../../machines/policy/task-prompt.ts';
import { type AgentLab, openAgentLab } from '../harness/agent-lab.ts';
import { startApiStub } from '../harness/api-stub/api-stub.ts';
import { signInAndAnswer } from '../harness/client-home.ts';
import { realClientConfig } from '../harness/real-client.ts';
import { atEnd } from '../harness/scope.ts';
import { until } from '../harness/until.ts';

// What the real client does beyond what the demo agent has in common with it.

jest.setTimeout(120_000);

const READY_MS = 30_000;
const ESCAPE = '\u001b';
const task = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';

test('Escape in the middle of an answer is told by the transcript', async () => {
  const agents = await openLab();
  const prompt = taskPrompt(task, 'do it [[stub:slow]]');
  const { conversation, pane } = await agents.start({ prompt });
  // The arrow beside the count of tokens: it is answering.
  await says(pane, '↓');
  await agents.sees(conversation, ({ status }) => status === 'busy');
  pane.type(ESCAPE);
  await agents.sees(conversation, ({ status }) => status === 'idle', 'busy');
  const turn = await until(
    async () => {
      const seen = await agents.port.turnOf(conversation, task);
      return seen.outcome && seen;
    },
    { withinMs: READY_MS, what: 'the end of the turn' },
  );
  expect(turn).toEqual({ prompted: true, outcome: { kind: 'interrupted' } });
});

test('Escape before the first word leaves the prompt in the input box, and no row tells', async () => {
  const agents = await openLab();
  const { conversation, pane } = await agents.start({ prompt: taskPrompt(task, '[[stub:hang]]') });
  await until(() => agents.userTexts(conversation)[0], {
    withinMs: READY_MS,
    what: 'the prompt in the transcript',
  });
  await agents.sees(conversation, ({ status }) => status === 'busy');
  const before = pane.output().length;
  pane.type(ESCAPE);
  await agents.sees(conversation, ({ status }) => status === 'idle', 'busy');
  await until(() => pane.output().slice(before).includes(task), {
    withinMs: READY_MS,
    what: 'the prompt in the input box',
  });
  expect(await agents.port.turnOf(conversation, task)).toEqual({ prompted: true, outcome: null });
});

test('an agent whose own directory was removed goes on working', async () => {
  const agents = await openLab();
  const { conversation, pane } = await agents.start({});
  // It may write its status line in there meanwhile.
  rmSync(join(agents.dir, 'state', 'sessions', 'pool-1'), { recursive: true, maxRetries: 5 });
  await agents.say(pane, 'say something short');
  await until(() => agents.assistantTexts(conversation)[0], {
    withinMs: READY_MS,
    what: 'the answer',
  });
  expect(agents.userTexts(conversation)).toEqual(['say something short']);
  expect(agents.assistantTexts(conversation)).toHaveLength(1);
});

test('an agent whose hooks are broken is not sent back to work by them', async () => {
  const agents = await openLab();
  const { conversation, pane } = await agents.start({});
  // What `sh` cannot read ends with the code 2, which the client takes for an objection.
  writeFileSync(join(agents.dir, 'state', 'sessions', 'pool-1', 'signal.sh'), '((((');
  await agents.say(pane, 'say something short');
  await agents.sees(conversation, ({ status }) => status === 'busy');
  await agents.sees(conversation, ({ status }) => status === 'idle', 'busy');
  await until(() => agents.assistantTexts(conversation)[0], {
    withinMs: READY_MS,
    what: 'the answer',
  });
  expect(agents.assistantTexts(conversation)).toHaveLength(1);
});

function openLab(): Promise<AgentLab> {
  return openAgentLab({
    prepare: async (accounts, workdir) => {
      const stub = await startApiStub();
      atEnd(stub.close);
      for (const { name, home } of accounts) {
        signInAndAnswer(home, { name, trusted: [workdir] });
      }
      return realClientConfig(stub.url);
    },
  });
}

function says(pane: { output(): string }, words: string): Promise<unknown> {
  return until(() => pane.output().includes(words), {
    withinMs: READY_MS,
    what: `"${words}" on the screen`,
  });
}
