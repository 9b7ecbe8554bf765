import { expect, test } from '@jest/globals';
import type { SessionContext } from '../../../machines/session/types.ts';
import type { TurnFailure } from '../../../machines/signals.ts';
import type { SessionSnapshot } from '../../../supervisor/belief.ts';
import type { SwitchPhase } from '../../../supervisor/switch-facts.ts';
import { openFailoverOf, switchSessionOf } from '../../../supervisor/switch-view.ts';
import { limitOf } from '../../harness/switch-facts.ts';
import { startTestFailover } from '../../harness/test-failover.ts';
import {
  heldTask,
  identity,
  refusal,
  START,
  startTestSession,
} from '../../harness/test-session.ts';

/** A session at its prompt on the first account, as its machine has it, in another state. */
async function seen(value: unknown, overrides: Partial<SessionContext> = {}) {
  const t = startTestSession();
  await t.settle();
  t.says('idle', { onDisk: true });
  const { context } = t.snapshot();
  t.root.stop();
  const snapshot = { value, context: { ...context, trouble: null, refusal: null, ...overrides } };
  return switchSessionOf(snapshot as unknown as SessionSnapshot);
}

const IN_TROUBLE = { trouble: limitOf('first') };
const SAYS_WAITING = { said: { status: 'waiting', waitingFor: 'dialog open' } } as const;
const WITHOUT_AGENT = { agent: null, previous: identity(5) } as const;

test('the plan is told all that counts of a session', async () => {
  const refusal = { account: 'second', code: 'ACCOUNT_UNAVAILABLE', message: 'no' };
  const session = await seen({ idle: 'ready' }, { refusal, reason: 'no', ...IN_TROUBLE });
  expect(session).toEqual({
    name: 'pool-0',
    kind: 'autonomous',
    phase: 'atRest',
    account: 'first',
    conversation: 'id-2',
    isAsking: false,
    isHeld: false,
    ...IN_TROUBLE,
    hasAgent: true,
    showsDialog: false,
    hasShell: false,
    refusal,
    reason: 'no',
  });
});

test.each<readonly [unknown, SwitchPhase]>([
  [{ idle: { starting: 'launching' } }, 'coming'],
  [{ idle: { starting: 'delayed' } }, 'coming'],
  [{ idle: { starting: 'booting' } }, 'coming'],
  [{ idle: 'ready' }, 'atRest'],
  [{ idle: { blocked: 'waiting' } }, 'blocked'],
  [{ idle: 'held' }, 'held'],
  [{ idle: { moving: 'awaiting' } }, 'awaiting'],
  [{ idle: { moving: 'launching' } }, 'moving'],
  [{ idle: { moving: 'delayed' } }, 'moving'],
  [{ idle: { moving: 'ending' } }, 'ending'],
  [{ idle: 'parked' }, 'parked'],
  [{ working: { delivering: { awaiting: 'coming' } } }, 'delivering'],
  [{ working: { running: 'turn' } }, 'atWork'],
  [{ working: 'waiting' }, 'atWork'],
  [{ working: { moving: 'awaiting' } }, 'awaiting'],
  [{ working: { moving: 'ending' } }, 'ending'],
  [{ working: 'parked' }, 'parked'],
  [{ crashed: 'backingOff' }, 'crashed'],
  [{ crashed: 'recreating' }, 'coming'],
  ['failed', 'failed'],
  ['choosing', 'coming'],
])('a session in %j is %s', async (value, phase) => {
  expect((await seen(value)).phase).toBe(phase);
});

test('a turn that waits for a person`s answer is told from others', async () => {
  expect((await seen({ working: 'waiting' })).isAsking).toBe(true);
  expect((await seen({ working: { running: 'turn' } })).isAsking).toBe(false);
  expect((await seen({ working: 'waiting' }, { ...IN_TROUBLE, ...SAYS_WAITING })).isAsking).toBe(
    false,
  );
});

test('a session whose task is not yet stored as ended is at work', async () => {
  expect((await seen({ idle: 'ready' }, { task: heldTask() })).phase).toBe('atWork');
});

test.each<readonly [string, unknown, Partial<SessionContext>, SwitchPhase]>([
  ['shows its client`s dialog', { working: 'waiting' }, SAYS_WAITING, 'atRest'],
  [
    'has left something in the background',
    { working: { running: 'turn' } },
    { said: { status: 'shell', waitingFor: null } },
    'atRest',
  ],
  [
    'is busy still',
    { working: { running: 'turn' } },
    { said: { status: 'busy', waitingFor: null } },
    'atWork',
  ],
  ['has a task', { working: 'waiting' }, { ...SAYS_WAITING, task: heldTask() }, 'atWork'],
  [
    'has gone on since',
    { working: 'waiting' },
    { ...SAYS_WAITING, trouble: { ...limitOf('first'), isOver: true } },
    'atWork',
  ],
  [
    'left that account',
    { working: 'waiting' },
    { ...SAYS_WAITING, trouble: limitOf('second') },
    'atWork',
  ],
])('after a limit, a session that %s is seen so', async (_, value, context, phase) => {
  expect((await seen(value, { ...IN_TROUBLE, ...context })).phase).toBe(phase);
});

test('a hold is told also before it has taken effect', async () => {
  const session = await seen({ idle: { starting: 'launching' } }, { held: true });
  expect(session).toMatchObject({ phase: 'coming', isHeld: true });
});

test('trouble that is over, or is another account`s, is none', async () => {
  const over = { ...limitOf('first'), isOver: true };
  expect((await seen({ idle: 'ready' }, { trouble: over })).trouble).toBeNull();
  const elsewhere = limitOf('second');
  expect((await seen({ idle: 'ready' }, { trouble: elsewhere })).trouble).toBeNull();
});

test.each<readonly [string, Partial<SessionContext>, boolean]>([
  ['a task`s launch was refused', { ...WITHOUT_AGENT, launchReason: 'task' }, true],
  ['its move was refused', { ...WITHOUT_AGENT, launchReason: 'move' }, true],
  [
    'its agent died',
    {
      ...WITHOUT_AGENT,
      launchReason: 'crash',
      death: { pid: 5, cause: { kind: 'vanished' }, lastScreen: '' },
    },
    false,
  ],
  ['an earlier daemon had that agent', { ...WITHOUT_AGENT, launchReason: 'boot' }, false],
  ['it never had one', { agent: null, previous: null, launchReason: 'task' }, false],
])(
  'of a session that waits as %s it is told whether an agent lives',
  async (_, context, hasAgent) => {
    expect((await seen({ working: { moving: 'awaiting' } }, context)).hasAgent).toBe(hasAgent);
  },
);

test('an agent that crashed is none, though another is to be confirmed gone', async () => {
  const context = { ...WITHOUT_AGENT, launchReason: 'operator' } as const;
  expect((await seen({ crashed: 'backingOff' }, context)).hasAgent).toBe(false);
});

/** The end of a turn at the limit of its account. */
const AT_LIMIT: TurnFailure = {
  kind: 'failed',
  error: 'rate_limit',
  message: "You've hit your session limit · resets 8:13am (UTC)",
  status: 429,
  at: START,
  prompt: 'prompt-1',
  source: 'signal',
};

/** A real session whose task has met the limit of its account; effects are played by hand from then on. */
async function startStuck() {
  const t = startTestSession({}, { byHand: true });
  t.launches.answer();
  await t.settle();
  t.says('idle');
  t.assign();
  await t.settle();
  t.launches.answer();
  await t.settle();
  t.prompted();
  t.says('busy', { onDisk: true });
  t.ends(AT_LIMIT);
  await t.settle();
  return { ...t, seen: () => switchSessionOf(t.snapshot()) };
}

test('a real session that carries out the order to move is seen on each step of it', async () => {
  const t = await startStuck();
  const inTrouble = { phase: 'awaiting', account: 'first', hasAgent: false };
  expect(t.seen()).toMatchObject({ ...inTrouble, trouble: { trouble: { kind: 'limit' } } });
  t.move('second');
  expect(t.seen()).toMatchObject({ phase: 'moving', account: 'second', refusal: null });
  t.launches.answer(refusal('TMUX_UNREACHABLE'));
  await t.settle();
  expect(t.seen()).toMatchObject({ phase: 'moving', account: 'second' });
  t.move('second');
  t.launches.answer(refusal('ACCOUNT_QUARANTINED'));
  await t.settle();
  const refused = { account: 'second', code: 'ACCOUNT_QUARANTINED' };
  expect(t.seen()).toMatchObject({ phase: 'awaiting', account: 'first', refusal: refused });
  t.move('third');
  t.launches.answer();
  await t.settle();
  expect(t.seen()).toMatchObject({ phase: 'coming', account: 'third', trouble: null });
  t.says('idle');
  expect(t.seen()).toMatchObject({ phase: 'delivering', account: 'third', trouble: null });
  t.prompted();
  expect(t.seen()).toMatchObject({ phase: 'atWork', account: 'third', refusal: null });
});

test('a real session that carries out the order to park is seen on each step of it', async () => {
  const t = await startStuck();
  t.park();
  expect(t.seen()).toMatchObject({ phase: 'ending', account: 'first' });
  t.endings.answer();
  await t.settle();
  expect(t.seen()).toMatchObject({ phase: 'parked', account: 'first', hasAgent: false });
});

test('a failover is told with whether its step is still being written', async () => {
  const t = startTestFailover({}, { byHand: true });
  expect(openFailoverOf(t.snapshot())).toEqual({ ...t.facts(), isNoting: false });
  t.send({ type: 'failover.decided', to: 'second', why: 'second can be used' });
  await t.settle();
  expect(openFailoverOf(t.snapshot())).toMatchObject({ step: 'moving', isNoting: true });
  t.journal.answer(new Error('no disk'));
  await t.settle();
  expect(openFailoverOf(t.snapshot())).toMatchObject({ step: 'moving', isNoting: true });
  t.jump(1000);
  await t.settle();
  t.journal.answer();
  await t.settle();
  expect(openFailoverOf(t.snapshot())).toMatchObject({ step: 'moving', isNoting: false });
});

test('a dialog of its client, and a shell in the background, are told', async () => {
  const says = async (said: SessionContext['said']) => {
    const { showsDialog, hasShell } = await seen({ idle: 'ready' }, { said });
    return [showsDialog, hasShell];
  };
  expect(await says({ status: 'waiting', waitingFor: 'dialog open' })).toEqual([true, false]);
  expect(await says({ status: 'waiting', waitingFor: 'permission' })).toEqual([false, false]);
  expect(await says({ status: 'shell', waitingFor: null })).toEqual([false, true]);
  expect(await says(null)).toEqual([false, false]);
});
