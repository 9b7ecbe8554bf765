import { expect, test } from '@jest/globals';
import { paneOf, refusal, startTestSession } from '../../../harness/test-session.ts';

const AGENT = { session: 'pool-0', index: 0, account: 'first' } as const;

test('creation and readiness are told with the agent', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  const { conversation } = t.context();
  expect(t.entries()).toEqual([
    { event: 'session.created', ...AGENT, conversation, pid: 101 },
    { event: 'session.ready', ...AGENT, conversation, pid: 101 },
  ]);
});

test('a crash tells cause, attempt n of m and the wait that really follows', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.dies();
  const { conversation } = t.context();
  const crash = t.entry('session.crashed');
  expect(crash).toEqual({
    event: 'session.crashed',
    ...AGENT,
    conversation,
    pid: 101,
    task: null,
    cause: { kind: 'signal', signal: 9 },
    attempt: 1,
    of: 2,
    delayMs: 750,
    evidence: null,
  });
  t.pass((crash?.delayMs ?? 0) - 1);
  expect(t.launches.asked).toHaveLength(1);
  t.pass(1);
  expect(t.launches.asked).toHaveLength(2);
});

test('the recreation tells the same attempt, the wait there was, and the new agent', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.pass(750);
  await t.settle();
  expect(t.entry('session.recreated')).toEqual({
    event: 'session.recreated',
    ...AGENT,
    conversation: t.context().conversation,
    pid: 102,
    task: null,
    cause: { kind: 'signal', signal: 9 },
    attempt: 1,
    of: 2,
    delayMs: 750,
  });
});

test('giving up is said once, after the crash that caused it, and promises no restart', async () => {
  const t = startTestSession({ crashTimes: [-2, -1] });
  await t.settle();
  t.dies();
  expect(t.logged()).toEqual(['session.created', 'session.crashed', 'session.failed']);
  expect(t.entry('session.crashed')).toMatchObject({ attempt: 3, of: 2, delayMs: null });
  expect(t.entry('session.failed')).toMatchObject({
    code: 'RESTART_INTENSITY',
    reason: '3 crashes within 60 s; the last: the agent was ended by SIGKILL',
    evidence: { crashes: 3, launchFailures: 0 },
  });
});

test('a launch that is tried again tells why, the how manieth failure it is, and the wait', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  await t.settle();
  expect(t.entry('session.delayed')).toEqual({
    event: 'session.delayed',
    ...AGENT,
    conversation: t.context().conversation,
    code: 'TMUX_TIMED_OUT',
    reason: 'refused: TMUX_TIMED_OUT',
    attempt: 1,
    of: 2,
    delayMs: 750,
  });
});

test('a launch that fails in a held session promises no other', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.send({ type: 'operator.hold' });
  await t.settle();
  expect(t.logged()).toEqual(['session.delayed', 'session.held']);
  expect(t.entry('session.delayed')?.delayMs).toBeNull();
});

test('a launch that runs when a hold comes is still told of', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.pass(750);
  t.send({ type: 'operator.hold' });
  await t.settle();
  expect(t.logged().slice(-2)).toEqual(['session.recreated', 'session.held']);
});

test('a reset during the recreation does not make it the zeroth restart', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.pass(750);
  t.send({ type: 'operator.reset' });
  await t.settle();
  expect(t.entry('session.recreated')?.attempt).toBe(1);
});

test('a vanished agent whose pid nobody knew is told as such', () => {
  const death = { pid: null, cause: { kind: 'vanished' }, lastScreen: '' } as const;
  const t = startTestSession({ start: { kind: 'died', death } });
  expect(t.entry('session.crashed')?.pid).toBeNull();
});

test('a blocked session tells the verbs that help', () => {
  const t = startTestSession({ start: { kind: 'blocked' } });
  expect(t.entries()).toEqual([
    {
      event: 'session.blocked',
      session: 'pool-0',
      index: 0,
      reason: expect.stringContaining('session adopt pool-0'),
    },
  ]);
});

test('an adopted agent is told with its pid', () => {
  const t = startTestSession({ start: { kind: 'adopt', pane: paneOf(88), mark: 'm' } });
  expect(t.entry('session.adopted')?.pid).toBe(88);
});
