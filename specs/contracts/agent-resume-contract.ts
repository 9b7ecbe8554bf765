import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { resumedPrompt, taskPrompt } from '../../machines/policy/task-prompt.ts';
import {
  type AgentKind,
  type AgentLab,
  type HookPayload,
  openAgentLab,
} from '../harness/agent-lab.ts';
import type { AgentPane } from '../harness/agent-pane.ts';
import {
  expectRows,
  heardOf,
  hookNames,
  isNow,
  promptsHeard,
  shows,
} from '../harness/agent-witness.ts';
import { atEnd } from '../harness/scope.ts';

const TASK = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const GO_ON = resumedPrompt(TASK, 'Continue where you left off.');
const TURN = ['prompt typed', 'says', 'stop_hook_summary', 'turn_duration'] as const;
/** What the client puts in front of the next prompt, where one has no answer. */
const MENDED = ['note: Continue from where you left off.', 'No response requested.'] as const;

/** What becomes of a conversation whose agent has ended in whatever way. */
export function agentResumeContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });
  /** Resumes it with a prompt, and waits for the end of that turn, the `n`th that ended well. */
  const goesOn = async (heard: () => readonly HookPayload[], conversation: string, n = 1) => {
    const before = hookNames(heard).length;
    await agents.start({ conversation, mode: 'resume', prompt: GO_ON });
    await heardOf(heard, 'Stop', n);
    const [start, prompted, stop, ...others] = heard().slice(before);
    expect(others).toEqual([]);
    expect(start).toMatchObject({ hook_event_name: 'SessionStart', source: 'resume' });
    expect(start).not.toHaveProperty('model');
    expect(prompted).toMatchObject({ hook_event_name: 'UserPromptSubmit', prompt: GO_ON });
    expect(stop).toMatchObject({ hook_event_name: 'Stop', prompt_id: prompted?.['prompt_id'] });
    for (const { session_id } of [start, prompted, stop] as readonly HookPayload[]) {
      expect(session_id).toBe(conversation);
    }
  };

  /** Its last hook may still be running when the client has ended. */
  const endsOrderly = async (heard: () => readonly HookPayload[], pane: AgentPane) => {
    pane.kill('SIGTERM');
    await pane.ended;
    await heardOf(heard, 'SessionEnd');
  };

  describe('a conversation', () => {
    test('that a kill cut off in the middle of a turn goes on with the prompt it is resumed with', async () => {
      const heard = agents.listenIn();
      const prompt = taskPrompt(TASK, kind.prompts.slow);
      const { conversation, pane } = await agents.start({ prompt });
      await expectRows(agents, conversation, ['prompt typed']);
      await isNow(agents, conversation, 'busy');
      pane.kill('SIGKILL');
      await pane.ended;
      expect(hookNames(heard)).toEqual(['SessionStart', 'UserPromptSubmit']);
      await goesOn(heard, conversation);
      await expectRows(agents, conversation, ['prompt typed', ...MENDED, ...TURN]);
      expect(promptsHeard(heard)).toEqual([prompt, GO_ON]);
    });

    test('that a kill cut off while it asked a person does not ask again', async () => {
      const heard = agents.listenIn();
      const prompt = taskPrompt(TASK, kind.prompts.ask);
      const { conversation, pane } = await agents.start({ prompt });
      await isNow(agents, conversation, 'permission prompt');
      await heardOf(heard, 'PermissionRequest');
      // What is said is written a moment later.
      const cut = ['prompt typed', 'says', 'tool_use Bash'];
      await expectRows(agents, conversation, cut);
      pane.kill('SIGKILL');
      await pane.ended;
      await goesOn(heard, conversation);
      await expectRows(agents, conversation, [...cut, ...TURN]);
    });

    test('that had come to an end goes on after it', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.short });
      await expectRows(agents, conversation, TURN);
      await endsOrderly(heard, pane);
      await goesOn(heard, conversation, 2);
      await expectRows(agents, conversation, [...TURN, ...TURN]);
    });

    test('that ended in an error of the API goes on after it', async () => {
      const heard = agents.listenIn();
      const prompt = taskPrompt(TASK, kind.failures.overloaded);
      const { conversation, pane } = await agents.start({ prompt });
      const failed = ['prompt typed', 'error server_error 529', 'turn_duration'];
      await expectRows(agents, conversation, failed);
      await endsOrderly(heard, pane);
      await goesOn(heard, conversation);
      await expectRows(agents, conversation, [...failed, ...MENDED, ...TURN]);
    });

    test('that a person interrupted goes on after that', async () => {
      const heard = agents.listenIn();
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.slow });
      const interrupted = ['prompt typed', 'Request interrupted by user'];
      await shows(pane, kind.speaking);
      pane.type('\u001b');
      await expectRows(agents, conversation, interrupted);
      await endsOrderly(heard, pane);
      await goesOn(heard, conversation);
      await expectRows(agents, conversation, [...interrupted, ...MENDED.slice(1), ...TURN]);
    });

    test('is none yet while a hook holds up its first prompt: killed then, it begins anew', async () => {
      const gate = join(agents.dir, 'gate');
      atEnd(() => writeFileSync(gate, ''));
      const command = `until [ -e '${gate}' ]; do sleep 0.05; done`;
      const held = { hooks: [{ type: 'command', command }] } as const;
      const heard = agents.listenIn({ hooks: { UserPromptSubmit: [held] } });
      const prompt = taskPrompt(TASK, kind.prompts.short);
      const { conversation, pane } = await agents.start({ prompt });
      await heardOf(heard, 'UserPromptSubmit');
      pane.kill('SIGKILL');
      await pane.ended;
      // The hook has told of the prompt already.
      expect(promptsHeard(heard)).toEqual([prompt]);
      expect(await agents.port.hasTranscript(conversation)).toBe(false);

      writeFileSync(gate, '');
      await agents.start({ conversation, prompt });
      await heardOf(heard, 'Stop');
      expect(promptsHeard(heard)).toEqual([prompt, prompt]);
      await expectRows(agents, conversation, TURN);
    });
  });
}
