import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { taskPrompt } from '../../machines/policy/task-prompt.ts';
import {
  type AgentKind,
  type AgentLab,
  type OperatorHooks,
  openAgentLab,
} from '../harness/agent-lab.ts';
import { expectRows, heardOf, hookNames, isNow } from '../harness/agent-witness.ts';

const TASK = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const START = ['SessionStart', 'UserPromptSubmit', 'PreToolUse'] as const;
const USE = ['prompt typed', 'says', 'tool_use Bash'] as const;
const END = ['says', 'stop_hook_summary', 'turn_duration'] as const;

/** Each matcher, and whether hooks with it run before the tool `Bash`. */
const MATCHERS: readonly (readonly [string | undefined, boolean])[] = [
  [undefined, true],
  ['', true],
  ['*', true],
  ['Bash', true],
  ['Write|Bash', true],
  ['Ba.*', true],
  ['as.', true],
  ['^Bash$', true],
  ['Bas', false],
  ['bash', false],
  ['Write', false],
  ['Edit|Wri.*', false],
];

/** What hooks before a tool may do to it: the guard that keeps agents from their own session relies on it. */
export function agentToolContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });
  const prompt = taskPrompt(TASK, kind.prompts.ask);
  const touched = () => existsSync(join(agents.workdir, kind.touched));

  describe('hooks before a tool', () => {
    test('run when their matcher is the whole name of the tool, or an expression found in it', async () => {
      const hooks = MATCHERS.map(([matcher], i) => matched(matcher, `echo ${i} >> matched`));
      const heard = agents.listenIn({
        hooks: { PreToolUse: hooks },
        permissions: { allow: ['Bash'] },
      });
      await agents.start({ prompt });
      await heardOf(heard, 'Stop');
      expect(hookNames(heard)).toEqual([...START, 'PostToolUse', 'PostToolBatch', 'Stop']);
      const ran = readFileSync(join(agents.workdir, 'matched'), 'utf8').split('\n').map(Number);
      const matchers = MATCHERS.map(([matcher], i) => [matcher, ran.slice(0, -1).includes(i)]);
      expect(matchers).toEqual(MATCHERS);
    });

    test.each([
      ['the exit code 2', 'echo not today >&2; exit 2', /hook error: .*not today/],
      ['a decision', decision('deny', 'by rule 7'), /^by rule 7$/],
    ])(
      'refuse it by %s: it is not run, nobody is asked, and the turn goes on',
      async (_by, command, reason) => {
        const hooks = { PreToolUse: [matched('Bash', command)] };
        const heard = agents.listenIn({ hooks });
        const { conversation } = await agents.start({ prompt });
        await heardOf(heard, 'Stop');
        await expectRows(agents, conversation, [...USE, 'tool_result error', ...END]);
        expect(hookNames(heard)).toEqual([...START, 'PostToolBatch', 'Stop']);
        expect(touched()).toBe(false);
        expect(toolResultIn(agents, conversation)).toMatch(reason);
      },
    );

    test('allow it by a decision: nobody is asked', async () => {
      const hooks = { PreToolUse: [matched('Bash', decision('allow', 'by rule 8'))] };
      const heard = agents.listenIn({ hooks });
      const { conversation } = await agents.start({ prompt });
      await heardOf(heard, 'Stop');
      expect(hookNames(heard)).toEqual([...START, 'PostToolUse', 'PostToolBatch', 'Stop']);
      expect(touched()).toBe(true);
      await expectRows(agents, conversation, [...USE, 'tool_result', ...END]);
    });

    test('stop nothing by failing otherwise', async () => {
      const hooks = { PreToolUse: [matched('Bash', 'echo broken >&2; exit 1')] };
      const heard = agents.listenIn({ hooks });
      const { conversation } = await agents.start({ prompt });
      await isNow(agents, conversation, 'permission prompt');
      await heardOf(heard, 'PermissionRequest');
      expect(hookNames(heard)).toEqual([...START, 'PermissionRequest']);
    });
  });
}

function matched(matcher: string | undefined, command: string): OperatorHooks {
  const hooks = [{ type: 'command', command }] as const;
  return matcher === undefined ? { hooks } : { matcher, hooks };
}

function decision(permissionDecision: string, permissionDecisionReason: string): string {
  const hookSpecificOutput = {
    hookEventName: 'PreToolUse',
    permissionDecision,
    permissionDecisionReason,
  };
  return `printf '%s' '${JSON.stringify({ hookSpecificOutput })}'`;
}

function toolResultIn(agents: AgentLab, conversation: string): string {
  const contents = agents.rows(conversation).flatMap(({ message }) => message?.content ?? []);
  const results = contents as readonly { readonly type?: string; readonly content?: string }[];
  return results.find(({ type }) => type === 'tool_result')?.content ?? '';
}
