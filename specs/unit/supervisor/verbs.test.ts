import { expect, test } from '@jest/globals';
import type { OperatorVerb } from '../../../machines/session/types.ts';
import { decideVerb } from '../../../supervisor/verbs.ts';
import { paneOf, refusal, startTestSession, type TestSession } from '../../harness/test-session.ts';

const decide = (t: TestSession, verb: OperatorVerb, restart = false) =>
  decideVerb(t.snapshot(), verb, { restart });

async function ready() {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  return t;
}

test.each(['hold', 'restart'] as const)('%s of a session that is ready is done', async (verb) => {
  expect(decide(await ready(), verb)).toEqual({
    kind: 'send',
    event: { type: `operator.${verb}` },
  });
});

test.each(['release', 'reset', 'adopt'] as const)(
  '%s of a session that is ready changes nothing',
  async (verb) => {
    expect(decide(await ready(), verb)).toEqual({ kind: 'already' });
  },
);

test('hold asked for twice is done once, also while it waits to take hold', () => {
  const t = startTestSession();
  t.send({ type: 'operator.hold' });
  expect(decide(t, 'hold')).toEqual({ kind: 'already' });
  expect(decide(t, 'release')).toMatchObject({ kind: 'send' });
});

test('restart of a session that is being launched is under way already', () => {
  expect(decide(startTestSession(), 'restart')).toEqual({ kind: 'already' });
});

test.each([
  [{ kind: 'failed' }, 'session reset pool-0'],
  [{ kind: 'held', pane: null }, 'session release pool-0'],
  [{ kind: 'blocked' }, 'session adopt pool-0 --restart'],
] as const)('restart of a session that is %j names the verb that helps', (start, help) => {
  expect(decide(startTestSession({ start }), 'restart')).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(help),
  });
});

test('restart of a session that is being adopted is refused too', () => {
  const t = startTestSession({ start: { kind: 'blocked' } }, { byHand: true });
  t.send({ type: 'operator.adopt', restart: false });
  expect(decide(t, 'restart')).toMatchObject({ kind: 'refused' });
});

test('reset is done whenever anything counts against the session', async () => {
  expect(decide(startTestSession({ start: { kind: 'failed' } }), 'reset')).toEqual({
    kind: 'already',
  });
  const crashed = await ready();
  crashed.dies();
  expect(decide(crashed, 'reset')).toMatchObject({ kind: 'send' });
  const delayed = startTestSession();
  delayed.launches.next.push(refusal('TMUX_TIMED_OUT'));
  await delayed.settle();
  expect(decide(delayed, 'reset')).toMatchObject({ kind: 'send' });
});

test('adopt carries whether the session is to be relaunched', () => {
  const t = startTestSession({ start: { kind: 'blocked' } });
  for (const restart of [true, false]) {
    expect(decide(t, 'adopt', restart)).toEqual({
      kind: 'send',
      event: { type: 'operator.adopt', restart },
    });
  }
});

test('a second adopt while one is under way is not said to be done', () => {
  const t = startTestSession({ start: { kind: 'blocked' } }, { byHand: true });
  t.send({ type: 'operator.adopt', restart: false });
  expect(decide(t, 'adopt', true)).toMatchObject({ kind: 'refused' });
});

test('adopt of a session that is ours is done already', () => {
  const t = startTestSession({ start: { kind: 'adopt', pane: paneOf(5), mark: 'm' } });
  expect(decide(t, 'adopt', true)).toEqual({ kind: 'already' });
});
