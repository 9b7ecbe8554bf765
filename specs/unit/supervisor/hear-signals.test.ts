import { expect, jest, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { AgentStatus } from '../../../machines/ports.ts';
import type { Signal } from '../../../machines/signals.ts';
import { signalDealer } from '../../../supervisor/hear-signals.ts';
import { hearStatuses } from '../../../supervisor/hear-statuses.ts';
import { sessionNamed } from '../../../supervisor/pool.ts';
import { startTestRoot } from '../../harness/test-root.ts';
import { heldTask, launchedBy, paneOf, settle, statusOf } from '../../harness/test-session.ts';

const NAME = 'pool-0';

type Said = Signal extends infer One
  ? One extends Signal
    ? Omit<One, 'session' | 'at' | 'conversation'>
    : never
  : never;

/** A pool of three at their prompts, whose signals are dealt with by hand. */
async function startHearing() {
  const t = startTestRoot();
  await t.settle();
  const logged: LogEvent[] = [];
  const stored: string[] = [];
  const read: string[] = [];
  let speak = (_: AgentStatus) => {};
  let look: Promise<boolean> = Promise.resolve(false);
  const statuses = hearStatuses(
    t.root,
    {
      onStatus: (listener) => {
        speak = listener;
        return () => {};
      },
      status: async ({ pid }) => {
        read.push(`${pid}`);
        return null;
      },
      hasTranscript: () => look,
    },
    (error) => {
      throw error;
    },
  );
  const deal = signalDealer(t.root, {
    statuses,
    stored: async (session) => void stored.push(session),
    tell: (entry) => void logged.push(entry),
    isRetiring: (name) => name === 'pool-9',
  });
  const session = () => {
    const found = sessionNamed(t.root, NAME);
    if (found === null) throw new Error('no session');
    return found;
  };
  const says = (status: AgentStatus['status']) => speak(statusOf(t.contextOf(NAME), { status }));
  says('idle');
  await settle();
  return {
    ...t,
    logged,
    stored,
    contextOf: t.contextOf,
    read,
    says,
    session,
    value: () => session().getSnapshot().value,
    /** The next looks at the disk wait for what is given back to be called. */
    slowDisk: () => {
      let found = () => {};
      look = new Promise((resolve) => {
        found = () => resolve(true);
      });
      return () => found();
    },
    assign: () => session().send({ type: 'task.assigned', task: heldTask({ project: '/work' }) }),
    deal: (said: Said, of: { session?: string; conversation?: string } = {}) =>
      deal({
        session: NAME,
        at: 0,
        conversation: t.contextOf(NAME).conversation,
        ...of,
        ...said,
      } as Signal),
    news: () => t.of('task').map(({ report }) => report.news),
  };
}

const PROMPTED: Said = { kind: 'prompted', task: heldTask().id };
const STOPPED: Said = { kind: 'stopped', result: 'fixed', background: 0 };

test('a prompt that was taken and a turn that ended are told to the session, and stored', async () => {
  const t = await startHearing();
  t.assign();
  await settle();
  await t.deal(PROMPTED);
  await t.deal(STOPPED);
  expect(t.news()).toMatchObject([{ kind: 'confirmed' }, { kind: 'completed', result: 'fixed' }]);
  expect(t.stored).toEqual([NAME, NAME]);
});

test('a turn that failed is told with what the client said', async () => {
  const t = await startHearing();
  t.assign();
  await settle();
  await t.deal(PROMPTED);
  await t.deal({ kind: 'failed', error: 'server_error', message: 'overloaded', prompt: 'p' });
  expect(t.news()[1]).toMatchObject({ kind: 'failed', error: 'server_error: overloaded' });
});

test('dealt with twice is as if once', async () => {
  const t = await startHearing();
  t.assign();
  await settle();
  for (const said of [PROMPTED, PROMPTED, STOPPED, STOPPED]) await t.deal(said);
  expect(t.news()).toHaveLength(2);
});

test('a prompt that is dealt with again does not seem to be younger than the trouble that its turn ended in', async () => {
  const t = await startHearing();
  const message = "You've hit your session limit · resets 8:13am (UTC)";
  const theirs: Said = { kind: 'prompted', task: null };
  await t.deal(theirs);
  await t.deal({ kind: 'failed', error: 'rate_limit', message, prompt: 'p' });
  await t.deal(theirs);
  expect(t.contextOf(NAME).trouble).toMatchObject({ account: 'first', isOver: false });
});

test('what an agent said in a conversation that is no longer the session`s changes nothing, and is said nowhere', async () => {
  const t = await startHearing();
  t.assign();
  await settle();
  const earlier = { conversation: 'an earlier one' };
  for (const said of [PROMPTED, STOPPED, ASKED, REFUSED]) await t.deal(said, earlier);
  expect(t.news()).toEqual([]);
  expect(t.logged).toEqual([]);
});

const ASKED: Said = { kind: 'asked', tool: 'Bash' };
const REFUSED: Said = { kind: 'refused', tool: 'Bash', rule: 'rm', reason: 'it deletes' };

test('an agent that asks is said with its task, and its status read at once', async () => {
  const t = await startHearing();
  t.assign();
  await settle();
  await t.deal(ASKED);
  await settle();
  const about = { session: NAME, index: 0, task: heldTask().id };
  expect(t.logged).toEqual([{ event: 'session.asked', ...about, tool: 'Bash' }]);
  expect(t.read).toHaveLength(1);
});

test('a tool that was refused is said with the rule', async () => {
  const t = await startHearing();
  await t.deal(REFUSED);
  expect(t.logged).toEqual([
    {
      event: 'session.tool_refused',
      session: NAME,
      index: 0,
      task: null,
      tool: 'Bash',
      rule: 'rm',
      reason: 'it deletes',
    },
  ]);
});

test('a signal is heard after the status that was said before it, however long a look at the disk takes', async () => {
  const t = await startHearing();
  t.assign();
  await settle();
  const find = t.slowDisk();
  t.says('busy');
  const dealing = t.deal(PROMPTED);
  await settle();
  expect(t.news()).toEqual([]);
  find();
  await dealing;
  expect(t.news()).toHaveLength(1);
});

test('an agent that is quicker than the launch that started it is heard when that is over', async () => {
  const t = startTestRoot({ names: [NAME], byHand: true });
  const dealt: string[] = [];
  const deal = signalDealer(t.root, {
    statuses: { inTurn: (_, act) => act(), refreshOne: () => {} },
    stored: async (session) => void dealt.push(session),
    tell: () => {},
    isRetiring: () => false,
  });
  const asked = t.launches.asked[0];
  if (asked === undefined) throw new Error('nothing is launched');
  const early = { session: NAME, at: 0, conversation: 'of the launch', ...PROMPTED } as Signal;
  const dealing = deal(early);
  await settle();
  expect(dealt).toEqual([]);
  t.launches.answer({ ...launchedBy(asked, paneOf(5)), conversation: 'of the launch' });
  await dealing;
  expect(dealt).toEqual([NAME]);
});

test('a signal of the new conversation is kept while a slow launch goes on, and heard after it', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    const t = startTestRoot({ names: [NAME], byHand: true });
    const dealt: string[] = [];
    const deal = signalDealer(t.root, {
      statuses: { inTurn: (_, act) => act(), refreshOne: () => {} },
      stored: async (session) => void dealt.push(session),
      tell: () => {},
      isRetiring: () => false,
    });
    const [asked] = t.launches.asked;
    if (asked === undefined) throw new Error('nothing is launched');
    const early = { session: NAME, at: 0, conversation: 'of the launch', ...PROMPTED } as Signal;
    const dealing = deal(early).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await dealing).toMatchObject({ code: 'CONFLICT' });
    expect(dealt).toEqual([]);
    t.launches.answer({ ...launchedBy(asked, paneOf(5)), conversation: 'of the launch' });
    await settle();
    await deal(early);
    expect(dealt).toEqual([NAME]);
  } finally {
    jest.useRealTimers();
  }
});

test('a signal of a session whose machine is not there is kept: the next machine must hear it', async () => {
  const t = await startHearing();
  await expect(t.deal(STOPPED, { session: 'pool-7' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('one of a session that is retired is dealt with: nobody will ever hear it', async () => {
  const t = await startHearing();
  await expect(t.deal(STOPPED, { session: 'pool-9' })).resolves.toBeUndefined();
});

test('a signal whose effects could not be stored is kept', async () => {
  const t = await startHearing();
  const deal = signalDealer(t.root, {
    statuses: { inTurn: (_, act) => act(), refreshOne: () => {} },
    stored: () => Promise.reject(new Error('the disk is full')),
    tell: () => {},
    isRetiring: () => false,
  });
  const signal = { session: NAME, at: 0, conversation: 'c', ...STOPPED } as Signal;
  await expect(deal(signal)).rejects.toThrow('the disk is full');
});
