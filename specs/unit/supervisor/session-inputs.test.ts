import { expect, test } from '@jest/globals';
import { SimulatedClock } from 'xstate';
import { slotsOf } from '../../../config/slots.ts';
import { type InputParts, sessionInputs } from '../../../supervisor/session-inputs.ts';
import { crashFact, sessionFacts } from '../../harness/facts.ts';
import { openMemoryStore } from '../../harness/memory-store.ts';
import { testConfig } from '../../harness/test-config.ts';
import { aliveIn, seen } from '../../harness/test-root.ts';
import { chanceOf, heldTask, identity } from '../../harness/test-session.ts';

function parts(config = testConfig(), resumed: InputParts['resumed'] = new Map()) {
  const timer = new SimulatedClock();
  timer.increment(1_000_000);
  return { config, store: openMemoryStore(), chance: chanceOf(timer), resumed };
}

test('there is one input per slot: indexes lowest first, then dedicated sessions', async () => {
  const config = testConfig({
    dedicated: [{ name: 'mine', project: '/p', account: 'second' }],
  });
  const inputs = await sessionInputs(parts(config), seen());
  expect(inputs.map(({ slot, account }) => [slot.name, account])).toEqual([
    ['pool-9', 'first'],
    ['pool-10', 'first'],
    ['pool-11', 'first'],
    ['mine', 'second'],
  ]);
  expect(inputs.every(({ start, facts }) => start.kind === 'launch' && facts === null)).toBe(true);
});

test('spread out, sessions begin on the accounts in turn', async () => {
  const config = testConfig({ strategy: 'spread' });
  const inputs = await sessionInputs(parts(config), seen());
  expect(inputs.map(({ account }) => account)).toEqual(['first', 'second', 'first']);
});

test('each session begins with what the store remembers and tmux shows of it', async () => {
  const p = parts();
  const facts = sessionFacts({ name: 'pool-10', agent: identity(5), restarts: 3 });
  await p.store.saveSession(facts);
  await p.store.addCrash('pool-10', crashFact({ monotonicMs: 999_999 }));
  await p.store.addCrash('pool-10', crashFact({ monotonicMs: 1 }));
  await p.store.addCrash('pool-10', crashFact({ monotonicMs: 999_999, bootId: 'another' }));
  const [before, it, after] = await sessionInputs(p, seen(aliveIn('pool-10', 5)));
  expect(it).toMatchObject({ facts, crashTimes: [999_999], start: { kind: 'adopt' } });
  expect([before?.start.kind, after?.start.kind]).toEqual(['launch', 'launch']);
});

test('crashes and starts that came to nothing are remembered each in their own budget', async () => {
  const p = parts();
  await p.store.saveSession(sessionFacts({ name: 'pool-9' }));
  await p.store.addCrash('pool-9', crashFact({ monotonicMs: 999_998 }));
  const unready = { monotonicMs: 999_999, cause: { kind: 'not_ready' } } as const;
  await p.store.addCrash('pool-9', crashFact(unready));
  const [it] = await sessionInputs(p, seen());
  expect(it).toMatchObject({ crashTimes: [999_998], unreadyTimes: [999_999] });
});

test.each([seen(), { kind: 'server_lost' } as const])(
  'the processes of an earlier boot are nobody`s: their pids may be a stranger`s now (%j)',
  async (observation) => {
    const p = parts();
    const earlier = sessionFacts({
      name: 'pool-9',
      agent: identity(5),
      previous: identity(6),
      bootId: 'before the reboot',
      restarts: 3,
    });
    await p.store.saveSession(earlier);
    const [it] = await sessionInputs(p, observation);
    expect(it?.start).toEqual({ kind: 'launch' });
    expect(it?.facts).toEqual({ ...earlier, agent: null, previous: null, bootId: 'boot' });
  },
);

test('an agent that outlived its pane is known to the next daemon', async () => {
  const p = parts();
  const facts = sessionFacts({ name: 'pool-9', agent: null, previous: identity(6) });
  await p.store.saveSession(facts);
  const [it] = await sessionInputs(p, seen());
  expect(it).toMatchObject({ start: { kind: 'launch' }, facts: { previous: identity(6) } });
});

test('outside the range an agent that ends is not to be started again', async () => {
  const config = testConfig();
  const [nine] = slotsOf(config);
  if (!nine) throw new Error('three sessions');
  const leaving = { ...nine, name: 'pool-12', index: 12 };
  const inputs = await sessionInputs({ ...parts(config), retiring: [leaving] }, seen());
  expect(inputs.map(({ slot, isLeaving }) => [slot.name, isLeaving])).toEqual([
    ...[
      ['pool-9', false],
      ['pool-10', false],
      ['pool-11', false],
    ],
    ['pool-12', true],
  ]);
});

test('an account that has left the config is nobody`s place any more', async () => {
  const p = parts();
  await p.store.saveSession(sessionFacts({ name: 'pool-9', account: 'gone' }));
  const [it] = await sessionInputs(p, seen());
  expect(it?.facts?.account).toBe('first');
});

const GONE = { name: 'pool-9', agent: identity(5), account: 'gone' } as const;

test.each([
  ['adopt', GONE],
  ['held', { ...GONE, held: true }],
] as const)(
  'an agent that lives on an account that has left the config stays there (%s)',
  async (kind, facts) => {
    const p = parts();
    await p.store.saveSession(sessionFacts(facts));
    const [it] = await sessionInputs(p, seen(aliveIn('pool-9', 5)));
    expect(it).toMatchObject({ start: { kind }, facts: { account: 'gone' } });
  },
);

test.each([
  ['died', GONE],
  ['held', { ...GONE, held: true }],
] as const)(
  'where none lives the next one is started on an account of the config (%s)',
  async (kind, facts) => {
    const p = parts();
    await p.store.saveSession(sessionFacts(facts));
    const [it] = await sessionInputs(p, seen());
    expect(it).toMatchObject({ start: { kind }, facts: { account: 'first' } });
  },
);

test('one slot alone can be asked for, and keeps its place in the pool', async () => {
  const config = testConfig({ strategy: 'spread' });
  const inputs = await sessionInputs(parts(config), seen(), 'pool-10');
  expect(inputs.map(({ slot, account }) => [slot.name, account])).toEqual([['pool-10', 'second']]);
});

test('a name that is no slot of the config gives nothing', async () => {
  expect(await sessionInputs(parts(), seen(), 'pool-12')).toEqual([]);
});

test('a session begins with the task that it holds, and with how its turn ended meanwhile', async () => {
  const task = heldTask();
  const ended = { kind: 'done', result: 'fixed' } as const;
  const resumed = new Map([['pool-10', { task, ended, isCounted: true }]]);
  const inputs = await sessionInputs(parts(testConfig(), resumed), seen());
  expect(inputs.map((one) => [one.task, one.ended, one.isCounted])).toEqual([
    [null, null, false],
    [task, ended, true],
    [null, null, false],
  ]);
  expect(inputs[0]?.tasks).toEqual({
    maxAttempts: 3,
    waitingTimeoutMs: 1_800_000,
    confirmTimeoutMs: 5000,
    stalledAfterMs: 3_600_000,
    stalledAction: 'report',
  });
});
