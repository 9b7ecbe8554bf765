import { expect, test } from '@jest/globals';
import type { SessionInput } from '../../../../machines/session/types.ts';
import { startAwaiting, startReady, startRunning } from '../../../harness/session-tasks.ts';
import { DONE, TASK, type TestSession } from '../../../harness/test-session.ts';

const WAIT_MS = 1_800_000;
const STALL_MS = 3_600_000;

const stalls = (t: TestSession) => t.logged().filter((event) => event === 'task.stalled').length;

test.each([true, false])(
  'a dev server left running does not hold the session for ever (its end was told first: %s)',
  async (isToldFirst) => {
    const t = await startRunning();
    if (isToldFirst) t.ends(DONE, { background: 1 });
    t.says('shell');
    if (!isToldFirst) t.ends(DONE, { background: 1 });
    expect(t.value()).toEqual({ working: { running: 'lingering' } });
    t.jump(WAIT_MS - 1);
    expect(t.context().task?.id).toBe(TASK);
    t.jump(1);
    expect(t.news().at(-1)).toEqual({ kind: 'completed', result: 'all is done' });
    expect(t.value()).toEqual({ idle: 'ready' });
    expect(t.context()).toMatchObject({ task: null, stopped: null });
  },
);

test('nor does one of which the client says nothing but that it is idle, and no person is asked for', async () => {
  const t = await startRunning();
  t.ends(DONE, { background: 1 });
  t.says('idle');
  t.jump(2000);
  await t.settle();
  expect(t.looks.asked).toEqual([]);
  expect(t.logged()).not.toContain('task.waiting');
  t.jump(WAIT_MS);
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
});

test('its end that is told after the session began to wait for a person counts all the same', async () => {
  const t = await startRunning();
  t.says('idle');
  t.jump(2000);
  await t.settle();
  expect(t.where()).toBe('asked');
  t.ends(DONE, { background: 1 });
  t.jump(WAIT_MS);
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
  expect(t.launches.asked).toHaveLength(2);
});

test('a status that is read again and again does not put off the end', async () => {
  const t = await startRunning();
  t.ends(DONE, { background: 1 });
  t.says('shell');
  for (let step = 0; step < 10; step += 1) {
    t.jump(WAIT_MS / 10);
    t.says('shell');
  }
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
});

test('an agent that its background work wakes goes on with the task', async () => {
  const t = await startRunning();
  t.ends(DONE, { background: 1 });
  t.says('shell');
  t.jump(WAIT_MS - 1);
  t.says('busy');
  t.jump(WAIT_MS);
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  expect(t.context()).toMatchObject({ task: { id: TASK }, stopped: null });
  t.ends();
  expect(t.news().at(-1)).toMatchObject({ kind: 'completed' });
});

test('a shell whose turn nobody has heard end is looked at, and then waits for a person', async () => {
  const t = await startRunning();
  t.says('shell');
  t.jump(WAIT_MS);
  await t.settle();
  expect(t.looks.asked).toHaveLength(1);
  expect(t.where()).toBe('asked');
  t.says('shell');
  t.jump(WAIT_MS);
  expect(t.context().parting).toMatchObject({ kind: 'failed', retryable: true });
});

test("a shell in a person's session is that person's, and keeps nobody's task away", async () => {
  const t = await startReady();
  t.says('shell');
  t.jump(WAIT_MS + STALL_MS);
  expect(t.value()).toEqual({ idle: 'ready' });
  expect(t.logged()).not.toContain('task.stalled');
  t.assign({ project: '/work' });
  expect(t.where()).toBe('pasting');
});

test('a client that hangs in its turn is reported once, and nothing is ended', async () => {
  const t = await startRunning();
  t.jump(STALL_MS - 1);
  t.says('busy');
  expect(stalls(t)).toBe(0);
  t.jump(1);
  expect(t.entry('task.stalled')).toEqual({
    event: 'task.stalled',
    session: 'pool-0',
    index: 0,
    task: TASK,
    status: 'busy',
    silentMs: STALL_MS,
    action: 'report',
  });
  t.jump(10 * STALL_MS);
  expect(stalls(t)).toBe(1);
  expect(t.value()).toEqual({ working: { running: 'turn' } });
  expect(t.news()).toHaveLength(1);
});

test('a sign of progress begins the wait anew', async () => {
  const t = await startRunning();
  t.jump(STALL_MS - 1);
  t.ends(DONE, { background: 1 });
  t.jump(STALL_MS - 1);
  t.says('waiting');
  t.says('busy');
  t.jump(STALL_MS - 1);
  expect(stalls(t)).toBe(0);
  t.jump(1);
  expect(stalls(t)).toBe(1);
});

test('a task that never gets to its client is reported, too', async () => {
  const t = await startAwaiting();
  t.says('busy');
  for (let passed = 0; passed < STALL_MS; passed += 5000) {
    t.jump(5000);
    await t.settle();
  }
  expect(stalls(t)).toBe(1);
  expect(t.context().task?.id).toBe(TASK);
});

/** A session with a task in a pool that replaces what stands still. */
async function startReplaceable(overrides: Partial<SessionInput> = {}) {
  return await startRunning({}, { tasks: REPLACES, ...overrides });
}
const REPLACES: SessionInput['tasks'] = {
  maxAttempts: 2,
  waitingTimeoutMs: WAIT_MS,
  confirmTimeoutMs: 5000,
  stalledAfterMs: STALL_MS,
  stalledAction: 'restart',
};

test('if the config says so, its agent is replaced and the task goes on in its conversation', async () => {
  const t = await startReplaceable();
  const { agent, conversation } = t.context();
  t.jump(STALL_MS - 1);
  expect(t.where()).toBe('running');
  t.jump(1);
  expect(t.entry('task.stalled')).toMatchObject({ action: 'restart' });
  expect(t.where()).toBe('backingOff');
  t.pass(1000);
  await t.settle();
  // The launch ends the old one first.
  expect(t.launches.asked.at(-1)).toMatchObject({
    previous: agent,
    reason: 'crash',
    task: { id: TASK, conversation },
  });
  expect(t.news().map(({ kind }) => kind)).toEqual(['confirmed']);
});

test('that counts as a crash, of a kind that the log and the store tell apart', async () => {
  const t = await startReplaceable();
  t.jump(STALL_MS);
  expect(t.crashes()).toMatchObject([{ cause: { kind: 'stalled' }, state: 'working' }]);
  expect(t.entry('session.crashed')).toMatchObject({ attempt: 1, cause: { kind: 'stalled' } });
  expect(t.context().crashTimes).toHaveLength(1);
});

test('a task whose agent stands still each time ends dead after its attempts', async () => {
  const t = await startReplaceable();
  t.jump(STALL_MS);
  t.pass(1000);
  await t.settle();
  t.says('busy');
  t.prompted();
  t.jump(STALL_MS);
  t.pass(2000);
  await t.settle();
  expect(t.news().at(-1)).toMatchObject({ kind: 'failed', retryable: false });
});

test('the end of a turn that leaves something running is a sign of progress', async () => {
  const t = await startReplaceable();
  t.jump(STALL_MS - 1);
  t.ends(DONE, { background: 1 });
  t.jump(STALL_MS - 1);
  expect(t.crashes()).toEqual([]);
});

test("a person's turn is never replaced, nor one that waits for a person", async () => {
  const mine = await startReady({ tasks: REPLACES });
  mine.says('busy');
  mine.jump(10 * STALL_MS);
  expect(mine.crashes()).toEqual([]);
  const asks = await startReplaceable({ tasks: { ...REPLACES, waitingTimeoutMs: 20 * STALL_MS } });
  asks.says('waiting', { waitingFor: 'permission' });
  asks.jump(10 * STALL_MS);
  expect(asks.crashes()).toEqual([]);
});

test('nothing is replaced in a pool that has escalated', async () => {
  const t = await startReplaceable();
  t.send({ type: 'pool.halted' });
  t.jump(STALL_MS);
  expect(t.where()).toBe('running');
  expect(t.entry('task.stalled')).toMatchObject({ action: 'report' });
});
