import { expect, test } from '@jest/globals';
import { createLimitedPool, type LimitedPool, limitFailure } from '../../harness/limited-pool.ts';
import type { Client, Outside } from '../../harness/pool-world.ts';
import { tempDir } from '../../harness/temp-dir.ts';
import { turnFailure } from '../../harness/turn-failures.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const MINE = 'mine';
const OURS = 'a-conversation-of-a-person';

/** A pool whose dedicated session a person has started by hand before the daemon. */
async function startedByHand(change: (client: Client, outside: Outside) => void = () => {}) {
  const w = await createLimitedPool({
    sessions: 1,
    dedicated: [{ name: MINE, project: tempDir(), account: 'first' }],
    before: (outside) => {
      outside.fake.addOperatorSession(MINE);
      outside.onDisk.add(OURS);
      void outside.fake.activePane(MINE).then(({ paneId, agent }) => {
        const client: Client = {
          ...{ session: MINE, paneId, agent, conversation: OURS, account: 'second' },
          ...{ task: null, taken: false, status: 'idle', isByHand: true },
        };
        outside.clients.set(agent.pid, client);
        change(client, outside);
      });
    },
  });
  return w;
}

/** The same of which a daemon has started the client, with our hooks; it has nowhere else to go. */
async function startedByUs() {
  const w = await createLimitedPool({
    sessions: 1,
    dedicated: [{ name: MINE, project: tempDir(), account: 'first' }],
  });
  w.accountVerb('second', 'disable');
  return w;
}

/** Its turn there meets the limit of its account; only its transcript tells. */
function meetsLimit(w: LimitedPool, client: Client, dialogOpenedAfterMs: number | null = null) {
  const at = w.chance.clock.now();
  w.limits.set(client.account, at + HOUR);
  w.says(client, 'busy');
  const { conversation } = client;
  const dialogAt = dialogOpenedAfterMs === null ? null : at + dialogOpenedAfterMs;
  client.failed = { conversation, failure: limitFailure(at + HOUR, at, 'p-1'), dialogAt };
  if (dialogAt === null) return w.says(client, 'idle');
  client.waitingFor = 'dialog open';
  w.says(client, 'waiting');
}

/** Its turn there ends as its login does not work; only its transcript tells. */
function losesLogin(w: LimitedPool, client: Client) {
  const { conversation } = client;
  const at = w.chance.clock.now();
  const message = 'Please run /login · API Error: 401 Invalid authentication credentials';
  const failure = turnFailure({ error: 'authentication_failed', status: 401, message, at });
  w.says(client, 'busy');
  client.failed = { conversation, failure, dialogAt: null };
  w.says(client, 'idle');
}

/** The same of a client whose hooks tell, which then opens its dialog. */
async function opensDialog(w: LimitedPool, client: Client) {
  w.says(client, 'busy');
  await w.settle();
  w.failTurn(client, limitFailure(null, w.chance.clock.now(), 'p-1'));
  await w.settle();
  meetsLimit(w, client, 200);
  await w.settle();
}

const reasonOf = (w: LimitedPool) =>
  w.sessions().find(({ context }) => context.slot.name === MINE)?.context.reason ?? null;

test('a dedicated session that a person has started by hand is taken over with its agent, on the account in whose home it is', async () => {
  const w = await startedByHand();
  const mine = w.clientOf(MINE);
  expect(mine).toMatchObject({ isByHand: true, conversation: OURS });
  expect(w.report(MINE)).toBe('idle.ready on second');
  expect(w.of('session.adopted')).toMatchObject([
    { session: MINE, pid: mine.agent.pid, conversation: OURS, account: 'second' },
  ]);
  expect(w.of('session.recreated')).toEqual([]);
  expect(w.fake.launches.map(({ session }) => session)).toEqual(['pool-9']);
});

test('one of which nothing could go on elsewhere is left alone, as is said, until it can', async () => {
  const w = await startedByHand((_, { onDisk }) => void onDisk.delete(OURS));
  const mine = w.clientOf(MINE);
  expect(w.report(MINE)).toBe('idle.blocked on null');
  expect(w.whyLeft(MINE)).toContain(`nothing of its conversation ${OURS}`);
  expect(w.of('session.adopted')).toEqual([]);
  w.onDisk.add(OURS);
  w.says(mine, 'busy');
  await w.settle();
  expect(w.report(MINE)).toBe('working.running on second');
  expect(w.whyLeft(MINE)).toBeNull();
  expect(reasonOf(w)).toBeNull();
  expect(w.clientOf(MINE)).toBe(mine);
});

test('what is no client of a configured account is left alone, and what would replace it is said', async () => {
  const w = await startedByHand(({ agent }, { clients }) => void clients.delete(agent.pid));
  await w.wait(MINUTE);
  expect(w.report(MINE)).toBe('idle.blocked on null');
  expect(w.whyLeft(MINE)).toContain(`claude-failover session adopt ${MINE} --restart`);
  expect(w.of('session.blocked')).toHaveLength(1);
});

test('a session of the range that is not ours is never taken over', async () => {
  const w = await createLimitedPool({
    sessions: 1,
    before: ({ fake, clients, onDisk }) => {
      fake.addOperatorSession('pool-9');
      onDisk.add(OURS);
      void fake.activePane('pool-9').then(({ paneId, agent }) =>
        clients.set(agent.pid, {
          ...{ session: 'pool-9', paneId, agent, conversation: OURS, account: 'second' },
          ...{ task: null, taken: false, status: 'idle', isByHand: true },
        }),
      );
    },
  });
  await w.wait(MINUTE);
  expect(w.report('pool-9')).toBe('idle.blocked on null');
  expect(w.of('session.adopted')).toEqual([]);
});

test('one whose client is in the conversation of another session is left alone, as is said, also when it is asked for', async () => {
  const w = await startedByHand((_, { onDisk }) => void onDisk.delete(OURS));
  const mine = Object.assign(w.clientOf(MINE), { conversation: w.clientOf('pool-9').conversation });
  w.onDisk.add(mine.conversation);
  w.says(mine, 'idle');
  await w.wait(MINUTE);
  expect(w.report(MINE)).toBe('idle.blocked on null');
  expect(w.whyLeft(MINE)).toContain(
    `in conversation ${mine.conversation}, which is that of pool-9`,
  );
  expect(await w.refusedAdoption(MINE)).toEqual({
    ...{ ok: false, code: 'CONFLICT', message: w.whyLeft(MINE) },
  });
  // In another conversation it is nobody's second agent.
  Object.assign(mine, { conversation: OURS });
  w.onDisk.add(OURS);
  expect(await w.refusedAdoption(MINE)).toBeNull();
  w.says(mine, 'idle');
  await w.settle();
  expect(w.report(MINE)).toBe('idle.ready on second');
});

test('of two that a person has started in one conversation one is taken over', async () => {
  const names = [MINE, 'other'];
  const w = await createLimitedPool({
    sessions: 1,
    dedicated: names.map((name) => ({ name, project: tempDir(), account: 'first' })),
    before: ({ fake, clients, onDisk }) => {
      onDisk.add(OURS);
      const { adopt } = fake;
      // The second is looked at while the first is being adopted still.
      Object.assign(fake, {
        adopt: async (session: string, mark: string) => {
          for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
          return await adopt(session, mark);
        },
      });
      for (const session of names) {
        fake.addOperatorSession(session);
        void fake.activePane(session).then(({ paneId, agent }) =>
          clients.set(agent.pid, {
            ...{ session, paneId, agent, conversation: OURS, account: 'second' },
            ...{ task: null, taken: false, status: 'idle', isByHand: true },
          }),
        );
      }
    },
  });
  await w.wait(MINUTE);
  expect(w.of('session.adopted')).toHaveLength(1);
  expect(names.map(w.report).sort()).toEqual(['idle.blocked on null', 'idle.ready on second']);
});

test.each([
  ['that a person has started', startedByHand],
  ['that a daemon has started', startedByUs],
])(
  'one %s from which an operator takes our mark is left alone, until it is given back by `session adopt`',
  async (_what, started) => {
    const w = await started();
    const mine = w.clientOf(MINE);
    w.onDisk.add(mine.conversation);
    w.fake.takeMarkOff(MINE);
    await w.wait(5 * MINUTE);
    expect(w.report(MINE)).toBe('idle.blocked on null');
    expect(w.whyLeft(MINE)).toContain(
      `to take it back as it is: claude-failover session adopt ${MINE}`,
    );
    expect(w.clientOf(MINE)).toBe(mine);
    expect(await w.refusedAdoption(MINE)).toBeNull();
    w.verb(MINE, 'adopt');
    await w.settle();
    expect(w.report(MINE)).toBe(`idle.ready on ${mine.account}`);
    expect(w.clientOf(MINE)).toBe(mine);
  },
);

test('one that an operator holds is not taken over before it is released', async () => {
  const w = await startedByHand((_, { onDisk }) => void onDisk.delete(OURS));
  w.verb(MINE, 'hold');
  w.onDisk.add(OURS);
  await w.wait(MINUTE);
  expect(w.report(MINE)).toBe('idle.blocked on null');
  w.verb(MINE, 'release');
  await w.wait(MINUTE);
  expect(w.report(MINE)).toBe('idle.ready on second');
});

test('a limit that only its transcript tells moves it with its conversation, and from then on it has our hooks', async () => {
  const w = await startedByHand();
  meetsLimit(w, w.clientOf(MINE));
  await w.settle();
  expect(w.stateOf('second')).toBe('limited');
  expect(w.report(MINE)).toBe('idle.ready on first');
  expect(w.clientOf(MINE)).toMatchObject({ account: 'first', conversation: OURS });
  expect(w.clientOf(MINE).isByHand).toBeUndefined();
  expect(w.living().filter(({ session }) => session === MINE)).toHaveLength(1);
  expect(w.of('account.limited')).toHaveLength(1);
  expect(w.of('failover.completed')).toMatchObject([
    { session: MINE, from: 'second', to: 'first' },
  ]);
});

test('while a person is at work there its account is known to be limited, and it is left to them until they have gone', async () => {
  const w = await startedByHand();
  const mine = w.clientOf(MINE);
  w.attach(MINE).type('x\x15');
  meetsLimit(w, mine);
  await w.settle();
  expect(w.stateOf('second')).toBe('limited');
  await w.wait(30_000);
  expect(w.clientOf(MINE)).toBe(mine);
  await w.wait(2 * MINUTE);
  expect(w.clientOf(MINE)).toMatchObject({ account: 'first', conversation: OURS });
  expect(w.of('account.limited')).toHaveLength(1);
});

test('an agent with our hooks is heard by them alone', async () => {
  const w = await startedByUs();
  meetsLimit(w, w.clientOf(MINE));
  await w.wait(MINUTE);
  expect(w.stateOf('first')).toBe('available');
});

test('what its account was told once is not told again once an operator has cleared it', async () => {
  const w = await startedByHand();
  const person = w.attach(MINE);
  person.type('x\x15');
  meetsLimit(w, w.clientOf(MINE));
  await w.settle();
  expect(w.stateOf('second')).toBe('limited');
  w.accountVerb('second', 'clear');
  await w.wait(30_000);
  person.detach();
  await w.wait(MINUTE);
  expect(w.stateOf('second')).toBe('available');
  expect(w.report(MINE)).toBe('idle.ready on second');
});

test.each([
  ['limit', 'limited'],
  ['login', 'unauthenticated'],
] as const)(
  'a %s that an operator has cleared is not believed again by the next daemon',
  async (trouble, state) => {
    const w = await startedByHand();
    const mine = w.clientOf(MINE);
    const person = w.attach(MINE);
    person.type('x\x15');
    if (trouble === 'limit') meetsLimit(w, mine);
    else losesLogin(w, mine);
    await w.settle();
    expect(w.stateOf('second')).toBe(state);
    await w.wait(10_000);
    w.accountVerb('second', 'clear');
    await w.wait(10_000);
    person.detach();
    await w.restartDaemon();
    await w.wait(2 * MINUTE);
    expect(w.stateOf('second')).toBe('available');
    expect(w.report(MINE)).toBe('idle.ready on second');
  },
);

test('a login that fails after the daemon has begun is believed', async () => {
  const w = await startedByHand();
  losesLogin(w, w.clientOf(MINE));
  await w.settle();
  expect(w.stateOf('second')).toBe('unauthenticated');
  expect(w.report(MINE)).toBe('idle.ready on first');
});

test('without a place to go it is not ended, and it is given no task', async () => {
  const w = await startedByHand();
  w.accountVerb('first', 'disable');
  const mine = w.clientOf(MINE);
  meetsLimit(w, mine);
  await w.wait(5 * MINUTE);
  expect(w.clientOf(MINE)).toBe(mine);
  expect(w.of('failover.parked')).toEqual([]);
});

test('the dialog of a client that stays at its limit is closed by one Escape, and nothing else is typed', async () => {
  const w = await startedByHand();
  w.accountVerb('first', 'disable');
  const mine = w.clientOf(MINE);
  meetsLimit(w, mine, 200);
  await w.settle();
  expect(w.report(MINE)).toBe('working.waiting on second');
  expect(w.fake.received(MINE)).toBe('');
  await w.wait(3000);
  expect(w.fake.received(MINE)).toBe('\x1b');
  w.says(Object.assign(mine, { waitingFor: undefined }), 'idle');
  Object.assign(mine.failed ?? {}, { dialogAt: null });
  await w.wait(2 * MINUTE);
  expect(w.report(MINE)).toBe('idle.ready on second');
  expect(w.fake.received(MINE)).toBe('\x1b');
  expect(w.of('session.dialog_closed')).toMatchObject([{ session: MINE, account: 'second' }]);
});

test('a dialog that does not close is left to its person after three times', async () => {
  const w = await startedByHand();
  w.accountVerb('first', 'disable');
  meetsLimit(w, w.clientOf(MINE), 200);
  await w.wait(10 * MINUTE);
  expect(w.fake.received(MINE)).toBe('\x1b'.repeat(3));
  expect(w.of('session.dialog_closed')).toHaveLength(1);
});

test('a dialog over which a person is at work is theirs, and is closed once they have been away for a minute', async () => {
  const w = await startedByUs();
  const mine = w.clientOf(MINE);
  w.attach(MINE).type('x\x15');
  const typed = w.fake.received(MINE);
  await opensDialog(w, mine);
  await w.wait(50_000);
  expect(w.fake.received(MINE)).toBe(typed);
  await w.wait(15_000);
  expect(w.fake.received(MINE)).toBe(`${typed}\x1b`);
});

test('a dialog in a pane in copy mode is left to whoever reads there', async () => {
  const w = await startedByUs();
  w.fake.enterMode(MINE);
  await opensDialog(w, w.clientOf(MINE));
  await w.wait(5 * MINUTE);
  expect(w.of('account.limited')).toHaveLength(1);
  expect(w.of('session.dialog_closed')).toEqual([]);
});

test('a dialog that a person has opened later is theirs', async () => {
  const w = await startedByHand();
  w.accountVerb('first', 'disable');
  meetsLimit(w, w.clientOf(MINE), 20_000);
  await w.wait(5 * MINUTE);
  expect(w.fake.received(MINE)).toBe('');
});
