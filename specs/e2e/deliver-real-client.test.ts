import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { ulid } from 'ulid';
import { pasteTask } from '../../actors/deliver/paste-task.ts';
import type { AgentStatusWord } from '../../machines/ports.ts';
import { openAgentLab } from '../harness/agent-lab.ts';
import { startApiStub } from '../harness/api-stub/api-stub.ts';
import { signInAndAnswer } from '../harness/client-home.ts';
import { realClientConfig } from '../harness/real-client.ts';
import { clientsGone } from '../harness/real-client-pool.ts';
import { atEnd } from '../harness/scope.ts';
import { tmuxServer } from '../harness/tmux-server.ts';
import { openTmux } from '../harness/tmux-world.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

const SESSION = 'pool-1';
const NEVER = new AbortController().signal;

/** The real client in a real tmux, at its prompt, with hooks that note what it was asked. */
async function openClient() {
  const lab = await openAgentLab({
    prepare: async (accounts, workdir) => {
      const stub = await startApiStub();
      atEnd(stub.close);
      for (const { name, home } of accounts) {
        const token = signInAndAnswer(home, { name, trusted: [workdir] });
        stub.set(token, { options: { latencyMs: 300 } });
      }
      return realClientConfig(stub.url);
    },
  });
  const heard = lab.listenIn();
  // After the end of its server: a client takes its time.
  atEnd(() => clientsGone(lab.dir));
  const server = tmuxServer();
  const tmux = await openTmux(server);
  const launch = lab.launch({ session: SESSION });
  const command = await lab.port.prepare(launch);
  const pane = await tmux.create({ session: SESSION, mark: 'm', cwd: lab.workdir, command });
  const says = (word: AgentStatusWord) =>
    until(async () => (await lab.port.status(pane.agent))?.status === word, {
      withinMs: 60_000,
      what: `the client to be ${word}`,
    });
  const prompts = () =>
    heard()
      .filter(({ hook_event_name }) => hook_event_name === 'UserPromptSubmit')
      .map(({ prompt }) => String(prompt));
  const screen = () => server.run('capture-pane', '-p', '-t', pane.paneId);
  await says('idle');
  const deliver = async (text: string): Promise<string> => {
    const id = `t_${ulid()}`;
    const parts = {
      tmux,
      // One text after the other goes into the same conversation here.
      agent: { ...lab.port, hasTranscript: async () => false },
      textOf: async () => text,
      resumePrompt: 'Go on.',
      now: Date.now,
      sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
    };
    const task = { id, fence: 1, project: lab.workdir, attempts: 0, confirmed: false };
    const request = { session: SESSION, agent: pane.agent, conversation: launch.conversation };
    await pasteTask(parts, { ...request, task: { ...task, conversation: null } }, NEVER);
    return id;
  };
  /** What the client said it was asked, once it is done with it. */
  const askedWith = async (id: string): Promise<readonly string[]> => {
    const mine = () => prompts().filter((prompt) => prompt.includes(id));
    await until(() => mine().length > 0, {
      withinMs: 30_000,
      what: 'the prompt to be taken',
    }).catch((error) => {
      throw new Error(`${error.message}; its screen: ${screen()}`);
    });
    const stops = () => heard().filter(({ hook_event_name }) => hook_event_name === 'Stop').length;
    await until(() => stops() === prompts().length, { withinMs: 60_000, what: 'the turn to end' });
    await says('idle');
    return mine();
  };
  const press = (...keys: readonly string[]) => server.run('send-keys', '-t', pane.paneId, ...keys);
  const hasDraft = async () => (await tmux.presence([SESSION])).get(SESSION)?.hasDraft;
  const typed = () => until(hasDraft, { withinMs: 10_000, what: 'the typed text on the screen' });
  /** An empty box may show a suggestion, and the client draws it in several steps. */
  const clear = async () => {
    let empties = 0;
    const isEmpty = async () => {
      empties = (await hasDraft()) === false ? empties + 1 : 0;
      if (empties === 0) press('End', 'BSpace');
      return empties >= 5;
    };
    const patience = { withinMs: 60_000, what: 'an empty input box', everyMs: 100 };
    await until(isEmpty, patience).catch((error) => {
      throw new Error(`${error.message}; its screen: ${screen()}`);
    });
  };
  return { workdir: lab.workdir, server, says, prompts, deliver, askedWith, press, typed, clear };
}

/** What the client makes of a pasted text. */
function normalised(text: string): string {
  return text.normalize('NFC').replaceAll('\t', '    ').trimEnd();
}

const TEXTS: Readonly<Record<string, string>> = {
  'one line': 'say something short',
  'several lines': 'Say "hello" and \'bye\'.\n\n  indented $HOME $(id) `id` #{pane_id}\nlast line',
  'lines that end in line breaks': 'first\nsecond\n\n\n',
  tabs: 'a\tb\n\tc\td',
  'decomposed letters and signs of all scripts': 'e\u0301 n\u0303 日本語 عربي 👩‍👩‍👧',
  'a backslash at the end': 'The path ends so: C:\\',
  'a first slash': '/help is what this begins with',
  'a first exclamation mark': '!touch must-not-run',
  '300 kB': 'Long: 0123456789 abcdef\n'.repeat(12_500),
};

test('each prompt that is pasted is sent off: none sits there as “[Pasted text]”, none is cut into lines, each is taken once', async () => {
  const client = await openClient();
  for (const [name, text] of Object.entries(TEXTS)) {
    const id = await client.deliver(text);
    const asked = await client.askedWith(id);
    expect({ name, times: asked.length }).toEqual({ name, times: 1 });
    const [prompt = ''] = asked.map((one) => one.replace(/\n\[end of task\]\s*$/, ''));
    // Not as a whole into the message of a failure: there can be much of it.
    const isSame = normalised(prompt) === normalised(`[task ${id}]\n${text}`);
    expect({ name, isSame }).toEqual({ name, isSame: true });
  }
  expect(client.prompts()).toHaveLength(Object.keys(TEXTS).length);
  expect(existsSync(join(client.workdir, 'must-not-run'))).toBe(false);
});

test('a dialog that is open is not answered by a prompt: nothing is typed', async () => {
  const client = await openClient();
  client.press('-l', 'do it [[stub:tool_bash]]');
  await client.typed();
  client.press('Enter');
  await client.says('waiting');
  await expect(client.deliver('1')).rejects.toMatchObject({ code: 'DELIVERY_POSTPONED' });
  await sleep(500);
  await client.says('waiting');
  expect(existsSync(join(client.workdir, 'stub-touched'))).toBe(false);
});

test.each([
  ['half a thought', 'End'],
  ['half a thought, gone back to its begin', 'Home'],
  ['!touch must-not-run', 'End'],
])(
  'a line that somebody has left half-typed (%s) is not sent off with a prompt',
  async (line, leavesAt) => {
    const client = await openClient();
    for (const key of line) client.press('-l', key);
    await client.typed();
    client.press(leavesAt);
    await sleep(500);
    await expect(client.deliver('a task')).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
    expect(client.prompts()).toEqual([]);
    await client.clear();
    const id = await client.deliver('a task');
    expect(await client.askedWith(id)).toEqual([`[task ${id}]\na task`]);
    expect(existsSync(join(client.workdir, 'must-not-run'))).toBe(false);
  },
);
