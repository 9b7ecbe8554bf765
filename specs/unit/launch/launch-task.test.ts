import { rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { launchAgent } from '../../../actors/launch/launch-agent.ts';
import type { SessionFacts } from '../../../machines/ports.ts';
import type { LaunchRequest } from '../../../machines/session/types.ts';
import type { TurnFailure, TurnOutcome } from '../../../machines/signals.ts';
import type { HeldTask } from '../../../machines/tasks.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { createTestLaunch } from '../../harness/test-launch.ts';
import { heldTask } from '../../harness/test-session.ts';

const ID = heldTask().id;
const WHOLE = `[task ${ID}]\nFix the build`;
const GO_ON = `[task ${ID}]\nGo on.`;
/** The session's own conversation. */
const OWN = 'own';
const DONE: TurnOutcome = { kind: 'done', result: 'fixed' };
const FAILED: TurnFailure = {
  kind: 'failed',
  error: 'server_error',
  message: 'API Error: 529 Overloaded',
  status: 529,
  at: Date.UTC(2030, 0, 1),
  prompt: 'p',
  source: 'transcript',
};
const LIMITED: TurnFailure = {
  ...FAILED,
  error: 'rate_limit',
  message: "You've hit your session limit · resets 8:13am (UTC)",
  status: 429,
};
const SIGNED_OUT: TurnFailure = { ...FAILED, error: 'authentication_failed', status: 401 };
const THROTTLED: TurnFailure = {
  ...LIMITED,
  message: 'API Error: Server is temporarily limiting requests (not your usage limit)',
};

interface Given {
  readonly task?: Partial<HeldTask>;
  readonly facts?: Partial<SessionFacts>;
  /** Conversations that are on disk. */
  readonly onDisk?: readonly string[];
  /** The conversation whose transcript shows the task's prompt, and how that turn ended. */
  readonly shownIn?: readonly [conversation: string, outcome: TurnOutcome | null];
  readonly text?: string;
}

/** A launch with a task, in a world where this is so. */
function given({ task, facts, onDisk = [], shownIn, text = 'Fix the build' }: Given = {}) {
  const t = createTestLaunch();
  const project = tempDir();
  t.texts.set(ID, text);
  for (const conversation of onDisk) t.transcripts.add(conversation);
  if (shownIn) t.turns.set(`${shownIn[0]} ${ID}`, { prompted: true, outcome: shownIn[1] });
  const request = t.requestFor(
    { conversation: OWN, ...facts },
    { reason: 'task', task: heldTask({ project, ...task }) },
  );
  return { ...t, project, request, launch: () => launchAgent(t.parts, request) };
}

test.each<readonly [string, Given, object, object]>([
  [
    'begins in the session`s own conversation when nothing was said in it yet',
    {},
    { mode: 'new', conversation: OWN, hasTranscript: false, delivery: 'argument', ended: null },
    { prompt: WHOLE },
  ],
  [
    'begins in a new conversation when the session`s own was used',
    { onDisk: [OWN] },
    { mode: 'new', conversation: 'another', hasTranscript: false, delivery: 'argument' },
    { prompt: WHOLE },
  ],
  [
    'begins in a new conversation when the session`s own has vanished',
    { facts: { hasTranscript: true } },
    { mode: 'new', conversation: 'another' },
    { prompt: WHOLE },
  ],
  [
    'whose agent ended after it had taken the prompt and before it wrote it down begins again',
    { task: { conversation: OWN, confirmed: true } },
    { mode: 'new', conversation: OWN, hasTranscript: false, delivery: 'argument' },
    { prompt: WHOLE },
  ],
  [
    'that was taken elsewhere and never written down begins again, in whichever session',
    { task: { conversation: 'its', attempts: 1 }, onDisk: [OWN], facts: { hasTranscript: true } },
    { mode: 'new', conversation: 'its', hasTranscript: false, delivery: 'argument', ended: null },
    { prompt: WHOLE },
  ],
  [
    'goes on where its prompt is, though nobody had heard that it was taken',
    { onDisk: [OWN], shownIn: [OWN, null] },
    { mode: 'resume', conversation: OWN, hasTranscript: true, delivery: 'argument', ended: null },
    { prompt: GO_ON },
  ],
  [
    'goes on in its own conversation, whichever the session has',
    { task: { conversation: 'its' }, onDisk: ['its', OWN], shownIn: ['its', null] },
    { mode: 'resume', conversation: 'its' },
    { prompt: GO_ON },
  ],
  [
    'goes on in its own conversation also when that does not show its prompt',
    { task: { conversation: 'its' }, onDisk: ['its'] },
    { mode: 'resume', conversation: 'its', delivery: 'argument' },
    { prompt: GO_ON },
  ],
  [
    'goes on after a person interrupted it',
    { onDisk: [OWN], shownIn: [OWN, { kind: 'interrupted' }] },
    { mode: 'resume', delivery: 'argument', ended: null },
    { prompt: GO_ON },
  ],
  [
    'that is done by its transcript is not begun again',
    { onDisk: [OWN], shownIn: [OWN, DONE] },
    { mode: 'resume', conversation: OWN, delivery: 'none', ended: DONE },
    { prompt: null },
  ],
  [
    'that failed in this lease has failed',
    { task: { conversation: OWN, confirmed: true }, onDisk: [OWN], shownIn: [OWN, FAILED] },
    { mode: 'resume', delivery: 'none', ended: FAILED },
    { prompt: null },
  ],
  [
    'that met a limit of its account in this lease goes on',
    { task: { conversation: OWN, confirmed: true }, onDisk: [OWN], shownIn: [OWN, LIMITED] },
    { mode: 'resume', conversation: OWN, delivery: 'argument', ended: null },
    { prompt: GO_ON },
  ],
  [
    'whose account was logged out in this lease goes on',
    { task: { conversation: OWN, confirmed: true }, onDisk: [OWN], shownIn: [OWN, SIGNED_OUT] },
    { mode: 'resume', conversation: OWN, delivery: 'argument', ended: null },
    { prompt: GO_ON },
  ],
  [
    'that the server throttled in this lease has failed: no account is at its limit by that',
    { task: { conversation: OWN, confirmed: true }, onDisk: [OWN], shownIn: [OWN, THROTTLED] },
    { mode: 'resume', delivery: 'none', ended: THROTTLED },
    { prompt: null },
  ],
  [
    'that failed in an earlier lease is tried again in its conversation',
    { task: { conversation: OWN }, onDisk: [OWN], shownIn: [OWN, FAILED] },
    { mode: 'resume', delivery: 'argument', ended: null },
    { prompt: GO_ON },
  ],
])('a task %s', async (_, world, launched, prepared) => {
  const t = given(world);
  expect(await t.launch()).toMatchObject({ ...launched, workdir: t.project });
  expect(t.prepared).toHaveLength(1);
  expect(t.prepared[0]).toMatchObject({ ...prepared, workdir: t.project });
  expect(t.fake.launches[0]?.cwd).toBe(t.project);
});

test('the conversation and the directory of the task are committed before tmux is asked', async () => {
  const t = given({ onDisk: [OWN] });
  await t.launch();
  expect(t.calls).toEqual(['intend', 'prepare', 'create']);
  expect(await t.store.sessions()).toMatchObject([
    { conversation: 'another', workdir: t.project, agent: null },
  ]);
});

test('a prompt that does not fit an argument is left to be pasted', async () => {
  const t = given({ text: 'x'.repeat(100 * 1024) });
  expect(await t.launch()).toMatchObject({ mode: 'new', delivery: 'paste' });
  expect(t.prepared[0]?.prompt).toBeNull();
});

test('what the previous agent writes as it ends is seen: its turn may have ended', async () => {
  const t = given({ onDisk: [OWN] });
  const first = await t.launch();
  t.world.onEnd = () => t.turns.set(`${OWN} ${ID}`, { prompted: true, outcome: DONE });
  const again = await launchAgent(t.parts, { ...t.request, previous: first.pane.agent });
  expect(again).toMatchObject({ mode: 'resume', ended: DONE });
});

test('a task whose transcript has vanished is not begun again, and the living agent not ended', async () => {
  const t = given({ task: { conversation: OWN }, facts: { hasTranscript: true } });
  await expect(t.launch()).rejects.toMatchObject({
    code: 'TRANSCRIPT_VANISHED',
    message: expect.stringContaining(`the task ${ID} had begun in it`),
  });
  expect(t.calls).toEqual([]);
});

test('a task whose directory is gone is not started, and no reset of the session is advised', async () => {
  const t = given();
  rmSync(t.project, { recursive: true });
  await expect(t.launch()).rejects.toMatchObject({
    code: 'WORKDIR_MISSING',
    message: `the directory ${t.project} does not exist`,
  });
  expect(t.calls).toEqual([]);
});

test('a task that the store has forgotten is not started', async () => {
  const t = given();
  t.texts.clear();
  await expect(t.launch()).rejects.toMatchObject({ code: 'TASK_UNKNOWN' });
  expect(t.calls).toEqual([]);
});

/** A task for a session whose agent is at its prompt in another conversation. */
async function givenBehindAnother() {
  const t = given({ onDisk: [OWN] });
  t.world.says = 'idle';
  const { pane } = await t.launch();
  t.calls.length = 0;
  const request: LaunchRequest = { ...t.request, previous: pane.agent };
  return {
    ...t,
    launchAgain: (more: Partial<typeof request> = {}) =>
      launchAgent(t.parts, { ...request, ...more }),
    person: (how?: { readonly at: number }) => t.fake.attachPerson(request.facts.name, how),
    hideThePeople: () => {
      const presence = () => Promise.reject(new Error('tmux timed out'));
      Object.assign(t.parts.tmux, { presence });
    },
  };
}

test('a session that is killed while its old agent ends is no fault of the task: the launch is tried again, and the task runs', async () => {
  const t = await givenBehindAnother();
  const { name } = t.request.facts;
  t.world.onEnd = () => t.fake.killSession(name);
  await expect(t.launchAgain()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  t.world.onEnd = () => {};
  expect(await t.launchAgain()).toMatchObject({ mode: 'new', delivery: 'argument' });
  expect(t.prepared.at(-1)).toMatchObject({ prompt: WHOLE });
});

test('an old agent at its prompt, with nobody there, makes room for the task', async () => {
  const t = await givenBehindAnother();
  await t.launchAgain();
  expect(t.calls).toContain('end');
});

type World = Awaited<ReturnType<typeof givenBehindAnother>>;
const HOUR_AGO = Date.now() - 3_600_000;

test.each<readonly [string, (t: World) => void]>([
  ['works at its prompt', ({ person }) => void person({ at: Date.now() })],
  ['has left a line half-typed and looks on', (t) => t.person().type('half', HOUR_AGO)],
  ['has started a turn', ({ world }) => void Object.assign(world, { says: 'busy' })],
  ['is asked something', ({ world }) => void Object.assign(world, { says: 'waiting' })],
  ['may be there behind a tmux that does not tell', (t) => t.hideThePeople()],
])('an old agent is not ended under the hands of a person who %s', async (_, happen) => {
  const t = await givenBehindAnother();
  happen(t);
  await expect(t.launchAgain()).rejects.toMatchObject({ code: 'DELIVERY_POSTPONED' });
  expect(t.calls).toEqual([]);
});

test('an old agent whose turn is over, and whose status says so a moment later, makes room for the task', async () => {
  const t = await givenBehindAnother();
  t.world.says = 'busy';
  t.world.onSleep = () => {
    t.world.says = 'idle';
  };
  await t.launchAgain();
  expect(t.calls).toContain('end');
});

test('an agent that must end whatever it does is ended: its task is let go of', async () => {
  const t = await givenBehindAnother();
  t.world.says = 'busy';
  await t.launchAgain({ task: null });
  expect(t.calls).toContain('end');
});

test('of the conversation that its task goes on with nobody is left, as of the session’s own', async () => {
  const t = given({ task: { conversation: 'its' }, onDisk: ['its'] });
  const asked: string[] = [];
  const lostAgents = (conversation: string) => {
    asked.push(conversation);
    return [];
  };
  await launchAgent({ ...t.parts, processes: { ...t.parts.processes, lostAgents } }, t.request);
  expect(asked.sort()).toEqual(['its', OWN]);
});
