import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { resumedPrompt, taskPrompt } from '../../machines/policy/task-prompt.ts';
import { relink } from '../harness/account-home.ts';
import { type AgentKind, type AgentLab, openAgentLab } from '../harness/agent-lab.ts';
import { expectRows, isNow } from '../harness/agent-witness.ts';
import { listenTo } from '../harness/heard-signals.ts';
import { until } from '../harness/until.ts';

const READY_MS = 30_000;
const TASK = 't_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const GO_ON = resumedPrompt(TASK, 'Continue where you left off.');
const LIMITED = ['prompt typed', 'error rate_limit 429', 'turn_duration'] as const;
const TURN = ['prompt typed', 'says', 'stop_hook_summary', 'turn_duration'] as const;
/** What the client puts in front of the next prompt, where one has no answer. */
const MENDED = ['note: Continue from where you left off.', 'No response requested.'] as const;

/** What becomes of a conversation that has met the limit of its account, and goes on on another one. */
export function agentFailoverContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });
  /** A conversation that has met the limit of the first account, and its agent gone. */
  const limited = async (prompt: string) => {
    const heard = listenTo(agents);
    const { conversation, pane } = await agents.start({ prompt });
    await heard.next('failed');
    await expectRows(agents, conversation, LIMITED);
    // Its last word on the account that it is about to leave.
    await until(() => heard.usages.at(-1)?.fiveHour?.usedPercent === 100, {
      withinMs: READY_MS,
      what: 'the usage of an account at its limit',
    });
    pane.kill('SIGTERM');
    await pane.ended;
    await heard.next('ended');
    return { conversation, heard };
  };
  const resumedElsewhere = (conversation: string, prompt: string | null) =>
    agents.start({ account: agents.other, conversation, mode: 'resume', prompt });

  describe('a conversation at the limit of its account', () => {
    test('goes on on another account under its id: nothing is lost, and nothing said twice', async () => {
      const prompt = taskPrompt(TASK, kind.prompts.limit);
      const { conversation, heard } = await limited(prompt);
      const { status } = await resumedElsewhere(conversation, GO_ON);
      expect(status).toMatchObject({ account: 'two', conversation });
      await heard.next('stopped');
      expect(heard.signals.map((signal) => signal.conversation)).toEqual(
        heard.signals.map(() => conversation),
      );
      expect(heard.signals.slice(4)).toMatchObject([
        { kind: 'started', source: 'resume' },
        { kind: 'prompted', task: TASK },
        { kind: 'stopped', background: 0 },
      ]);
      await expectRows(agents, conversation, [...LIMITED, ...MENDED, ...TURN]);
      await expectEnd(agents, conversation);
      expect(promptsOf(agents, conversation)).toEqual([prompt, GO_ON]);
    });

    test('goes on elsewhere also when its agent is ended as soon as its hook has told', async () => {
      const prompt = taskPrompt(TASK, kind.prompts.limit);
      const heard = listenTo(agents);
      const { conversation, pane } = await agents.start({ prompt });
      await heard.next('failed');
      // What is looked at is how the turn ends, not whether its begin was written.
      await until(() => agents.userTexts(conversation)[0], {
        withinMs: READY_MS,
        what: 'the prompt in the transcript',
      });
      pane.kill('SIGTERM');
      await pane.ended;
      await resumedElsewhere(conversation, GO_ON);
      await heard.next('stopped');
      await expectEnd(agents, conversation);
      expect(promptsOf(agents, conversation)).toEqual([prompt, GO_ON]);
    });

    test('waits at its prompt on another account when it is resumed without one, for its person', async () => {
      const { conversation, heard } = await limited(kind.prompts.limit);
      const { pane } = await resumedElsewhere(conversation, null);
      await isNow(agents, conversation, 'idle');
      await expectRows(agents, conversation, LIMITED);
      await agents.say(pane, kind.prompts.short);
      await heard.next('stopped');
      expect(heard.kinds().slice(4)).toEqual(['started', 'prompted', 'stopped']);
      await expectRows(agents, conversation, [...LIMITED, ...MENDED, ...TURN]);
    });

    test('says on another account what that one has used, not what the one before had', async () => {
      const { conversation, heard } = await limited(taskPrompt(TASK, kind.prompts.limit));
      const before = heard.usages.length;
      await resumedElsewhere(conversation, GO_ON);
      await heard.next('stopped');
      const usage = await until(() => heard.usages[before], {
        withinMs: READY_MS,
        what: 'the usage of the other account',
      });
      expect(usage.fiveHour?.usedPercent).toBeLessThan(100);
    });
  });

  describe('a home that does not share its conversations', () => {
    test('knows nothing of them', async () => {
      const { conversation } = await limited(taskPrompt(TASK, kind.prompts.limit));
      const apart = join(agents.dir, 'apart');
      mkdirSync(apart);
      relink(agents.other.home, 'projects', apart);
      const launch = agents.launch({ account: agents.other, conversation, mode: 'resume' });
      const pane = agents.open(await agents.port.prepare(launch));
      expect((await pane.ended).exitCode).toBe(1);
      expect(pane.output()).toContain(`No conversation found with session ID: ${conversation}`);
    });
  });
}

/** Waits until the transcript tells that the turn of the task is done. */
async function expectEnd(agents: AgentLab, conversation: string): Promise<void> {
  const outcome = await until(async () => (await agents.port.turnOf(conversation, TASK)).outcome, {
    withinMs: READY_MS,
    what: 'the end of the turn in the transcript',
  });
  expect(outcome).toMatchObject({ kind: 'done' });
}

/** The prompts of the task in the conversation, oldest first. */
function promptsOf(agents: AgentLab, conversation: string): readonly string[] {
  return agents.userTexts(conversation).filter((text) => text.startsWith(`[task ${TASK}]`));
}
