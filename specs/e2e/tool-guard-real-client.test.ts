import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type AgentLab, type HookPayload, openAgentLab, type Row } from '../harness/agent-lab.ts';
import { startApiStub } from '../harness/api-stub/api-stub.ts';
import type { StubOptions } from '../harness/api-stub/stub-account.ts';
import { signInAndAnswer } from '../harness/client-home.ts';
import { realClientConfig } from '../harness/real-client.ts';
import { atEnd } from '../harness/scope.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

const TURN_MS = 60_000;
/** Of the stub, when the model has said all that it was to say. */
const LAST_ANSWER = 'STUB-REPLY: done.';

describe('the real client that asks nobody', () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await openLab();
  });

  test('a refused command is not run, the model is told, the turn goes on, and a signal is written', async () => {
    const startup = join(homedir(), '.bashrc');
    const turn = await lab.takeTurn(['tool_bash'], {
      options: { command: `echo mark >> ${startup}` },
    });
    expect(turn.toolResult).toMatchObject({ is_error: true });
    expect(turn.toolResult.content).toMatch(/^Refused by the tool guard \(write-shell-startup\)/);
    expect(existsSync(startup)).toBe(false);
    expect(lab.refusals()).toMatchObject([
      { session_id: turn.conversation, refused: { tool: 'Bash', rule: 'write-shell-startup' } },
    ]);
  });

  test('an ordinary command is run', async () => {
    const mark = join(lab.agents.workdir, 'mark');
    const turn = await lab.takeTurn(['tool_bash'], {
      options: { command: `cd .. && echo mark > ${mark}` },
    });
    expect(turn.toolResult).toMatchObject({ is_error: false });
    expect(readFileSync(mark, 'utf8')).toBe('mark\n');
    expect(lab.refusals()).toEqual([]);
  });

  test('settings are not written, and other files are', async () => {
    const settings = join(lab.agents.workdir, '.claude', 'settings.json');
    await lab.takeTurn(['tool_write'], { options: { file: settings, content: '{}' } });
    expect(existsSync(settings)).toBe(false);
    expect(lab.refusals()).toMatchObject([{ refused: { tool: 'Write', rule: 'write-settings' } }]);
    const notes = join(lab.agents.workdir, 'notes.md');
    await lab.takeTurn(['tool_write'], { options: { file: notes, content: 'hello' } });
    expect(readFileSync(notes, 'utf8')).toBe('hello');
  });

  test('a guard whose files are gone refuses everything', async () => {
    const mark = join(lab.agents.workdir, 'mark');
    const turn = await lab.takeTurn(['tool_bash'], {
      options: { command: `touch ${mark}` },
      before: (folder) => rmSync(join(folder, 'tool-guard.sh')),
    });
    expect(turn.toolResult).toMatchObject({ is_error: true });
    expect(existsSync(mark)).toBe(false);
  });

  test('a project that turns off all hooks does not turn off the guard', async () => {
    const mark = join(lab.agents.workdir, '.claude', 'settings.local.json');
    lab.writeProjectSettings({ disableAllHooks: true });
    const turn = await lab.takeTurn(['tool_bash'], { options: { command: `echo '{}' > ${mark}` } });
    expect(turn.toolResult).toMatchObject({ is_error: true });
    expect(existsSync(mark)).toBe(false);
  });

  test('what a subagent does is guarded, too', async () => {
    const startup = join(homedir(), '.profile');
    const command = `echo mark >> ${startup}`;
    await lab.takeTurn(['tool_task', 'tool_bash'], { options: { command } });
    expect(existsSync(startup)).toBe(false);
    expect(lab.refusals()).toMatchObject([{ refused: { rule: 'write-shell-startup' } }]);
  });
});

interface Block {
  readonly type: string;
  readonly content: unknown;
  readonly is_error: boolean;
}

interface Turn {
  readonly conversation: string;
  readonly toolResult: Partial<Block>;
}

interface TurnOptions {
  readonly options: Partial<StubOptions>;
  /** What happens to the session's folder between preparing and starting the agent. */
  readonly before?: (folder: string) => void;
}

interface Lab {
  readonly agents: AgentLab;
  /** A turn of a new agent in which the model answers in these modes, until the agent is idle again. */
  takeTurn(modes: readonly string[], how: TurnOptions): Promise<Turn>;
  /** What the guard has told the daemon that it refused. */
  refusals(): readonly unknown[];
  writeProjectSettings(settings: object): void;
}

async function openLab(): Promise<Lab> {
  const stub = await startApiStub();
  atEnd(stub.close);
  let token = '';
  const agents = await openAgentLab({
    prepare: async ([account], workdir) => {
      if (account === undefined) throw new Error('no account');
      token = signInAndAnswer(account.home, { name: account.name, trusted: [workdir] });
      const { env, ...config } = realClientConfig(stub.url);
      return { ...config, permissionMode: 'bypassPermissions', env: { ...env, IS_SANDBOX: '1' } };
    },
  });
  const folder = join(agents.dir, 'state', 'sessions', 'pool-1');
  const told = () => payloadsIn(join(folder, 'signals', 'new'));
  return {
    agents,
    takeTurn: async (modes, { options, before = () => {} }) => {
      stub.set(token, { queue: modes, options });
      const launch = agents.launch({ prompt: 'do it' });
      const command = await agents.port.prepare(launch);
      before(folder);
      agents.open(command);
      return await until(() => endedTurn(agents, launch.conversation), {
        withinMs: TURN_MS,
        what: 'the end of the turn',
      });
    },
    refusals: () => told().filter(({ hook_event_name }) => hook_event_name === 'PreToolUse'),
    writeProjectSettings: (settings) => {
      const own = join(agents.workdir, '.claude');
      mkdirSync(own);
      writeFileSync(join(own, 'settings.json'), JSON.stringify(settings));
    },
  };
}

/** The turn when its last answer is in the transcript, which comes after all hooks but one. */
function endedTurn(agents: AgentLab, conversation: string): Turn | null {
  if (agents.assistantTexts(conversation).at(-1) !== LAST_ANSWER) return null;
  const blocks = agents.rows(conversation).flatMap(blocksOf);
  return {
    conversation,
    toolResult: blocks.find(({ type }) => type === 'tool_result') ?? {},
  };
}

function blocksOf({ message }: Row): readonly Block[] {
  const content = message?.content;
  return Array.isArray(content) ? content : [];
}

function payloadsIn(folder: string): readonly HookPayload[] {
  return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}
