import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { taskPrompt } from '../../machines/policy/task-prompt.ts';
import { type AgentKind, type AgentLab, openAgentLab } from '../harness/agent-lab.ts';
import {
  expectRows,
  expectWords,
  heardOf,
  hookNames,
  isNow,
  paste,
  promptsHeard,
  shows,
} from '../harness/agent-witness.ts';
import { until } from '../harness/until.ts';

const READY_MS = 30_000;
const TASK = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const TURN = ['prompt typed', 'says', 'stop_hook_summary', 'turn_duration'] as const;

/** What an agent tells of its turns, by which a supervisor knows how they ended. */
export function agentTurnContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });

  describe('what a turn tells', () => {
    test('hooks speak of the start, the prompt, the end of the turn and the end', async () => {
      const heard = agents.listenIn();
      const prompt = taskPrompt(TASK, kind.prompts.short);
      const { conversation, pane } = await agents.start({ prompt });
      await expectRows(agents, conversation, TURN);
      pane.kill('SIGTERM');
      await pane.ended;
      // The client waits for its last hook only for a while.
      await heardOf(heard, 'SessionEnd');
      const names = ['SessionStart', 'UserPromptSubmit', 'Stop', 'SessionEnd'];
      expect(hookNames(heard)).toEqual(names);
      const file = join('projects', basename(agents.projectFolder()), `${conversation}.jsonl`);
      for (const hook of heard()) {
        expect(hook).toMatchObject({
          session_id: conversation,
          transcript_path: join(agents.account.home, file),
          cwd: agents.workdir,
        });
      }
      const [start, prompted, stop, end] = heard();
      expect(start).toMatchObject({ source: 'startup', model: expect.any(String) });
      expect(start).not.toHaveProperty('prompt_id');
      expect(prompted).toMatchObject({ prompt, permission_mode: 'default' });
      expect(stop).toMatchObject({
        prompt_id: prompted?.['prompt_id'],
        stop_hook_active: false,
        last_assistant_message: agents.assistantTexts(conversation)[0],
        background_tasks: [],
      });
      expect(end).toMatchObject({ reason: 'other' });
    });

    test('the prompt is in the transcript as it was given, with the id that the hooks bear', async () => {
      const heard = agents.listenIn();
      const prompt = taskPrompt(TASK, kind.prompts.short);
      const { conversation } = await agents.start({ prompt });
      await expectRows(agents, conversation, TURN);
      const { prompt_id } = await heardOf(heard, 'UserPromptSubmit');
      expect(agents.rows(conversation).find(({ type }) => type === 'user')).toMatchObject({
        message: { role: 'user', content: prompt },
        promptId: prompt_id,
        promptSource: 'typed',
        isSidechain: false,
        sessionId: conversation,
        cwd: agents.workdir,
      });
    });

    test('a prompt that is pasted makes the next turn of the same conversation', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.short });
      await heardOf(heard, 'Stop');
      await isNow(agents, conversation, 'idle');
      const prompt = taskPrompt(TASK, 'another short one');
      await paste(pane, prompt, /another/);
      await heardOf(heard, 'Stop', 2);
      await expectRows(agents, conversation, [...TURN, ...TURN]);
      expect(promptsHeard(heard)).toEqual([kind.prompts.short, prompt]);
      const ids = heard().map(({ prompt_id }) => prompt_id);
      expect(ids).toEqual([undefined, ids[1], ids[1], ids[3], ids[3]]);
      expect(ids[3]).not.toBe(ids[1]);
    });

    test('a long turn is busy from its prompt to its end, of which alone it tells', async () => {
      const heard = agents.listenIn();
      const { conversation } = await agents.start({
        prompt: taskPrompt(TASK, kind.prompts.long),
      });
      await heardOf(heard, 'UserPromptSubmit');
      await isNow(agents, conversation, 'busy');
      expect(hookNames(heard)).toEqual(['SessionStart', 'UserPromptSubmit']);
      await heardOf(heard, 'Stop');
      await isNow(agents, conversation, 'idle');
      expect(agents.words(conversation).join(' ')).toMatch(/^(idle )?busy idle$/);
      await expectRows(agents, conversation, TURN);
    });

    test('the status line tells of the usage after an answer, and nothing of it before', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({});
      const first = await until(agents.statusLine, { withinMs: READY_MS, what: 'a status line' });
      expect(first).toMatchObject({ session_id: conversation, cwd: agents.workdir });
      expect(first).not.toHaveProperty('rate_limits');
      await agents.say(pane, kind.prompts.short);
      await heardOf(heard, 'Stop');
      const told = await until(() => agents.statusLine()['rate_limits'], {
        withinMs: READY_MS,
        what: 'a status line with the usage',
      });
      const fiveHours = { used_percentage: expect.any(Number), resets_at: expect.any(Number) };
      expect(told).toMatchObject({ five_hour: fiveHours });
    });

    test('Escape interrupts a turn, of which no hook tells', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.slow });
      await shows(pane, kind.speaking);
      await isNow(agents, conversation, 'busy');
      pane.type('\u001b');
      await isNow(agents, conversation, 'idle');
      await expectRows(agents, conversation, ['prompt typed', 'Request interrupted by user']);
      const names = ['SessionStart', 'UserPromptSubmit'];
      expect(hookNames(heard)).toEqual(names);

      await agents.say(pane, 'go on with it');
      await heardOf(heard, 'Stop');
      expect(hookNames(heard)).toEqual([...names, 'UserPromptSubmit', 'Stop']);
      const rows = ['prompt typed', 'Request interrupted by user', ...TURN];
      await expectRows(agents, conversation, rows);
    });

    test('Escape before a word was said puts the prompt back into the input box, of which nothing tells', async () => {
      const heard = agents.listenIn();
      const prompt = taskPrompt(TASK, kind.prompts.silent);
      const { conversation, pane } = await agents.start({ prompt });
      await expectRows(agents, conversation, ['prompt typed']);
      await isNow(agents, conversation, 'busy');
      const before = pane.output().length;
      pane.type('\u001b');
      await isNow(agents, conversation, 'idle');
      expect(hookNames(heard)).toEqual(['SessionStart', 'UserPromptSubmit']);
      await expectRows(agents, conversation, ['prompt typed']);
      // An Enter that comes before it is one into an empty box.
      await until(() => pane.output().slice(before).includes(TASK), {
        withinMs: READY_MS,
        what: 'the prompt in the input box',
      });
      pane.type('\r');
      await heardOf(heard, 'UserPromptSubmit', 2);
      expect(promptsHeard(heard)).toEqual([prompt, prompt]);
    });

    test('what goes on in the background is told at the end of the turn, and its end is a turn of its own', async () => {
      const heard = agents.listenIn({ permissions: { allow: ['Bash'] } });
      const prompt = taskPrompt(TASK, kind.prompts.background);
      const { conversation } = await agents.start({ prompt });
      const [running] = (await heardOf(heard, 'Stop'))['background_tasks'] as readonly object[];
      expect(running).toMatchObject({ type: 'shell', status: 'running' });
      const end = await heardOf(heard, 'Stop', 2);
      expect(end).toMatchObject({ background_tasks: [] });
      await expectWords(agents, conversation, ['shell', 'idle']);
      const own = /^<task-notification>[\s\S]*<status>completed<\/status>/;
      expect(promptsHeard(heard)).toEqual([prompt, expect.stringMatching(own)]);
      const tool = ['says', 'tool_use Bash', 'tool_result'];
      const [typed, ...rest] = TURN;
      await expectRows(agents, conversation, [typed, ...tool, ...rest, 'prompt system', ...rest]);
      const { promptSource, ...row } = agents.rows(conversation).findLast(isPrompt) ?? {};
      expect({ promptSource, ...row }).toMatchObject({ origin: { kind: 'task-notification' } });
    });
  });
}

function isPrompt({ type }: { readonly type: string }): boolean {
  return type === 'user';
}
