import { expect, test } from '@jest/globals';
import type { DeathCause } from '../../../../machines/ports.ts';
import {
  identity,
  paneOf,
  refusal,
  START,
  startTestSession,
  type TestSession,
} from '../../../harness/test-session.ts';

test('an agent that dies while working is recorded with its time, cause and last screen', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('busy');
  t.pass(500);
  t.dies({ lastScreen: 'it said this' });
  expect(t.value()).toEqual({ crashed: 'backingOff' });
  expect(t.crashes()).toEqual([
    {
      at: START + 500,
      monotonicMs: 500,
      bootId: 'boot',
      cause: { kind: 'signal', signal: 9 },
      pid: 101,
      state: 'working',
      lastScreen: 'it said this',
    },
  ]);
  expect(t.context().reason).toBe('the agent was ended by SIGKILL');
});

test.each<DeathCause>([
  { kind: 'exit', code: 0 },
  { kind: 'exit', code: 1 },
  { kind: 'vanished' },
  { kind: 'server_lost' },
  { kind: 'unknown' },
])('an idle agent that ends by itself has crashed: %j', async (cause) => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.dies({ cause });
  expect(t.where()).toBe('backingOff');
  expect(t.crashes()).toMatchObject([{ cause, state: 'idle' }]);
});

test('after the back-off the conversation goes on in a new agent, and the old one is named to be ended', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle', { onDisk: true });
  const { conversation } = t.context();
  t.dies();
  t.pass(749);
  expect(t.where()).toBe('backingOff');
  t.pass(1);
  expect(t.where()).toBe('recreating');
  expect(t.launches.asked[1]).toMatchObject({
    previous: identity(101),
    facts: { conversation, hasTranscript: true, agent: null },
    reason: 'crash',
  });
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.context()).toMatchObject({ restarts: 1, agent: identity(102), reason: null });
});

test('which agent must be ended is told to the store with the crash, and until it is', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.dies({ cause: { kind: 'vanished' } });
  expect(t.facts()).toMatchObject({ agent: null, previous: identity(101), bootId: 'boot' });
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  t.pass(750);
  await t.settle();
  expect(t.facts()).toMatchObject({ agent: null, previous: identity(101) });
  t.pass(2000);
  await t.settle();
  expect(t.facts()).toMatchObject({ agent: identity(102), previous: null });
});

test('`crashedAt` stays after recovery', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.pass(1000);
  await t.settle();
  t.says('idle');
  expect(t.context().crashedAt).toBe(START);
});

test('a late report about an earlier agent does not hit its successor', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.pass(1000);
  await t.settle();
  t.says('idle');
  t.dies({ pid: 101 });
  expect(t.where()).toBe('ready');
  expect(t.crashes()).toHaveLength(1);
});

test('a death is counted once, however often it is told', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.dies({ pid: 101 });
  t.pass(1000);
  t.dies({ pid: 101 });
  await t.settle();
  t.dies({ pid: 101 });
  expect(t.crashes()).toHaveLength(1);
  expect(t.context().crashTimes).toHaveLength(1);
});

test('crash N+1 within the period makes it failed, and only reset heals it', async () => {
  const t = startTestSession();
  for (const isLast of [false, false, true]) {
    await t.settle();
    t.says('idle');
    t.dies();
    if (!isLast) t.pass(2000);
  }
  expect(t.value()).toBe('failed');
  expect(t.launches.asked).toHaveLength(3);
  expect(t.facts()?.failed).toMatchObject({ code: 'RESTART_INTENSITY' });
  t.pass(600_000);
  t.send({ type: 'operator.restart' });
  expect(t.value()).toBe('failed');
  t.send({ type: 'operator.reset' });
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.context()).toMatchObject({ restarts: 0, crashTimes: [], reason: null, failure: null });
  expect(t.reports).toContainEqual({ type: 'session.forgiven', name: 'pool-0' });
});

test('crashes that have left the window no longer count', async () => {
  const t = startTestSession();
  for (let crash = 1; crash <= 6; crash++) {
    await t.settle();
    t.says('idle');
    t.dies();
    expect(t.where()).toBe('backingOff');
    t.pass(31_000);
  }
  expect(t.context().crashTimes).toHaveLength(2);
});

test('each crash in a row waits longer', async () => {
  const t = startTestSession();
  const waits: number[] = [];
  for (let crash = 1; crash <= 2; crash++) {
    await t.settle();
    t.says('idle');
    t.dies();
    waits.push(t.context().delayMs);
    t.pass(5000);
  }
  expect(waits).toEqual([750, 1500]);
});

test('an agent that has run long enough at its prompt starts the back-off anew', async () => {
  const t = startTestSession({ crashTimes: [] });
  await t.settle();
  t.says('idle');
  t.dies();
  t.pass(1000);
  await t.settle();
  t.says('idle');
  t.pass(60_000);
  t.dies();
  expect(t.context().delayMs).toBe(750);
});

test('a moment less than long enough does not, and neither does time before the prompt', async () => {
  const t = startTestSession({ startTimeoutMs: 3_600_000 });
  await t.settle();
  t.says('idle');
  t.dies();
  t.pass(1000);
  await t.settle();
  t.pass(120_000);
  t.says('busy');
  t.pass(59_999);
  t.dies();
  expect(t.context().delayMs).toBe(1500);
});

test('an agent that never reaches its prompt counts as a crash of its own kind', async () => {
  const t = startTestSession();
  await t.settle();
  t.pass(30_000);
  expect(t.where()).toBe('backingOff');
  expect(t.crashes()).toMatchObject([{ cause: { kind: 'not_ready' }, pid: 101 }]);
});

test('an agent that did not reach its prompt is ended by the next launch, not taken back', async () => {
  const t = startTestSession();
  await t.settle();
  t.pass(30_000);
  t.send({ type: 'agent.found', pane: paneOf(101), mark: 'm' });
  expect(t.where()).toBe('backingOff');
  t.pass(1000);
  expect(t.launches.asked[1]?.previous).toEqual(identity(101));
});

test('another agent that is found while the back-off runs is taken over', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  t.send({ type: 'agent.found', pane: paneOf(555), mark: 'm' });
  expect(t.where()).toBe('booting');
  t.pass(10_000);
  expect(t.launches.asked).toHaveLength(1);
});

test('sessions that were lost with their server come back staggered, as at a start', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies({ cause: { kind: 'server_lost' } });
  t.pass(1000);
  expect(t.launches.asked[1]?.reason).toBe('boot');
  await t.settle();
  expect(t.context().restarts).toBe(1);
});

test('with an intensity of zero the first crash is the last', async () => {
  const { restart } = startTestSession().context();
  const t = startTestSession({ restart: { ...restart, intensity: 0 } });
  await t.settle();
  t.dies();
  expect(t.value()).toBe('failed');
});

test.each([
  [113, 'WORKDIR_MISSING', 'the directory is gone'],
  [126, 'COMMAND_NOT_EXECUTABLE', 'may not be executed'],
  [127, 'COMMAND_NOT_FOUND', 'was not found'],
])(
  'an agent that ends with exit code %d before its prompt cannot run: no restart is tried, and a person is told what to do',
  async (code, failure, words) => {
    const t = startTestSession();
    await t.settle();
    t.dies({ cause: { kind: 'exit', code } });
    expect(t.value()).toBe('failed');
    expect(t.context().reason).toContain(words);
    expect(t.context().reason).toContain('/work');
    expect(t.context().reason).toContain('session reset pool-0');
    expect(t.entry('session.crashed')).toMatchObject({ delayMs: null });
    expect(t.entry('session.failed')).toMatchObject({ code: failure });
    expect(t.crashes()).toHaveLength(1);
  },
);

test('the same exit codes of an agent that was at its prompt are ordinary crashes', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.dies({ cause: { kind: 'exit', code: 127 } });
  expect(t.where()).toBe('backingOff');
});

test('of an agent that an earlier daemon started they prove nothing: it may have been at its prompt', async () => {
  const t = startTestSession({ start: { kind: 'adopt', pane: paneOf(5), mark: 'm' } });
  await t.settle();
  t.dies({ cause: { kind: 'exit', code: 127 } });
  expect(t.where()).toBe('backingOff');
});

test('one that cannot run is tried once more after a reset', async () => {
  const t = startTestSession();
  await t.settle();
  const { conversation } = t.context();
  t.dies({ cause: { kind: 'exit', code: 127 } });
  t.send({ type: 'operator.reset' });
  await t.settle();
  expect(t.where()).toBe('booting');
  expect(t.context()).toMatchObject({ conversation, reason: null, failure: null });
});

/** An agent that does not come to its prompt, and its replacement is due. */
async function startsTooLate(t: TestSession) {
  await t.settle();
  t.jump(30_000);
  t.jump(60_000);
}

test('starts that never came to their prompt have a budget of their own, and a code that says so', async () => {
  const t = startTestSession({ restart: PATIENT });
  for (let i = 0; i < 3; i++) await startsTooLate(t);
  expect(t.value()).toBe('failed');
  expect(t.context()).toMatchObject({ crashTimes: [], restarts: 2 });
  expect(t.context().unreadyTimes).toHaveLength(3);
  expect(t.facts()?.failed).toMatchObject({
    code: 'START_INTENSITY',
    reason: '3 starts within 1000 s did not reach their prompt in time',
  });
  expect(t.entry('session.failed')).toMatchObject({
    evidence: { crashes: 0, unreadyStarts: 3, launchFailures: 0 },
  });
});

test('neither budget uses up the other', async () => {
  const t = startTestSession({ restart: PATIENT });
  for (let i = 0; i < 2; i++) await startsTooLate(t);
  for (let i = 0; i < 2; i++) {
    await t.settle();
    t.says('idle');
    t.dies();
    t.jump(60_000);
  }
  await t.settle();
  expect(t.value()).toEqual({ idle: { starting: 'booting' } });
  expect(t.entry('session.crashed')).toMatchObject({ attempt: 2, of: 2 });
  t.says('idle');
  t.dies();
  expect(t.facts()?.failed).toMatchObject({ code: 'RESTART_INTENSITY' });
});

test('a late start is logged as the n-th of its own kind', async () => {
  const t = startTestSession({ crashTimes: [-2, -1], restart: PATIENT });
  await startsTooLate(t);
  expect(t.entry('session.crashed')).toMatchObject({ attempt: 1, cause: { kind: 'not_ready' } });
});

test('what is recorded of a late start has its time, not that of the last crash', async () => {
  const t = startTestSession({ crashTimes: [-2], restart: PATIENT });
  await startsTooLate(t);
  expect(t.crashes()).toMatchObject([{ monotonicMs: 30_000, cause: { kind: 'not_ready' } }]);
});

test('both are remembered when another daemon goes on, and forgiven by a reset', async () => {
  const t = startTestSession({ crashTimes: [-2], unreadyTimes: [-4, -3], restart: PATIENT });
  await t.settle();
  expect(t.context().unstable).toBe(3);
  t.send({ type: 'operator.reset' });
  expect(t.context()).toMatchObject({ crashTimes: [], unreadyTimes: [], unstable: 0 });
});

const PATIENT = {
  intensity: 2,
  periodMs: 1_000_000,
  poolIntensity: 50,
  backoffInitialMs: 1000,
  backoffFactor: 2,
  backoffMaxMs: 60_000,
  stableAfterMs: 60_000,
};

test('outside the range an agent that has ended is not started again, and no restart is promised', async () => {
  const t = startTestSession({ isLeaving: true });
  await t.settle();
  t.says('idle');
  t.dies();
  expect(t.entry('session.crashed')).toMatchObject({ delayMs: null });
  t.pass(600_000);
  expect(t.where()).toBe('backingOff');
  expect(t.launches.asked).toHaveLength(1);
});
