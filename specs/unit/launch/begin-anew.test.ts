import { rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { launchAgent } from '../../../actors/launch/launch-agent.ts';
import type { LaunchRequest } from '../../../machines/session/types.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { createTestLaunch } from '../../harness/test-launch.ts';

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
  const anew = { conversation: 'afresh', workdir: tempDir() };
  const facts = { conversation: 'c', hasTranscript: true, workdir };
  const launch = (more: Partial<LaunchRequest> = {}) =>
    launchAgent(t.parts, t.requestFor(facts, { anew, ...more }));
  return { ...t, workdir, anew, launch };
}

test('a conversation that was lost is begun anew where that is allowed', async () => {
  const t = forgiven();
  const started = await t.launch();
  expect(started).toMatchObject({ mode: 'new', hasTranscript: false, ...t.anew });
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
  expect(await t.launch()).toMatchObject({ mode: 'new', ...t.anew });
});

test('where nobody has allowed it, a lost conversation is not begun anew', async () => {
  const t = forgiven();
  await expect(t.launch({ anew: null })).rejects.toMatchObject({ code: 'TRANSCRIPT_VANISHED' });
});

test('nor is that of a task, which had begun in it', async () => {
  const t = forgiven();
  await expect(t.launch({ task: TASK })).rejects.toMatchObject({ code: 'TRANSCRIPT_VANISHED' });
});
