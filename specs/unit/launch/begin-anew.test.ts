import { rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { launchAgent } from '../../../actors/launch/launch-agent.ts';
import type { LaunchRequest } from '../../../machines/session/types.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { createTestLaunch } from '../../harness/test-launch.ts';
import { identity } from '../../harness/test-session.ts';

const TASK: NonNullable<LaunchRequest['task']> = {
  id: 'task-1',
  fence: 1,
  project: '/',
  conversation: 'c',
  attempts: 1,
  confirmed: true,
};

/** A session whose conversation had begun in a directory of its own, and may be begun anew elsewhere. */
function forgiven() {
  const t = createTestLaunch();
  const workdir = tempDir();
  const afresh = { conversation: 'afresh', workdir: tempDir() };
  const anew = { ...afresh, unless: 'onDisk' } as const;
  const facts = { conversation: 'c', hasTranscript: true, workdir };
  const launch = (more: Partial<LaunchRequest> = {}) =>
    launchAgent(t.parts, t.requestFor(facts, { anew, ...more }));
  return { ...t, workdir, afresh, anew, launch };
}

test('a conversation that was lost is begun anew where that is allowed', async () => {
  const t = forgiven();
  const started = await t.launch();
  expect(started).toMatchObject({ mode: 'new', hasTranscript: false, ...t.afresh });
});

test('one that was put back meanwhile goes on: nothing is begun anew', async () => {
  const t = forgiven();
  t.transcripts.add('c');
  const { workdir } = t;
  expect(await t.launch()).toMatchObject({ mode: 'resume', conversation: 'c', workdir });
});

test('one whose directory is gone is begun anew, and goes on once that is there again', async () => {
  const t = forgiven();
  t.transcripts.add('c');
  rmSync(t.workdir, { recursive: true });
  expect(await t.launch()).toMatchObject({ mode: 'new', ...t.afresh });
});

test('one that a client did not find is begun anew while its transcript lies in the folder of another directory', async () => {
  const t = forgiven();
  t.transcripts.add('c');
  t.world.misplaced = ['c'];
  const anew = { ...t.anew, unless: 'inItsFolder' } as const;
  expect(await t.launch({ anew })).toMatchObject({ mode: 'new', ...t.afresh });
});

test('one that was put where the client looks goes on', async () => {
  const t = forgiven();
  t.transcripts.add('c');
  const anew = { ...t.anew, unless: 'inItsFolder' } as const;
  const { workdir } = t;
  expect(await t.launch({ anew })).toMatchObject({ mode: 'resume', conversation: 'c', workdir });
});

test('before a client has looked for it, one goes on wherever it is: it may look in more places than one', async () => {
  const t = forgiven();
  t.transcripts.add('c');
  t.world.misplaced = ['c'];
  expect(await t.launch()).toMatchObject({ mode: 'resume', conversation: 'c' });
});

test('an agent of the lost conversation that nobody noted down is ended before another one is begun', async () => {
  const t = forgiven();
  t.world.lost = { c: [identity(4242)] };
  await t.launch();
  expect(t.calls).toEqual(['end', 'intend', 'prepare', 'create']);
});

test('where nobody has allowed it, a lost conversation is not begun anew', async () => {
  const t = forgiven();
  await expect(t.launch({ anew: null })).rejects.toMatchObject({ code: 'TRANSCRIPT_VANISHED' });
});

test('nor is that of a task, which had begun in it', async () => {
  const t = forgiven();
  await expect(t.launch({ task: TASK })).rejects.toMatchObject({ code: 'TRANSCRIPT_VANISHED' });
});
