import { expect, test } from '@jest/globals';
import { adoptSession } from '../../../actors/launch/adopt-session.ts';
import { createTestLaunch } from '../../harness/test-launch.ts';

const request = { session: 'pool-0', mark: 'new-mark', previous: null, restart: false };

async function withOperatorSession() {
  const t = createTestLaunch();
  t.fake.addOperatorSession('pool-0');
  const pane = await t.fake.activePane('pool-0');
  return { ...t, pane };
}

test('a session in which a client of ours runs is taken over with what its client says', async () => {
  const t = await withOperatorSession();
  const status = {
    agent: t.pane.agent,
    conversation: 'theirs',
    status: 'idle',
    waitingFor: null,
    cwd: '/theirs',
    account: 'second',
  } as const;
  t.statuses.set(t.pane.agent.pid, status);
  expect(await adoptSession(t.parts, request)).toEqual({ pane: t.pane, status, restart: false });
  expect(await t.fake.observe(['pool-0'])).toMatchObject({
    sessions: [{ name: 'pool-0', mark: 'new-mark', pane: { agent: t.pane.agent } }],
  });
});

test('anything else is left as it is: it would never be ready, and would be ended', async () => {
  const t = await withOperatorSession();
  await expect(adoptSession(t.parts, request)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('adopt pool-0 --restart'),
  });
  expect(t.calls).toEqual([]);
});

test('with a restart anything may be replaced', async () => {
  const t = await withOperatorSession();
  expect(await adoptSession(t.parts, { ...request, restart: true })).toEqual({
    pane: t.pane,
    status: null,
    restart: true,
  });
});

test('an agent of ours that outlived its pane is ended first: nothing would look for it any more', async () => {
  const t = createTestLaunch();
  const { agent } = await t.fake.create({ ...request, cwd: '/', command: ['sh', 'c'] });
  t.fake.outlivePanes();
  t.fake.killSession('pool-0');
  t.fake.addOperatorSession('pool-0');
  await adoptSession(t.parts, { ...request, previous: agent, restart: true });
  expect(t.calls).toEqual(['end', 'adopt']);
  expect(t.fake.processes.isAlive(agent)).toBe(false);
});

test('an agent of ours that runs in the very pane is not ended', async () => {
  const t = await withOperatorSession();
  await adoptSession(t.parts, { ...request, previous: t.pane.agent, restart: true });
  expect(t.calls).toEqual(['adopt']);
});

test('a session that is gone cannot be adopted', async () => {
  const t = createTestLaunch();
  await expect(adoptSession(t.parts, request)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
