import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pastedPrompt, taskPrompt } from '../../machines/policy/task-prompt.ts';
import { type AgentKind, type AgentLab, openAgentLab } from '../harness/agent-lab.ts';
import {
  expectRows,
  heardOf,
  hookNames,
  isNow,
  paste,
  promptsHeard,
  shows,
} from '../harness/agent-witness.ts';
import { toldRows } from '../harness/told-rows.ts';
import { until } from '../harness/until.ts';

const READY_MS = 30_000;
const TASK = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const TURN = ['prompt typed', 'says', 'stop_hook_summary', 'turn_duration'] as const;

/** What becomes of what is pasted and typed. */
export function agentInputContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });

  describe('a paste', () => {
    test.each([
      ['short', 'e\u0301tude\tindented 🧵  ', '\u00e9tude    indented 🧵'],
      // Kept beside the input box, and so left as it is but for its tabs.
      [
        'long',
        'e\u0301tude\n\tindented 🧵\nthird\nfourth \n',
        'e\u0301tude\n    indented 🧵\nthird\nfourth \n',
      ],
    ])('a %s one arrives as the prompt of one turn', async (_length, text, expected) => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({});
      await paste(pane, taskPrompt(TASK, text), /indented|Pasted/);
      await heardOf(heard, 'Stop');
      expect(promptsHeard(heard)).toEqual([taskPrompt(TASK, expected)]);
      await expectRows(agents, conversation, TURN);
      expect(agents.userTexts(conversation)).toEqual([taskPrompt(TASK, expected)]);
    });

    test('one of 300 kB arrives whole, once', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({});
      const prompt = taskPrompt(TASK, `${'a line of the text, é\n'.repeat(14_000)}END`);
      await paste(pane, prompt, /Pasted/);
      await heardOf(heard, 'Stop');
      // Not as a whole into the message of a failure.
      expect(promptsHeard(heard).map((one) => one === prompt)).toEqual([true]);
      await expectRows(agents, conversation, TURN);
      expect(agents.userTexts(conversation).map((one) => one === prompt)).toEqual([true]);
    });

    test('one that ends in a backslash takes the first Enter for a new line', async () => {
      const heard = agents.listenIn();
      const { pane } = await agents.start({});
      await paste(pane, 'it lies in C:\\', /lies/);
      // The box has one more line: below it its frame is drawn anew, or a sign stands for the line.
      await enterAgain(pane, heard, /──|⏎/);
      expect(promptsHeard(heard)).toEqual(['it lies in C:']);
    });

    test('one that ends in @ and part of the name of a file takes the first Enter for that file', async () => {
      writeFileSync(join(agents.workdir, 'chart-of-birds.txt'), '');
      const heard = agents.listenIn();
      const { pane } = await agents.start({});
      // The list of files comes a moment after the paste; Enter before that would submit.
      await paste(pane, 'look into @chart', /birds/);
      // What was not yet there of the name.
      await enterAgain(pane, heard, /-of-birds/);
      expect(promptsHeard(heard)).toEqual(['look into @chart-of-birds.txt']);
    });

    test.each(['it lies in C:\\', 'look into @chart', 'see @"chart of'])(
      'but as the prompt of a task %j arrives with one Enter',
      async (text) => {
        writeFileSync(join(agents.workdir, 'chart of birds.txt'), '');
        writeFileSync(join(agents.workdir, 'chart-of-birds.txt'), '');
        const heard = agents.listenIn();
        const { pane } = await agents.start({});
        const prompt = taskPrompt(TASK, text);
        await paste(pane, pastedPrompt(prompt), /task\]|Pasted/);
        await heardOf(heard, 'Stop');
        expect(promptsHeard(heard)).toEqual([`${prompt}\n[end of task]`]);
      },
    );
  });

  describe('a first character', () => {
    test.each([
      [
        'text',
        ['/tmp/one is a path', '#two is a tag', '@three is a name', '-four is a flag', ' /five'],
      ],
      ['text behind a header', ['/help', '!touch six', '#seven', '-eight'].map(headed)],
    ])('of a prompt that is %s', async (_what, prompts) => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({});
      for (const [i, prompt] of prompts.entries()) {
        await paste(pane, prompt, new RegExp(prompt.split(/\s/).at(-1) ?? ''));
        await heardOf(heard, 'Stop', i + 1);
        await isNow(agents, conversation, 'idle');
      }
      expect(promptsHeard(heard)).toEqual(prompts);
      await expectRows(
        agents,
        conversation,
        prompts.flatMap(() => TURN),
      );
      expect(existsSync(join(agents.workdir, 'six'))).toBe(false);
    });

    test('/ begins a command: one that nobody knows is no turn', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({});
      await agents.say(pane, '/unheardof do something');
      await expectRows(agents, conversation, ['informational', 'informational']);
      expect(hookNames(heard)).toEqual(['SessionStart']);
    });

    test('! runs a command in the shell, of whose turn only the end is told', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({});
      await agents.say(pane, '!touch nine');
      await heardOf(heard, 'Stop');
      expect(hookNames(heard)).toEqual(['SessionStart', 'Stop']);
      expect(existsSync(join(agents.workdir, 'nine'))).toBe(true);
      const shell = ['prompt of the shell', 'prompt of the shell'];
      await expectRows(agents, conversation, [...shell, ...TURN.slice(1)]);
    });

    test.each(['!touch nine', headed('/help')])('of an argument is text: %j', async (prompt) => {
      const heard = agents.listenIn();
      const { conversation } = await agents.start({ prompt });
      await heardOf(heard, 'Stop');
      expect(promptsHeard(heard)).toEqual([prompt]);
      await expectRows(agents, conversation, TURN);
      expect(existsSync(join(agents.workdir, 'nine'))).toBe(false);
    });
  });

  describe('what is typed while it is busy', () => {
    test('waits, and goes out as one turn', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.long });
      await isNow(agents, conversation, 'busy');
      for (const text of ['the first', 'the second']) {
        await agents.say(pane, text);
        await queued(agents, conversation, text);
      }
      await heardOf(heard, 'Stop', 2);
      const prompt = 'UserPromptSubmit';
      const names = ['SessionStart', prompt, 'Stop', prompt, prompt, 'Stop'];
      expect(hookNames(heard)).toEqual(names);
      const [, ...rest] = TURN;
      const rows = [...TURN, 'prompt queued', 'prompt queued', ...rest];
      await expectRows(agents, conversation, rows);
      expect(promptsHeard(heard)).toEqual([kind.prompts.long, 'the first', 'the second']);
    });

    test('goes out at once when the turn is interrupted', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.slow });
      await shows(pane, kind.speaking);
      await agents.say(pane, 'the other');
      await queued(agents, conversation, 'the other');
      pane.type('\u001b');
      await heardOf(heard, 'Stop');
      const [, ...rest] = TURN;
      const interrupted = ['prompt typed', 'Request interrupted by user'];
      await expectRows(agents, conversation, [...interrupted, 'prompt queued', ...rest]);
    });
  });

  test('/clear begins another conversation in the same process', async () => {
    const heard = agents.listenIn();
    const { conversation, pane, status } = await agents.start({});
    await agents.say(pane, '/clear');
    const next = await until(
      async () => {
        const now = await agents.port.status(status.agent);
        return now?.status === 'idle' && now.conversation !== conversation ? now : null;
      },
      { withinMs: READY_MS, what: 'another conversation' },
    );
    await agents.say(pane, 'here we go');
    await heardOf(heard, 'Stop');
    expect(
      heard().map(({ hook_event_name, session_id, source, reason }) => [
        hook_event_name,
        session_id === next.conversation,
        source ?? reason,
      ]),
    ).toEqual([
      ['SessionStart', false, 'startup'],
      ['SessionEnd', false, 'clear'],
      ['SessionStart', true, 'clear'],
      ['UserPromptSubmit', true, undefined],
      ['Stop', true, undefined],
    ]);
    // The client notes there that it was told to clear.
    const rows = await until(
      () => {
        const told = toldRows(agents.rows(next.conversation));
        return told.includes('turn_duration') ? told : null;
      },
      { withinMs: READY_MS, what: 'the end of the turn in the other conversation' },
    );
    expect(rows.slice(rows.indexOf('prompt typed'))).toEqual(TURN);
  });
}

function headed(text: string): string {
  return taskPrompt(TASK, text);
}

/**
 * Presses Enter once more, when the screen shows what the first one did: anything else may be of the paste,
 * and two that come in one piece are taken for line breaks.
 */
async function enterAgain(
  pane: { readonly output: () => string; type(text: string): void },
  heard: () => readonly Readonly<Record<string, unknown>>[],
  shown: RegExp,
): Promise<void> {
  const before = pane.output().length;
  await until(() => shown.test(pane.output().slice(before)), {
    withinMs: READY_MS,
    what: 'the first Enter to show',
  });
  expect(heard().some(({ prompt }) => prompt !== undefined)).toBe(false);
  pane.type('\r');
  await heardOf(heard, 'Stop');
}

function queued(agents: AgentLab, conversation: string, text: string): Promise<boolean> {
  const isQueued = () =>
    agents
      .rows(conversation)
      .some((row) => row.operation === 'enqueue' && JSON.stringify(row).includes(text));
  return until(isQueued, { withinMs: READY_MS, what: `${text} in the queue` });
}
