import { beforeEach, describe, expect, test } from '@jest/globals';
import { taskPrompt } from '../../machines/policy/task-prompt.ts';
import type { TurnFailure } from '../../machines/signals.ts';
import {
  type AgentKind,
  type AgentLab,
  type FailureName,
  type HookPayload,
  openAgentLab,
} from '../harness/agent-lab.ts';
import { expectRows, expectWords, heardOf, hookNames } from '../harness/agent-witness.ts';
import { type HeardSignals, listenTo } from '../harness/heard-signals.ts';
import { until } from '../harness/until.ts';

const READY_MS = 30_000;
const TASK = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const LIMIT_TEXT = /^You've hit your session limit · resets \d{1,2}(:\d\d)?[ap]m \(.+\)$/;

interface Told {
  readonly failure: FailureName;
  readonly error: string;
  /** null: there was no answer. */
  readonly status: number | null;
  readonly text: RegExp;
}

/** How far apart the hook and the row of one failure may be; minutes are what is read from both. */
const AT_ONCE_MS = 20_000;

const FAILURES: readonly Told[] = [
  { failure: 'overloaded', error: 'server_error', status: 529, text: /^API Error: 529 Overloaded/ },
  {
    failure: 'network',
    error: 'server_error',
    status: null,
    text: /^API Error: Unable to connect/,
  },
  // An error of the same name as the account's limit, and no limit.
  {
    failure: 'throttled',
    error: 'rate_limit',
    status: 429,
    text: /^API Error: Server is temporarily limiting requests \(not your usage limit\)/,
  },
  {
    failure: 'signed out',
    error: 'authentication_failed',
    status: 401,
    text: /^Please run \/login · API Error: 401/,
  },
  {
    failure: 'out of credit',
    error: 'billing_error',
    status: 400,
    text: /^Credit balance is too low/,
  },
  {
    failure: 'organisation',
    error: 'oauth_org_not_allowed',
    status: 403,
    text: /^Your organization has disabled Claude subscription access/,
  },
];

/** What an agent tells of a turn that its API has ended. */
export function agentFailureContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });

  describe('a turn that fails', () => {
    test.each(FAILURES)('$failure: is told by hook and transcript', async (told) => {
      const { failure, error, status, text } = told;
      const heard = agents.listenIn();
      const signals = listenTo(agents);
      const prompt = taskPrompt(TASK, kind.failures[failure]);
      const { conversation } = await agents.start({ prompt });
      const hook = await heardOf(heard, 'StopFailure');
      expect(hook).toMatchObject({ error, last_assistant_message: expect.stringMatching(text) });
      const row = `error ${error} ${status ?? 'no status'}`;
      await expectRows(agents, conversation, ['prompt typed', row, 'turn_duration']);
      await expectWords(agents, conversation, ['idle']);
      expect(agents.assistantTexts(conversation)).toEqual([hook['last_assistant_message']]);
      expect(hookNames(heard)).toEqual(['SessionStart', 'UserPromptSubmit', 'StopFailure']);
      expect(hook['prompt_id']).toBe((await heardOf(heard, 'UserPromptSubmit'))['prompt_id']);
      await toldAlike(agents, conversation, { signals, hook, status });
    });

    test('a usage limit is told by hook, transcript and status line', async () => {
      const heard = agents.listenIn();
      const signals = listenTo(agents);
      const prompt = taskPrompt(TASK, kind.prompts.limit);
      const { conversation } = await agents.start({ prompt });
      const hook = await heardOf(heard, 'StopFailure');
      expect(hook).toMatchObject({
        error: 'rate_limit',
        last_assistant_message: expect.stringMatching(LIMIT_TEXT),
      });
      expect(hook['prompt_id']).toBe((await heardOf(heard, 'UserPromptSubmit'))['prompt_id']);
      const rows = ['prompt typed', 'error rate_limit 429', 'turn_duration'];
      await expectRows(agents, conversation, rows);
      await toldAlike(agents, conversation, { signals, hook, status: 429 });
      const nowS = Date.now() / 1000;
      const fiveHour = await until(() => [agents.statusLine()].map(fiveHourOf).find(isUsedUp), {
        withinMs: READY_MS,
        what: 'a status line that tells of the limit',
      });
      expect(fiveHour.resets_at).toBeGreaterThan(nowS);
      expect(hookNames(heard)).not.toContain('Stop');
    });
  });
}

interface Failed {
  readonly signals: HeardSignals;
  readonly hook: HookPayload;
  readonly status: number | null;
}

/** What a supervisor reads from the hook, and from the transcript should no hook have told, is one failure. */
async function toldAlike(
  agents: AgentLab,
  conversation: string,
  { signals, hook, status }: Failed,
): Promise<void> {
  const { error, last_assistant_message: message, prompt_id: prompt } = hook;
  const told = { kind: 'failed', error, message, prompt };
  const signal = await signals.next('failed');
  expect(prompt).toEqual(expect.any(String));
  expect(signal).toMatchObject({ ...told, conversation });
  const { outcome } = await agents.port.turnOf(conversation, TASK);
  expect(outcome).toEqual({ ...told, status, at: expect.any(Number), source: 'transcript' });
  expect(Math.abs((outcome as TurnFailure).at - signal.at)).toBeLessThan(AT_ONCE_MS);
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
