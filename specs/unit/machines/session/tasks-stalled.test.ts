import { expect, test } from '@jest/globals';
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
