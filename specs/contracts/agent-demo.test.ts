import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type AgentLab, openAgentLab } from '../harness/agent-lab.ts';
import {
  chooseDemoStarts,
  demoAgentConfig,
  failDemoAccount,
  healDemoAccount,
  limitDemoAccount,
} from '../harness/demo-home.ts';
import { until } from '../harness/until.ts';

// What specs may ask of the demo agent beyond what it has in common with the real client.

describe('an account that fails', () => {
  test('is at its limit for every agent of it, until it is healed', async () => {
    const lab = await openDemoLab();
    const { home } = lab.account;
    const { text } = limitDemoAccount(home, 60_000);
    const { conversation, pane } = await lab.start({ prompt: 'first' });
    await answers(lab, conversation, [text]);
    healDemoAccount(home);
    await lab.say(pane, 'second');
    await answers(lab, conversation, [text, 'DEMO-REPLY: done.']);
  });

  test('tells the error it was given, and only for as long', async () => {
    const lab = await openDemoLab();
    const heard = lab.listenIn();
    const failure = { error: 'authentication_failed', status: 401, text: 'Please run /login' };
    failDemoAccount(lab.account.home, { ...failure, until: Date.now() + 60_000 });
    await lab.start({ prompt: 'do it' });
    const told = await until(() => heard().find((hook) => 'error' in hook), {
      withinMs: PATIENCE_MS,
      what: 'the StopFailure',
    });
    expect(told).toMatchObject({ hook_event_name: 'StopFailure', error: failure.error });
    failDemoAccount(lab.account.home, { ...failure, until: Date.now() - 1 });
    const { conversation } = await lab.start({ prompt: 'do it again' });
    await answers(lab, conversation, ['DEMO-REPLY: done.']);
  });
});

describe('a turn that a prompt has chosen', () => {
  test.each([
    ['[[demo:exit 3]]', { exitCode: 3 }, false],
    ['[[demo:crash]]', { signal: 9 }, true],
    ['[[demo:crash early]]', { signal: 9 }, true],
  ])('%s ends the agent', async (prompt, end, leavesStatusFile) => {
    const lab = await openDemoLab();
    const pane = lab.open(await lab.port.prepare(lab.launch({ prompt })));
    expect(await pane.ended).toMatchObject(end);
    expect(existsSync(lab.statusFile(pane.pid))).toBe(leavesStatusFile);
  });

  test('a crash before the prompt is written leaves a file that is no conversation', async () => {
    const lab = await openDemoLab();
    const launch = lab.launch({ prompt: '[[demo:crash early]]' });
    await lab.open(await lab.port.prepare(launch)).ended;
    expect(lab.rows(launch.conversation)).not.toHaveLength(0);
    expect(await lab.port.hasTranscript(launch.conversation)).toBe(false);
  });

  test('/exit ends the agent', async () => {
    const lab = await openDemoLab();
    const { pane } = await lab.start({});
    pane.type('/exit\r');
    expect(await pane.ended).toMatchObject({ exitCode: 0 });
  });

  test('[[demo:ask …]] runs the command that it names', async () => {
    const lab = await openDemoLab();
    lab.listenIn({ permissions: { allow: ['Bash'] } });
    const { conversation } = await lab.start({ prompt: 'go [[demo:ask echo heron >bird]]' });
    await answers(lab, conversation, ["I'll use Bash.", 'DEMO-REPLY: tool finished.']);
    expect(readFileSync(join(lab.workdir, 'bird'), 'utf8')).toBe('heron\n');
  });

  test('a turn follows its directives one after the other, and answers with the last', async () => {
    const lab = await openDemoLab();
    const { conversation } = await lab.start({ prompt: '[[demo:work 10ms]] then [[demo:recall]]' });
    await answers(lab, conversation, [expect.stringMatching(/^DEMO-RECALL: /)]);
  });
});

describe('a start that the environment has chosen', () => {
  test.each([
    [{ DEMO_CRASH_ON_START: '1' }, { signal: 9 }],
    [{ DEMO_EXIT_ON_START: '7' }, { exitCode: 7 }],
  ])('%j ends the agent before its prompt', async (env, end) => {
    const lab = await openDemoLab(env);
    const pane = lab.open(await lab.port.prepare(lab.launch({})));
    expect(await pane.ended).toMatchObject(end);
    expect(existsSync(lab.statusFile(pane.pid))).toBe(false);
  });

  test('knobs in the home of an account are those of its agents alone', async () => {
    const lab = await openDemoLab({ DEMO_EXIT_ON_START: '7' });
    chooseDemoStarts(lab.account.home, { DEMO_EXIT_ON_START: '8' });
    const pane = lab.open(await lab.port.prepare(lab.launch({})));
    expect(await pane.ended).toMatchObject({ exitCode: 8 });
    const other = lab.open(await lab.port.prepare(lab.launch({ account: lab.other })));
    expect(await other.ended).toMatchObject({ exitCode: 7 });
  });

  test('one that is to crash after a while comes to its prompt first', async () => {
    const lab = await openDemoLab({ DEMO_CRASH_AFTER_MS: '200' });
    const pane = lab.open(await lab.port.prepare(lab.launch({})));
    expect(await pane.ended).toMatchObject({ signal: 9 });
    // What it said of itself last outlives it.
    const { status } = JSON.parse(readFileSync(lab.statusFile(pane.pid), 'utf8'));
    expect(status).toBe('idle');
  });

  test('a stubborn one says that it was asked to end, and stays', async () => {
    const lab = await openDemoLab({ DEMO_STUBBORN: '1' });
    const { pane } = await lab.start({});
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) pane.kill(signal);
    await until(() => pane.output().split('Asked to end').length > 2, {
      withinMs: PATIENCE_MS,
      what: 'the agent to be asked twice',
    });
    pane.kill('SIGKILL');
    expect(await pane.ended).toMatchObject({ signal: 9 });
  });

  test('one that never gets ready can still be ended', async () => {
    const lab = await openDemoLab({ DEMO_NEVER_READY: '1' });
    const pane = lab.open(await lab.port.prepare(lab.launch({})));
    // It asks for bracketed pastes once it listens to signals.
    await until(() => pane.output().includes('?2004h'), {
      withinMs: PATIENCE_MS,
      what: 'the agent to run',
    });
    expect(existsSync(lab.statusFile(pane.pid))).toBe(false);
    pane.kill('SIGTERM');
    expect(await pane.ended).toMatchObject({ exitCode: 143 });
  });
});

const PATIENCE_MS = 20_000;

function openDemoLab(env: Readonly<Record<string, string>> = {}): Promise<AgentLab> {
  return openAgentLab({ prepare: async () => demoAgentConfig(env) });
}

async function answers(lab: AgentLab, conversation: string, expected: readonly unknown[]) {
  await until(() => lab.assistantTexts(conversation).length >= expected.length, {
    withinMs: PATIENCE_MS,
    what: `${expected.length} answers`,
  });
  expect(lab.assistantTexts(conversation)).toEqual(expected);
}
