import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { pastedPrompt, resumedPrompt, taskPrompt } from '../../machines/policy/task-prompt.ts';
import type { TurnSeen } from '../../machines/signals.ts';
import { type AgentKind, type AgentLab, openAgentLab } from '../harness/agent-lab.ts';
import { listenTo, signalPortOf } from '../harness/heard-signals.ts';
import { until } from '../harness/until.ts';

const READY_MS = 30_000;
const ESCAPE = '\u001b';
const task = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** What a supervisor hears of a task from its agent, by our own hooks and from its transcript. */
export function agentSignalsContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });

  describe('signals', () => {
    test('tell the start, the prompt with its task, the end of the turn and the end', async () => {
      const heard = listenTo(agents);
      const { conversation, pane } = await agents.start({
        prompt: taskPrompt(task, kind.prompts.short),
      });
      await heard.next('stopped');
      pane.kill('SIGTERM');
      await pane.ended;
      await heard.next('ended');
      expect(heard.signals).toMatchObject([
        { kind: 'started', source: 'startup' },
        { kind: 'prompted', task },
        { kind: 'stopped', background: 0, result: expect.any(String) },
        { kind: 'ended', reason: 'other' },
      ]);
      for (const signal of heard.signals) {
        expect(signal).toMatchObject({ session: 'pool-1', conversation });
        expect(Math.abs(Date.now() - signal.at)).toBeLessThan(600_000);
      }
      expect(heard.errors).toEqual([]);
    });

    test('tell a usage limit, and so does the usage', async () => {
      const heard = listenTo(agents);
      const { conversation } = await agents.start({
        prompt: taskPrompt(task, kind.prompts.limit),
      });
      expect(await heard.next('failed')).toMatchObject({
        conversation,
        error: 'rate_limit',
        message: expect.stringMatching(/^You've hit your session limit/),
      });
      const usage = await until(
        () => heard.usages.find((one) => one.fiveHour?.usedPercent === 100),
        {
          withinMs: READY_MS,
          what: 'the usage of an account at its limit',
        },
      );
      expect(usage.fiveHour?.resetsAt).toBeGreaterThan(Date.now());
      expect(heard.kinds()).not.toContain('stopped');
    });

    test('tell that the agent asks a person', async () => {
      const heard = listenTo(agents);
      await agents.start({ prompt: taskPrompt(task, kind.prompts.ask) });
      expect(await heard.next('asked')).toMatchObject({ tool: 'Bash' });
    });

    test('tell what was left in the background, and its end; the note of it is nobody’s prompt', async () => {
      agents.listenIn({ permissions: { allow: ['Bash'] } });
      const heard = listenTo(agents);
      const { conversation } = await agents.start({
        prompt: taskPrompt(task, kind.prompts.background),
      });
      expect(await heard.next('stopped')).toMatchObject({ background: 1 });
      const left = await agents.port.turnOf(conversation, task);
      await until(() => heard.kinds().filter((told) => told === 'stopped').length === 2, {
        withinMs: READY_MS,
        what: 'the end of what was left in the background',
      });
      expect(left).toEqual({ prompted: true, outcome: null });
      expect(heard.signals.at(-1)).toMatchObject({ kind: 'stopped', background: 0 });
      expect(heard.kinds()).toEqual(['started', 'prompted', 'stopped', 'stopped']);
      expect((await turnEnds(agents, conversation)).outcome).toMatchObject({ kind: 'done' });
    });

    test('are kept while nobody listens, and told to whoever does', async () => {
      const port = signalPortOf(agents, () => {});
      const { conversation } = await agents.start({
        prompt: taskPrompt(task, kind.prompts.short),
      });
      const kinds = async () => (await port.pending()).map(({ kind: told }) => told);
      await until(async () => (await kinds()).includes('stopped'), {
        withinMs: READY_MS,
        what: 'the signals of the turn',
      });
      expect(await kinds()).toEqual(['started', 'prompted', 'stopped']);
      const heard = listenTo(agents);
      expect(await heard.next('stopped')).toMatchObject({ conversation });
      await until(() => readdirSync(spoolOf(agents)).length === 0, {
        withinMs: READY_MS,
        what: 'an empty spool',
      });
    });
  });

  describe('the transcript', () => {
    test('tells what the agent of a task said last', async () => {
      const { conversation } = await agents.start({
        prompt: taskPrompt(task, kind.prompts.short),
      });
      const { outcome } = await turnEnds(agents, conversation);
      const said = agents.assistantTexts(conversation).at(-1);
      expect(outcome).toEqual({ kind: 'done', result: said });
      expect(await agents.port.turnOf(conversation, task.replace('t_01', 't_02'))).toEqual({
        prompted: false,
        outcome: null,
      });
    });

    test('tells the error in which a turn ended', async () => {
      const { conversation } = await agents.start({
        prompt: taskPrompt(task, kind.prompts.limit),
      });
      expect((await turnEnds(agents, conversation)).outcome).toMatchObject({
        kind: 'failed',
        error: 'rate_limit',
        message: expect.stringMatching(/^You've hit your session limit/),
        status: 429,
        source: 'transcript',
      });
    });

    test('tells that a person refused a tool', async () => {
      const { conversation, pane } = await agents.start({
        prompt: taskPrompt(task, kind.prompts.ask),
      });
      await agents.sees(conversation, ({ status }) => status === 'waiting');
      await typedUntil(pane, ESCAPE, async () => {
        const { outcome } = await agents.port.turnOf(conversation, task);
        return outcome;
      });
      expect((await turnEnds(agents, conversation)).outcome).toEqual({ kind: 'interrupted' });
    });

    test('tells of a prompt that was pasted', async () => {
      const { conversation, pane } = await agents.start({});
      const prompt = pastedPrompt(taskPrompt(task, `a\nb\nc\nd ${kind.prompts.short} \\`));
      pane.type(`${ESCAPE}[200~${prompt}${ESCAPE}[201~`);
      await until(() => /Pasted|end of task/.test(pane.output()), {
        withinMs: READY_MS,
        what: 'the paste on the screen',
      });
      pane.type('\r');
      expect((await turnEnds(agents, conversation)).outcome).toMatchObject({ kind: 'done' });
    });

    test('tells nothing of a turn that a kill cut off, and all of it once it was resumed', async () => {
      const first = await agents.start({ prompt: taskPrompt(task, kind.prompts.slow) });
      const { conversation } = first;
      await until(() => agents.userTexts(conversation)[0], {
        withinMs: READY_MS,
        what: 'the prompt in the transcript',
      });
      first.pane.kill('SIGKILL');
      await first.pane.ended;
      const cut = { prompted: true, outcome: null };
      expect(await agents.port.turnOf(conversation, task)).toEqual(cut);
      await agents.start({
        conversation,
        mode: 'resume',
        prompt: resumedPrompt(task, 'Continue where you left off.'),
      });
      expect((await turnEnds(agents, conversation)).outcome).toMatchObject({ kind: 'done' });
    });

    test('holds a first prompt of 100 KiB exactly', async () => {
      const line = `'a' "b" $HOME \\ é 日本 🧵\t `;
      const text = line.repeat(Math.floor((100 * 1024 - 40) / Buffer.byteLength(line)));
      const prompt = taskPrompt(task, text);
      expect(Buffer.byteLength(prompt)).toBeGreaterThan(100 * 1024 - 100);
      const { conversation } = await agents.start({ prompt });
      await turnEnds(agents, conversation);
      expect(agents.userTexts(conversation)[0]).toBe(prompt);
    });
  });
}

function spoolOf({ dir }: AgentLab): string {
  return join(dir, 'state', 'sessions', 'pool-1', 'signals', 'new');
}

function turnEnds({ port }: AgentLab, conversation: string): Promise<TurnSeen> {
  return until(
    async () => {
      const turn = await port.turnOf(conversation, task);
      return turn.outcome === null ? null : turn;
    },
    { withinMs: READY_MS, what: 'the end of the turn in the transcript' },
  );
}

/** Keys that come while a dialog is being drawn are lost. */
async function typedUntil(
  pane: { type(text: string): void },
  key: string,
  isDone: () => Promise<unknown>,
): Promise<void> {
  await until(
    async () => {
      if (await isDone()) return true;
      pane.type(key);
      return false;
    },
    { withinMs: READY_MS, everyMs: 500, what: 'the answer to the dialog' },
  );
}
