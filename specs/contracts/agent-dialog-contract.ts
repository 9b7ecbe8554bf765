import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { taskPrompt } from '../../machines/policy/task-prompt.ts';
import { type AgentKind, type AgentLab, openAgentLab, type Started } from '../harness/agent-lab.ts';
import {
  expectRows,
  expectWords,
  heardOf,
  hookNames,
  isNow,
  promptsHeard,
} from '../harness/agent-witness.ts';
import { until } from '../harness/until.ts';

const READY_MS = 30_000;
const LOST_AFTER_MS = 1000;
const TASK = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const ESCAPE = '\u001b';
const ASKED = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PermissionRequest'] as const;
const USE = ['prompt typed', 'says', 'tool_use Bash'] as const;

/** What an agent does when it needs a person, and what keys do to it then. */
export function agentDialogContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });
  const prompt = taskPrompt(TASK, kind.prompts.ask);
  const touched = () => existsSync(join(agents.workdir, kind.touched));
  const asks = async (): Promise<Started> => {
    const started = await agents.start({ prompt });
    await isNow(agents, started.conversation, 'permission prompt');
    return started;
  };
  /** Keys that come while the dialog is being drawn are lost; one that was only slow is not typed twice. */
  const answer = ({ pane, conversation }: Started, key: string) => {
    let typedAt = Number.NEGATIVE_INFINITY;
    const isAnswered = () => {
      if (agents.words(conversation).at(-1) !== 'permission prompt') return true;
      if (performance.now() - typedAt < LOST_AFTER_MS) return false;
      pane.type(key);
      typedAt = performance.now();
      return false;
    };
    return until(isAnswered, {
      withinMs: READY_MS,
      what: `an answer by ${JSON.stringify(key)}`,
    });
  };

  describe('a permission dialog', () => {
    test.each(['\r', '1', '2'])(
      '%j says yes: the tool is used and the turn goes on',
      async (key) => {
        const heard = agents.listenIn();
        const started = await asks();
        expect(await heardOf(heard, 'PermissionRequest')).toMatchObject({
          tool_name: 'Bash',
          tool_input: { command: expect.stringContaining(kind.touched) },
        });
        expect(touched()).toBe(false);
        await answer(started, key);
        await heardOf(heard, 'Stop');
        expect(touched()).toBe(true);
        expect(hookNames(heard)).toEqual([...ASKED, 'PostToolUse', 'PostToolBatch', 'Stop']);
        const { conversation } = started;
        const end = ['tool_result', 'says', 'stop_hook_summary', 'turn_duration'];
        await expectRows(agents, conversation, [...USE, ...end]);
        await expectWords(agents, conversation, ['permission prompt', 'idle']);
      },
    );

    test.each(['3', ESCAPE])('%j says no: the turn is over, and no hook tells', async (key) => {
      const heard = agents.listenIn();
      const started = await asks();
      await heardOf(heard, 'PermissionRequest');
      await answer(started, key);
      const { conversation } = started;
      const end = ['tool_result error', 'Request interrupted by user for tool use'];
      await expectRows(agents, conversation, [...USE, ...end]);
      await expectWords(agents, conversation, ['permission prompt', 'idle']);
      expect(touched()).toBe(false);
      expect(hookNames(heard)).toEqual(ASKED);

      await agents.say(started.pane, 'leave it then');
      await heardOf(heard, 'Stop');
      expect(hookNames(heard)).toEqual([...ASKED, 'UserPromptSubmit', 'Stop']);
    });

    test.each([
      ['typed', 'the next task: y, n, no'],
      ['pasted', `${ESCAPE}[200~[task ${TASK}]\nthe next one: 1 y 3 n${ESCAPE}[201~`],
    ])('text that is %s into it is lost, and its Enter says yes', async (_how, text) => {
      const heard = agents.listenIn();
      const started = await asks();
      started.pane.type(text);
      await answer(started, '\r');
      await heardOf(heard, 'Stop');
      expect(touched()).toBe(true);
      expect(promptsHeard(heard)).toEqual([prompt]);
      expect(agents.userTexts(started.conversation)).toEqual([prompt]);
    });
  });

  test('a command that opens a dialog of its own waits for a person, who closes it', async () => {
    const heard = agents.listenIn();
    const { conversation, pane } = await agents.start({});
    await agents.say(pane, '/help');
    await isNow(agents, conversation, 'dialog open');
    pane.type(ESCAPE);
    await isNow(agents, conversation, 'idle');
    expect(hookNames(heard)).toEqual(['SessionStart']);
    await agents.say(pane, 'now work');
    await heardOf(heard, 'Stop');
    expect(promptsHeard(heard)).toEqual(['now work']);
  });
}
