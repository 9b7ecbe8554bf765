import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { identify } from '../../actors/process/identity.ts';
import { type AgentKind, type AgentLab, openAgentLab } from '../harness/agent-lab.ts';
import { until } from '../harness/until.ts';

const READY_MS = 30_000;

/** What a supervisor relies on, of the agent and of our port to it together. */
export function agentContract(kind: AgentKind): void {
  let agents: AgentLab;
  beforeEach(async () => {
    agents = await openAgentLab(kind);
  });

  describe('launch', () => {
    test('a launched agent says idle under its own pid and the conversation it was given', async () => {
      const { conversation, pane, status } = await agents.start({});
      expect(status).toMatchObject({ conversation, status: 'idle', waitingFor: null });
      expect(status.account).toBe('one');
      expect(status.agent).toEqual(identify(pane.pid));
      expect(await agents.port.status(status.agent)).toEqual(status);
    });

    test('the agent gets exactly the environment it is meant to have', async () => {
      const { pane } = await agents.start({});
      const environment = environmentOf(pane.pid);
      expect(environment).toMatchObject({
        CLAUDE_CONFIG_DIR: agents.account.home,
        CLAUDE_FAILOVER_SESSION: 'pool-1',
        DISABLE_AUTOUPDATER: '1',
        TERM: 'xterm-256color',
        LC_ALL: 'C.UTF-8',
      });
      const allowed = [...ALLOWED, ...Object.keys(agents.config.env)];
      expect(Object.keys(environment).filter((name) => !allowed.includes(name))).toEqual([]);
      expect(JSON.stringify(environment)).not.toContain('must-not-leak');
    });

    test.each([
      ['a dash', '--help me'],
      [
        'quotes, lines, a backslash and letters of the world',
        `a 'b' "c" $HOME \`d\`\n  é Ж 日本 🧵 \\`,
      ],
      ['the name of a command of the client', 'doctor'],
    ])('a first prompt with %s arrives as it is', async (_what, prompt) => {
      const { conversation } = await agents.start({ prompt });
      const text = await until(() => agents.userTexts(conversation)[0], {
        withinMs: READY_MS,
        what: 'the prompt in the transcript',
      });
      // A lone word is given a space in front, lest the client run it.
      expect(text.replace(/^ doctor$/, 'doctor')).toBe(prompt);
    });

    test('an agent in a working directory that is gone ends with a code of its own', async () => {
      const launch = agents.launch({ workdir: join(agents.dir, 'gone') });
      const pane = agents.open(await agents.port.prepare(launch));
      expect((await pane.ended).exitCode).toBe(113);
      expect(pane.output()).toContain('working directory is gone');
    });
  });

  describe('turn', () => {
    test('a turn is busy, then idle, and is in the transcript', async () => {
      const { conversation, pane, status } = await agents.start({});
      expect(await agents.port.hasTranscript(conversation)).toBe(false);
      await agents.say(pane, kind.prompts.short);
      await agents.sees(conversation, ({ status: word }) => word === 'busy');
      await agents.sees(conversation, ({ status: word }) => word === 'idle', 'busy');
      // The rows may follow the status, not only precede it.
      await until(() => agents.port.hasTranscript(conversation), {
        withinMs: READY_MS,
        what: 'the conversation on the disk',
      });
      const { workdir } = agents.launch({});
      expect(await agents.port.hasTranscript(conversation, workdir)).toBe(true);
      expect(await agents.port.hasTranscript(conversation, agents.dir)).toBe(false);
      await until(() => agents.assistantTexts(conversation)[0], {
        withinMs: READY_MS,
        what: 'the answer in the transcript',
      });
      expect(await agents.port.status(status.agent)).toMatchObject({ status: 'idle' });
    });

    test('an open permission dialog is waiting, until it is answered', async () => {
      const { conversation, pane } = await agents.start({});
      await agents.say(pane, kind.prompts.ask);
      const waiting = await agents.sees(conversation, ({ status: word }) => word === 'waiting');
      expect(waiting.waitingFor).toBe('permission prompt');
      pane.type('\r');
      await agents.sees(conversation, ({ status: word }) => word === 'idle', 'waiting');
    });
  });

  describe('end', () => {
    test('an agent killed in the middle of a turn is not believed, and its conversation goes on with its history', async () => {
      const first = await agents.start({ prompt: `remember the heron ${kind.prompts.slow}` });
      const { conversation } = first;
      await until(() => agents.userTexts(conversation)[0], {
        withinMs: READY_MS,
        what: 'the prompt in the transcript',
      });
      first.pane.kill('SIGKILL');
      await first.pane.ended;
      expect(existsSync(agents.statusFile(first.pane.pid))).toBe(true);
      expect(await agents.port.status(first.status.agent)).toBeNull();
      expect(await agents.port.hasTranscript(conversation)).toBe(true);

      const again = await agents.start({
        conversation,
        mode: 'resume',
        prompt: kind.prompts.recall,
      });
      expect(again.status.agent).not.toEqual(first.status.agent);
      await until(
        () => agents.assistantTexts(conversation).some((text) => text.includes('heron')),
        {
          withinMs: READY_MS,
          what: 'an answer that knows the first prompt',
        },
      );
    });

    test('SIGTERM ends it with 143 and takes its status file away', async () => {
      const { pane, status } = await agents.start({});
      pane.kill('SIGTERM');
      expect((await pane.ended).exitCode).toBe(143);
      expect(existsSync(agents.statusFile(pane.pid))).toBe(false);
      expect(await agents.port.status(status.agent)).toBeNull();
    });

    test('a conversation nobody knows cannot be resumed', async () => {
      const launch = agents.launch({ mode: 'resume' });
      const pane = agents.open(await agents.port.prepare(launch));
      expect((await pane.ended).exitCode).toBe(1);
      expect(pane.output()).toContain(
        `No conversation found with session ID: ${launch.conversation}`,
      );
    });
  });

  describe('a conversation that never began', () => {
    test('is begun again under the same id when its agent was killed at the prompt', async () => {
      const { conversation, pane } = await agents.start({});
      pane.kill('SIGKILL');
      await pane.ended;
      expect(await agents.port.hasTranscript(conversation)).toBe(false);
      await agents.start({ conversation });
    });

    test('is begun again when its file holds only notes, over which the agent alone would stumble', async () => {
      const conversation = randomUUID();
      const note = { type: 'ai-title', aiTitle: 'A title', sessionId: conversation };
      const file = join(agents.projectFolder(), `${conversation}.jsonl`);
      writeFileSync(file, `${JSON.stringify(note)}\n{"type":"user","mess`);
      expect(await agents.port.hasTranscript(conversation)).toBe(false);

      const command = await agents.port.prepare(agents.launch({ mode: 'resume', conversation }));
      expect((await agents.open(command).ended).exitCode).toBe(1);
      await agents.start({ conversation });
      expect(existsSync(`${file}.unstarted`)).toBe(true);
    });

    test('is refused by the agent itself when its id has a file', async () => {
      const conversation = randomUUID();
      const command = await agents.port.prepare(agents.launch({ conversation }));
      writeFileSync(join(agents.projectFolder(), `${conversation}.jsonl`), '');
      const pane = agents.open(command);
      expect((await pane.ended).exitCode).toBe(1);
      expect(pane.output()).toContain(`Session ID ${conversation} is already in use`);
    });

    test('is not begun over one that exists', async () => {
      const { conversation, pane } = await agents.start({ prompt: kind.prompts.short });
      await until(() => agents.userTexts(conversation)[0], {
        withinMs: READY_MS,
        what: 'the prompt in the transcript',
      });
      pane.kill('SIGTERM');
      await pane.ended;
      await expect(agents.port.prepare(agents.launch({ conversation }))).rejects.toMatchObject({
        code: 'CONFLICT',
      });
    });
  });
}

const ALLOWED = [
  ...['HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'LANG', 'LC_ALL', 'TZ', 'TERM'],
  ...['CLAUDE_CONFIG_DIR', 'CLAUDE_FAILOVER_SESSION', 'DISABLE_AUTOUPDATER'],
  ...['CLAUDE_FAILOVER_AGENT', 'CLAUDE_FAILOVER_CONVERSATION'],
  // The shell's own.
  ...['PWD', '_'],
];

function environmentOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
