import { expect, test } from '@jest/globals';
import type { AccountUsage } from '../../../machines/signals.ts';
import { accountNamed } from '../../../supervisor/children.ts';
import { sessionNamed } from '../../../supervisor/pool.ts';
import { createUsageDesk } from '../../../supervisor/usage-desk.ts';
import { startTestRoot } from '../../harness/test-root.ts';

const used = (usedPercent: number): AccountUsage => ({
  fiveHour: { usedPercent, resetsAt: 9e12, toldAt: null },
  sevenDay: null,
});

/** A desk before its pool, and after. */
function startDesk() {
  let say = (_: string, __: AccountUsage) => {};
  const desk = createUsageDesk({
    onUsage: (listener) => {
      say = listener;
      return () => {};
    },
  });
  const t = startTestRoot({ byHand: true });
  return {
    ...t,
    open: () => desk.open(t.root),
    say: (session: string, usage: AccountUsage) => say(session, usage),
    usageOf: (account: string) =>
      accountNamed(t.root, account)?.getSnapshot().context.facts.usage.fiveHour?.usedPercent,
  };
}

test('what an agent says is told to the account that its session is on', () => {
  const t = startDesk();
  t.open();
  t.say('pool-0', used(5));
  expect([t.usageOf('first'), t.usageOf('second')]).toEqual([5, undefined]);
});

test('what was said before the sessions were known is told then, the last word of each', () => {
  const t = startDesk();
  t.say('pool-0', used(5));
  t.say('pool-0', used(6));
  expect(t.usageOf('first')).toBeUndefined();
  t.open();
  expect(t.usageOf('first')).toBe(6);
});

test('what a session says that has no machine now is kept until it has one', () => {
  const t = startDesk();
  t.open();
  t.root.send({ type: 'xstate.error.actor.pool-1', actorId: 'pool-1', error: new Error('a bug') });
  t.say('pool-1', used(7));
  expect(t.usageOf('first')).toBeUndefined();
  t.root.send({ type: 'session.spawn', session: t.inputOf('pool-1') });
  t.say('pool-0', { fiveHour: null, sevenDay: null });
  expect(t.usageOf('first')).toBe(7);
});

test('while a session moves, what its agent says is of the account that it leaves', async () => {
  const t = startDesk();
  t.open();
  await t.settle();
  t.launches.answer();
  await t.settle();
  const session = sessionNamed(t.root, 'pool-2');
  const { agent, conversation } = t.contextOf('pool-2');
  if (agent === null) throw new Error('it has no agent');
  const says = { agent, conversation, status: 'idle', account: 'first' } as const;
  const status = { ...says, waitingFor: null, cwd: null };
  session?.send({ type: 'agent.status', status, hasTranscript: true });
  session?.send({ type: 'failover.move', account: 'second' });
  expect(t.contextOf('pool-2').account).toBe('second');
  t.say('pool-2', used(100));
  expect([t.usageOf('first'), t.usageOf('second')]).toEqual([100, undefined]);
});
