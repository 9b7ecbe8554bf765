import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { launchAgent } from '../../../actors/launch/launch-agent.ts';
import type { CheckError } from '../../../config/types.ts';
import type { ProcessIdentity } from '../../../machines/ports.ts';
import { untilSettledAsUnprivileged } from '../../harness/as-unprivileged.ts';
import { createTestLaunch } from '../../harness/test-launch.ts';
import { identity } from '../../harness/test-session.ts';

const NAME = 'pool-0';

/** A session of ours with a living agent in it, and nothing noted yet. */
async function launched() {
  const t = createTestLaunch();
  const first = await launchAgent(t.parts, t.requestFor());
  t.calls.length = 0;
  return { ...t, agent: first.pane.agent, first };
}

test('the intent is committed, and the launcher written, before tmux is asked', async () => {
  const t = createTestLaunch();
  const request = t.requestFor({ conversation: 'c' });
  const { pane, ...rest } = await launchAgent(t.parts, request);
  expect(t.calls).toEqual(['intend', 'prepare', 'create']);
  const { account, workdir } = request.facts;
  const intent = { mark: 'new-mark', conversation: 'c', account, workdir, agent: null };
  expect(await t.store.sessions()).toMatchObject([intent]);
  expect(rest).toEqual({
    mark: 'new-mark',
    mode: 'new',
    hasTranscript: false,
    conversation: 'c',
    workdir,
    delivery: 'none',
    ended: null,
  });
  expect(t.fake.launches).toEqual([
    { session: NAME, mark: 'new-mark', cwd: request.facts.workdir, command: ['sh', 'c'] },
  ]);
  expect(t.fake.processes.isAlive(pane.agent)).toBe(true);
});

test('what an operator said, and what else was stored while the launch looked around, stays', async () => {
  const t = createTestLaunch();
  const request = t.requestFor({ conversation: 'c' });
  await t.store.saveSession({ ...request.facts, held: true, restarts: 5, crashedAt: 6 });
  await launchAgent(t.parts, request);
  expect(await t.store.sessions()).toMatchObject([
    { held: true, restarts: 5, crashedAt: 6, mark: 'new-mark', conversation: 'c' },
  ]);
});

test('once the intent is committed, no earlier agent is left to be ended', async () => {
  const t = await launched();
  await t.store.saveSession(t.requestFor({ previous: t.agent }).facts);
  await launchAgent(t.parts, t.requestFor({}, { previous: t.agent }));
  expect(await t.store.sessions()).toMatchObject([{ agent: null, previous: null }]);
});

test('a conversation that is on disk is resumed, one that is not is begun under its id', async () => {
  const t = createTestLaunch();
  t.transcripts.add('on-disk');
  const resumed = await launchAgent(t.parts, t.requestFor({ conversation: 'on-disk' }));
  expect(resumed).toMatchObject({ mode: 'resume', hasTranscript: true });
  const begun = await launchAgent(t.parts, t.requestFor({ name: 'pool-1', conversation: 'new' }));
  expect(begun).toMatchObject({ mode: 'new', hasTranscript: false });
  expect(t.prepared.map(({ mode }) => mode)).toEqual(['resume', 'new']);
});

test('the agent is started on the account of the facts', async () => {
  const t = createTestLaunch();
  await launchAgent(t.parts, t.requestFor({ account: 'second' }));
  expect(t.prepared[0]?.account.name).toBe('second');
});

test('the previous agent is ended before the next one starts', async () => {
  const t = await launched();
  const again = await launchAgent(t.parts, t.requestFor({}, { previous: t.agent }));
  expect(t.calls).toEqual(['end', 'intend', 'prepare', 'respawn']);
  expect(t.fake.processes.isAlive(t.agent)).toBe(false);
  expect(again).toMatchObject({ mode: 'new', mark: t.first.mark });
});

test('an agent that does not die keeps the next one from starting', async () => {
  const t = await launched();
  t.world.onEnd = () => {
    throw new Error('it lives');
  };
  await expect(launchAgent(t.parts, t.requestFor({}, { previous: t.agent }))).rejects.toThrow(
    'it lives',
  );
  expect(t.calls).toEqual(['end']);
});

test('an agent that is begun on disk as it ends is resumed', async () => {
  const t = await launched();
  t.world.onEnd = () => t.transcripts.add('c');
  const again = await launchAgent(
    t.parts,
    t.requestFor({ conversation: 'c' }, { previous: t.agent }),
  );
  expect(again).toMatchObject({ mode: 'resume', hasTranscript: true });
});

test('a session that lives on keeps its mark: a dead pane is respawned, a missing one refilled', async () => {
  const t = await launched();
  t.fake.endAgent(NAME, { kind: 'exit', code: 1 });
  expect(await launchAgent(t.parts, t.requestFor())).toMatchObject({ mark: 'new-mark' });
  t.fake.closeAgentPane(NAME);
  expect(await launchAgent(t.parts, t.requestFor({}, { newMark: 'newer' }))).toMatchObject({
    mark: 'new-mark',
  });
  expect(t.calls.filter((call) => call !== 'intend' && call !== 'prepare')).toEqual([
    'respawn',
    'refill',
  ]);
});

test('a session that is created again gets a mark that no session has had', async () => {
  const t = await launched();
  t.fake.killSession(NAME);
  const again = await launchAgent(t.parts, t.requestFor({}, { newMark: 'newer' }));
  expect(again.mark).toBe('newer');
});

test('after the server is lost the session is created on the next one', async () => {
  const t = await launched();
  t.fake.loseServer();
  await launchAgent(t.parts, t.requestFor({}, { previous: t.agent }));
  expect(t.calls).toEqual(['end', 'intend', 'prepare', 'create']);
});

test('an agent left by an unfinished launch is taken over instead of starting a second one', async () => {
  const t = await launched();
  const request = t.requestFor({ hasTranscript: true });
  const found = await launchAgent(t.parts, request);
  expect(found).toEqual({
    pane: expect.objectContaining({ agent: t.agent }),
    mark: 'new-mark',
    mode: 'found',
    hasTranscript: true,
    conversation: request.facts.conversation,
    workdir: request.facts.workdir,
    delivery: 'none',
    ended: null,
  });
  expect(t.calls).toEqual([]);
});

test('an agent that is taken over says itself which conversation it is in', async () => {
  const t = await launched();
  t.transcripts.add('its own');
  t.statuses.set(t.agent.pid, {
    agent: t.agent,
    conversation: 'its own',
    status: 'idle',
    waitingFor: null,
    account: 'first',
    cwd: '/its/own',
  });
  expect(await launchAgent(t.parts, t.requestFor())).toMatchObject({
    mode: 'found',
    conversation: 'its own',
    workdir: '/its/own',
    hasTranscript: true,
  });
});

test('the previous agent is ended also when another one is taken over: one owner per conversation', async () => {
  const t = await launched();
  const found = await launchAgent(t.parts, t.requestFor({}, { previous: identity(4242) }));
  expect(found.mode).toBe('found');
  expect(t.calls).toEqual(['end']);
});

test('agents of the conversation that nobody noted down are ended before the next one starts', async () => {
  const t = createTestLaunch();
  t.world.lost = { c: [identity(4242), identity(4243)], another: [identity(4244)] };
  const ended: number[] = [];
  const { end } = t.parts.processes;
  const processes = {
    ...t.parts.processes,
    end: async (agent: ProcessIdentity, graceMs: number) => {
      ended.push(agent.pid);
      await end(agent, graceMs);
    },
  };
  const previous = identity(4243);
  await launchAgent({ ...t.parts, processes }, t.requestFor({ conversation: 'c' }, { previous }));
  expect(ended).toEqual([4243, 4242]);
  expect(t.calls).toEqual(['end', 'end', 'intend', 'prepare', 'create']);
});

const WRONG_LINK: CheckError = {
  code: 'guard.divergent',
  path: '/first/projects',
  message: 'projects leads elsewhere',
  line: null,
  column: null,
  account: 'first',
  link: 'projects',
  expected: null,
  found: null,
};

type World = Awaited<ReturnType<typeof launched>>;

test.each<readonly [string, (t: World) => void]>([
  ['ACCOUNT_QUARANTINED', (t) => Object.assign(t.world, { errors: [WRONG_LINK] })],
  ['ACCOUNT_UNAVAILABLE', (t) => Object.assign(t.world, { unusable: ['first'] })],
  ['WORKDIR_MISSING', (t) => rmSync(t.requestFor().facts.workdir, { recursive: true })],
  ['COMMAND_NOT_FOUND', (t) => Object.assign(t.world, { command: null })],
  ['TMUX_UNREACHABLE', (t) => t.fake.hang()],
  ['TRANSCRIPT_VANISHED', () => {}],
])('%s: nothing is started, and the living agent is not ended', async (code, spoil) => {
  const t = await launched();
  spoil(t);
  const request = t.requestFor({ hasTranscript: true }, { previous: t.agent });
  await expect(launchAgent(t.parts, request)).rejects.toMatchObject({ code });
  expect(t.calls).toEqual([]);
  expect(t.fake.processes.isAlive(t.agent)).toBe(true);
});

test('a workdir that is missing is told with how to make it and go on', async () => {
  const t = createTestLaunch();
  const workdir = '/nowhere/my work';
  const message = `the directory ${workdir} does not exist: mkdir -p '${workdir}', then claude-failover session reset`;
  await expect(launchAgent(t.parts, t.requestFor({ workdir }))).rejects.toMatchObject({
    message: expect.stringContaining(message),
  });
});

test('a workdir that is a file is no directory', async () => {
  const t = createTestLaunch();
  const file = new URL(import.meta.url).pathname;
  await expect(launchAgent(t.parts, t.requestFor({ workdir: file }))).rejects.toMatchObject({
    code: 'WORKDIR_MISSING',
  });
});

test('a workdir of which the disk does not tell is not missing', async () => {
  const t = createTestLaunch();
  const { workdir: closed } = t.requestFor().facts;
  const workdir = join(closed, 'below');
  chmodSync(closed, 0);
  const launch = () => launchAgent(t.parts, t.requestFor({ workdir }));
  await expect(untilSettledAsUnprivileged(launch)).rejects.toMatchObject({ code: 'DISK_FAILED' });
});

test('an account that went wrong is told of, with everything that is wrong', async () => {
  const t = createTestLaunch();
  t.world.errors = [WRONG_LINK, { ...WRONG_LINK, message: 'file-history is missing' }];
  await expect(launchAgent(t.parts, t.requestFor())).rejects.toThrow(
    'projects leads elsewhere; file-history is missing',
  );
  expect(t.quarantined).toEqual(['first']);
});

test('an account that cannot be used is told with what says why, also when its links went wrong before', async () => {
  const t = createTestLaunch();
  t.world.unusable = ['second account'];
  const parts = { ...t.parts, accounts: [{ name: 'second account', home: '/s', priority: 1 }] };
  await expect(launchAgent(parts, t.requestFor())).rejects.toMatchObject({
    code: 'ACCOUNT_UNAVAILABLE',
    message: expect.stringContaining("claude-failover account show 'second account'"),
    facts: { account: 'second account' },
  });
  t.world.errors = [WRONG_LINK];
  await expect(launchAgent(parts, t.requestFor())).rejects.toMatchObject({
    code: 'ACCOUNT_QUARANTINED',
  });
});

test('links that are in order again are told before it is asked whether the account can be used', async () => {
  const t = createTestLaunch();
  const isUsable = () => t.inOrder.includes('first');
  await launchAgent({ ...t.parts, isUsable }, t.requestFor());
  expect(t.calls).toContain('create');
  t.world.errors = [WRONG_LINK];
  await expect(launchAgent(t.parts, t.requestFor())).rejects.toThrow();
  expect(t.inOrder).toEqual(['first']);
});

test("a name that another's session has is left alone", async () => {
  const t = createTestLaunch();
  t.fake.addOperatorSession(NAME);
  await expect(launchAgent(t.parts, t.requestFor())).rejects.toMatchObject({
    code: 'TMUX_NAME_TAKEN',
  });
  expect(t.calls).toEqual([]);
});

test.each([false, true])(
  'an agent that lives on in a session an operator renamed is not ended, name taken (%s) or not',
  async (isTaken) => {
    const t = await launched();
    t.fake.renameSession(NAME, 'mine');
    if (isTaken) t.fake.addOperatorSession(NAME);
    const request = t.requestFor({}, { previous: t.agent });
    await expect(launchAgent(t.parts, request)).rejects.toMatchObject({ code: 'SESSION_RENAMED' });
    expect(t.calls).toEqual([]);
    expect(t.fake.processes.isAlive(t.agent)).toBe(true);
  },
);

test('a name that is taken in the last moment is left alone too', async () => {
  const t = createTestLaunch();
  const { prepare } = t.parts.agent;
  const parts = {
    ...t.parts,
    agent: {
      ...t.parts.agent,
      prepare: async (launch: Parameters<typeof prepare>[0]) => {
        t.fake.addOperatorSession(NAME);
        return await prepare(launch);
      },
    },
  };
  await expect(launchAgent(parts, t.requestFor())).rejects.toMatchObject({
    code: 'TMUX_NAME_TAKEN',
  });
});

test('a transcript that vanishes while the previous agent ends is not silently begun afresh', async () => {
  const t = await launched();
  t.transcripts.add('c');
  t.world.onEnd = () => t.transcripts.delete('c');
  const request = t.requestFor({ conversation: 'c', hasTranscript: true }, { previous: t.agent });
  await expect(launchAgent(t.parts, request)).rejects.toMatchObject({
    code: 'TRANSCRIPT_VANISHED',
  });
  expect(t.calls).toEqual(['end']);
});

test('a store that cannot commit the intent keeps the agent from starting', async () => {
  const t = createTestLaunch();
  const parts = {
    ...t.parts,
    store: { noteIntent: () => Promise.reject(new Error('the disk is full')) },
  };
  await expect(launchAgent(parts, t.requestFor())).rejects.toThrow('the disk is full');
  expect(t.fake.launches).toEqual([]);
});
