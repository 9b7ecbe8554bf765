import { expect, test } from '@jest/globals';
import type { SessionStart } from '../../../machines/session/types.ts';
import { beliefOf } from '../../../supervisor/belief.ts';
import { identity, paneOf, refusal, startTestSession } from '../../harness/test-session.ts';

test.each<readonly [SessionStart, string]>([
  [{ kind: 'launch' }, 'launching'],
  [{ kind: 'adopt', pane: paneOf(5), mark: 'm' }, 'settled'],
  [{ kind: 'held', pane: null }, 'settled'],
  [{ kind: 'blocked' }, 'blocked'],
  [{ kind: 'failed' }, 'failed'],
])('a session that starts as %j is %s', (start, phase) => {
  expect(beliefOf(startTestSession({ start }).snapshot()).phase).toBe(phase);
});

test('while an adoption is under way its result tells, not a listing', () => {
  const t = startTestSession({ start: { kind: 'blocked' } }, { byHand: true });
  t.send({ type: 'operator.adopt', restart: false });
  expect(beliefOf(t.snapshot()).phase).toBe('launching');
});

test('a session that runs is believed to have its agent under its mark', async () => {
  const t = startTestSession();
  await t.settle();
  expect(beliefOf(t.snapshot())).toEqual({
    name: 'pool-0',
    mark: t.context().mark,
    agent: identity(101),
    previous: null,
    phase: 'settled',
  });
});

test('a recreation is a launch, and the wait before it is not', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  expect(beliefOf(t.snapshot())).toMatchObject({ phase: 'settled', agent: null });
  t.pass(1000);
  expect(beliefOf(t.snapshot()).phase).toBe('launching');
});

test('an agent that the next launch ends is known as such, but not where no launch follows', async () => {
  const t = startTestSession();
  await t.settle();
  t.pass(30_000);
  expect(beliefOf(t.snapshot()).previous).toEqual(identity(101));
  t.send({ type: 'operator.hold' });
  expect(beliefOf(t.snapshot()).previous).toBeNull();
  t.send({ type: 'operator.release' });
  t.launches.next.push(refusal('TMUX_NAME_TAKEN'));
  await t.settle();
  expect(beliefOf(t.snapshot())).toMatchObject({ phase: 'blocked', previous: null });
});
