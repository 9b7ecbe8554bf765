import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  type AgentKind,
  type AgentLab,
  type HookPayload,
  openAgentLab,
  type Row,
} from '../harness/agent-lab.ts';
import { until } from '../harness/until.ts';

const READY_MS = 30_000;

/** What an agent tells of its turns, by which a supervisor knows how they ended. */
export function agentTurnContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });

  describe('what a turn tells', () => {
    test('hooks speak of the start, the prompt, the end of the turn and the end', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.short });
      await heardOf(heard, 'Stop');
      pane.kill('SIGTERM');
      await pane.ended;
      const hooks = heard().filter(({ hook_event_name }) => hook_event_name !== undefined);
      expect(hooks.map(({ hook_event_name }) => hook_event_name)).toEqual([
        'SessionStart',
        'UserPromptSubmit',
        'Stop',
        'SessionEnd',
      ]);
      const [start, prompt, stop, end] = hooks;
      const transcript = join(
        'projects',
        basename(agents.projectFolder()),
        `${conversation}.jsonl`,
      );
      for (const hook of hooks) {
        expect(hook).toMatchObject({
          session_id: conversation,
          transcript_path: join(agents.account.home, transcript),
          cwd: agents.workdir,
        });
      }
      expect(start).toMatchObject({ source: 'startup', model: expect.any(String) });
      expect(prompt).toMatchObject({ prompt: kind.prompts.short, permission_mode: 'default' });
      expect(stop).toMatchObject({
        prompt_id: prompt?.['prompt_id'],
        last_assistant_message: expect.any(String),
        background_tasks: [],
      });
      expect(end).toMatchObject({ reason: 'other' });
    });

    test('a usage limit is told by hook, transcript and status line', async () => {
      const heard = agents.listenIn();
      const { conversation } = await agents.start({ prompt: kind.prompts.limit });
      const failure = await heardOf(heard, 'StopFailure');
      expect(failure).toMatchObject({
        error: 'rate_limit',
        last_assistant_message: expect.stringMatching(LIMIT_TEXT),
      });
      const row = await until(() => agents.rows(conversation).find(isApiError), {
        withinMs: READY_MS,
        what: 'the failure in the transcript',
      });
      expect(row).toMatchObject({ type: 'assistant', error: 'rate_limit', apiErrorStatus: 429 });
      const nowS = Date.now() / 1000;
      const fiveHour = await until(() => heard().map(fiveHourOf).find(isUsedUp), {
        withinMs: READY_MS,
        what: 'a status line that tells of the limit',
      });
      expect(fiveHour.resets_at).toBeGreaterThan(nowS);
      expect(heard().map(({ hook_event_name }) => hook_event_name)).not.toContain('Stop');
    });

    test('a permission dialog is told by a hook, and text typed into it answers it', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.ask });
      await agents.sees(conversation, ({ status }) => status === 'waiting');
      expect(await heardOf(heard, 'PermissionRequest')).toMatchObject({ tool_name: 'Bash' });
      pane.type('the next task');
      pane.type('\r');
      await heardOf(heard, 'Stop');
      expect(agents.userTexts(conversation)).toEqual([kind.prompts.ask]);
    });

    test('Escape interrupts a turn, of which no hook tells', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.slow });
      await heardOf(heard, 'UserPromptSubmit');
      await agents.sees(conversation, ({ status }) => status === 'busy');
      await until(() => agents.userTexts(conversation)[0], {
        withinMs: READY_MS,
        what: 'the prompt in the transcript',
      });
      pane.type('\u001b');
      await agents.sees(conversation, ({ status }) => status === 'idle', 'busy');
      expect(heard().map(({ hook_event_name }) => hook_event_name)).not.toContain('Stop');
    });

    test.each([
      ['short', '[task 1] e\u0301tude\tindented 🧵  ', '[task 1] \u00e9tude    indented 🧵'],
      // Kept beside the input box, and so left as it is but for its tabs.
      [
        'long',
        '[task 1] e\u0301tude\n\tindented 🧵\nthird\nfourth \n',
        '[task 1] e\u0301tude\n    indented 🧵\nthird\nfourth \n',
      ],
    ])('a %s paste arrives as the prompt of one turn', async (_length, pasted, expected) => {
      const { conversation, pane } = await agents.start({});
      pane.type(`\u001b[200~${pasted}\u001b[201~`);
      await until(() => /indented|Pasted/.test(pane.output()), {
        withinMs: READY_MS,
        what: 'the paste on the screen',
      });
      pane.type('\r');
      const text = await until(() => agents.userTexts(conversation)[0], {
        withinMs: READY_MS,
        what: 'the prompt in the transcript',
      });
      expect(text).toBe(expected);
    });
  });
}

const LIMIT_TEXT = /^You've hit your session limit · resets \d{1,2}(:\d\d)?[ap]m \(.+\)$/;

function heardOf(heard: () => readonly HookPayload[], event: string): Promise<HookPayload> {
  return until(() => heard().find(({ hook_event_name }) => hook_event_name === event), {
    withinMs: READY_MS,
    what: `the hook ${event}`,
  });
}

function isApiError({ isApiErrorMessage }: Row): boolean {
  return isApiErrorMessage === true;
}

interface Window {
  readonly used_percentage: number;
  readonly resets_at: number;
}

function fiveHourOf({ rate_limits }: HookPayload): Window | undefined {
  return (rate_limits as { readonly five_hour?: Window } | undefined)?.five_hour;
}

function isUsedUp(window: Window | undefined): boolean {
  return window?.used_percentage === 100;
}
