import { expect, test } from '@jest/globals';
import { endSession } from '../../../actors/launch/end-session.ts';
import { createTestLaunch } from '../../harness/test-launch.ts';

/** An agent of ours that lives in its session. */
async function withAgent() {
  const t = createTestLaunch();
  const create = { session: 'pool-0', mark: 'mark', cwd: '/', command: ['sh', 'c'] };
  const { agent } = await t.fake.create(create);
  return { ...t, agent, end: () => endSession(t.parts, { session: 'pool-0', process: agent }) };
}

test('the agent of a session is ended, and confirmed gone', async () => {
  const t = await withAgent();
  await t.end();
  expect(t.fake.processes.isAlive(t.agent)).toBe(false);
});

test('where there is nobody to end, nothing is done', async () => {
  const t = createTestLaunch();
  await endSession(t.parts, { session: 'pool-0', process: null });
  expect(t.calls).toEqual([]);
});

test('an agent that outlived its session is ended, too', async () => {
  const t = await withAgent();
  t.fake.outlivePanes();
  t.fake.killSession('pool-0');
  await t.end();
  expect(t.fake.processes.isAlive(t.agent)).toBe(false);
});

test('so is one that outlived the whole tmux server', async () => {
  const t = await withAgent();
  t.fake.outlivePanes();
  t.fake.loseServer();
  await t.end();
  expect(t.fake.processes.isAlive(t.agent)).toBe(false);
});

test('an agent that an operator took away under another name lives on', async () => {
  const t = await withAgent();
  t.fake.renameSession('pool-0', 'theirs');
  await expect(t.end()).rejects.toMatchObject({ code: 'SESSION_RENAMED' });
  expect(t.fake.processes.isAlive(t.agent)).toBe(true);
});

test('nobody is ended while tmux does not tell where they are', async () => {
  const t = await withAgent();
  t.fake.hang();
  await expect(t.end()).rejects.toMatchObject({ code: 'TMUX_UNREACHABLE' });
  expect(t.fake.processes.isAlive(t.agent)).toBe(true);
});
