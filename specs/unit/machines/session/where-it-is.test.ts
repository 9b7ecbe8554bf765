import { expect, test } from '@jest/globals';
import type { SessionFacts } from '../../../../machines/ports.ts';
import { startReady, startRunning } from '../../../harness/session-tasks.ts';
import {
  identity,
  paneOf,
  refusal,
  startTestSession,
  statusOf,
} from '../../../harness/test-session.ts';
import { limited } from '../../../harness/turn-failures.ts';

test('until it is there, the store is told that it is where its agent may still live', async () => {
  const t = await startReady({}, { byHand: true });
  t.move('second');
  expect(t.facts()).toMatchObject({ account: 'first', agent: null });
  t.send({ type: 'operator.hold' });
  expect(t.facts()).toMatchObject({ account: 'first', held: true });
  expect(t.launches.asked.at(-1)?.facts.account).toBe('second');
  t.launches.answer();
  await t.settle();
  expect(t.facts()).toMatchObject({ account: 'second', held: true });
});

test.each([
  ['TMUX_TIMED_OUT', 'moving.delayed'],
  ['AGENT_WILL_NOT_DIE', 'failed'],
  ['TMUX_NAME_TAKEN', 'blocked'],
] as const)('also after a launch that failed: %s', async (code, where) => {
  const t = await startRunning();
  t.ends(limited());
  t.launches.next.push(refusal(code));
  t.move('second');
  await t.settle();
  expect(t.where()).toBe(where);
  expect(t.facts()?.account).toBe('first');
  t.send({ type: 'operator.hold' });
  expect(t.facts()?.account).toBe('first');
});

test('an agent that was started there says itself where it is, should its daemon have died before it heard', async () => {
  const t = await startReady({}, { byHand: true });
  t.move('second');
  const before = t.facts() as SessionFacts;
  const next = startTestSession(
    { start: { kind: 'adopt', pane: paneOf(900), mark: 'm' }, facts: before },
    { byHand: true },
  );
  const status = statusOf(next.context(), { account: 'second', status: 'busy' });
  next.readings.answer({ status, hasTranscript: true });
  await next.settle();
  expect(next.facts()).toMatchObject({ account: 'second', agent: identity(900) });
});
