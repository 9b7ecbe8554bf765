import { expect, test } from '@jest/globals';
import type { SessionStart } from '../../../machines/session/types.ts';
import {
  reportOfFacts,
  reportOfSnapshot,
  statusReport,
  unknownAccount,
} from '../../../supervisor/status.ts';
import { sessionFacts } from '../../harness/facts.ts';
import { testConfig } from '../../harness/test-config.ts';
import {
  paneOf,
  refusal,
  startTestSession,
  TASK,
  type TestSession,
} from '../../harness/test-session.ts';

const wordsOf = (t: TestSession) => {
  const { state, substate } = reportOfSnapshot(t.snapshot());
  return [state, substate];
};

const START_TIME = '2023-11-14T22:13:20.000Z';

test('a session is reported with everything an operator asks for', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('busy');
  expect(reportOfSnapshot(t.snapshot())).toEqual({
    name: 'pool-0',
    kind: 'autonomous',
    index: 0,
    state: 'working',
    substate: 'running',
    account: 'first',
    task: null,
    conversation: t.context().conversation,
    pid: 101,
    restarts: 0,
    crashedAt: null,
    reason: null,
    since: START_TIME,
    failover: null,
  });
});

test('a crash is reported with its time and reason', async () => {
  const t = startTestSession();
  await t.settle();
  t.dies();
  expect(reportOfSnapshot(t.snapshot())).toMatchObject({
    state: 'crashed',
    substate: 'backingOff',
    pid: null,
    crashedAt: START_TIME,
    reason: 'the agent was ended by SIGKILL',
  });
});

test.each<readonly [SessionStart, readonly [string, string | null]]>([
  [{ kind: 'launch' }, ['idle', 'starting']],
  [{ kind: 'adopt', pane: paneOf(5), mark: 'm' }, ['idle', 'starting']],
  [{ kind: 'blocked' }, ['idle', 'blocked']],
  [{ kind: 'held', pane: null }, ['idle', 'held']],
  [{ kind: 'failed' }, ['failed', null]],
])('of a session that starts as %j two words are told', (start, words) => {
  expect(wordsOf(startTestSession({ start }))).toEqual(words);
});

test('the words of a session follow it', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  expect(wordsOf(t)).toEqual(['idle', 'ready']);
  t.says('waiting');
  expect(wordsOf(t)).toEqual(['working', 'waiting']);
  t.dies();
  t.pass(750);
  expect(wordsOf(t)).toEqual(['crashed', 'recreating']);
});

test('a failed launch that waits is still starting; why it has not started is told by the log and the history', async () => {
  const t = startTestSession();
  t.launches.next.push(refusal('TMUX_TIMED_OUT'));
  await t.settle();
  expect(reportOfSnapshot(t.snapshot())).toMatchObject({
    state: 'idle',
    substate: 'starting',
    reason: null,
  });
  expect(t.entry('session.delayed')).toMatchObject({ reason: 'refused: TMUX_TIMED_OUT' });
});

test('a session that is held gives no reason as long as its agent lives, then why that ended, until it is released', async () => {
  const t = startTestSession();
  await t.settle();
  const reason = () => reportOfSnapshot(t.snapshot()).reason;
  t.send({ type: 'operator.hold' });
  expect(reason()).toBeNull();
  t.dies();
  t.send({ type: 'operator.hold' });
  expect(reason()).toBe('held, and the agent was ended by SIGKILL');
  t.send({ type: 'operator.release' });
  expect(reason()).toBeNull();
});

test('of one that is found held without an agent that is the reason', () => {
  const t = startTestSession({ start: { kind: 'held', pane: null } });
  expect(reportOfSnapshot(t.snapshot()).reason).toBe('held, and no agent runs in it');
});

const WAITS = 'the pool has escalated: it waits for "claude-failover session reset --all"';

test('a session that a pool which has escalated does not launch says what it waits for, and why it crashed', async () => {
  const t = startTestSession();
  await t.settle();
  t.send({ type: 'pool.halted' });
  expect(reportOfSnapshot(t.snapshot()).reason).toBeNull();
  t.dies();
  const reason = `the agent was ended by SIGKILL; ${WAITS}`;
  expect(reportOfSnapshot(t.snapshot())).toMatchObject({ substate: 'backingOff', reason });
  const missing = startTestSession({ isPoolHalted: true });
  await missing.settle();
  expect(reportOfSnapshot(missing.snapshot())).toMatchObject({
    substate: 'starting',
    reason: WAITS,
  });
});

test('of a session whose name is taken only that is told: neither account, conversation nor pid are its own', () => {
  const t = startTestSession({ start: { kind: 'blocked' }, facts: sessionFacts() });
  const reason = expect.stringContaining('session adopt pool-0');
  const nothing = { account: null, conversation: null, pid: null, task: null };
  expect(reportOfSnapshot(t.snapshot())).toMatchObject({ substate: 'blocked', reason, ...nothing });
  t.send({ type: 'operator.adopt', restart: false });
  expect(reportOfSnapshot(t.snapshot())).toMatchObject({ substate: 'blocked', ...nothing });
});

test('the task of a session is told as long as it holds it, also while its agent is replaced', async () => {
  const t = startTestSession();
  await t.settle();
  t.says('idle');
  t.assign();
  expect(reportOfSnapshot(t.snapshot())).toMatchObject({
    state: 'working',
    substate: 'delivering',
    task: TASK,
  });
  await t.settle();
  t.prompted();
  expect(reportOfSnapshot(t.snapshot())).toMatchObject({ state: 'working', task: TASK });
  t.dies();
  expect(reportOfSnapshot(t.snapshot())).toMatchObject({ state: 'crashed', task: TASK });
});

test('while no daemon runs the task that a session holds by the store is told', () => {
  const [slot] = [startTestSession().context().slot];
  expect(reportOfFacts(slot, sessionFacts(), TASK)).toMatchObject({ state: 'idle', task: TASK });
});

test('the counts of the queue are told, and none before anybody has counted', () => {
  const parts = {
    daemon: { state: 'ready', pid: 1, version: '0', startedAt: null },
    pool: testConfig().pool,
    sessions: [],
    accounts: [],
  } as const;
  const counts = { queued: 3, blocked: 1, running: 2, done: 7, dead: 0, cancelled: 1 };
  expect(statusReport({ ...parts, queue: counts }).queue).toEqual(counts);
  expect(statusReport(parts).queue).toMatchObject({ queued: 0, done: 0 });
});

test('while no daemon runs the stored facts are reported', () => {
  const [slot] = [startTestSession().context().slot];
  expect(reportOfFacts(slot, null)).toMatchObject({
    state: 'idle',
    substate: null,
    conversation: null,
    pid: null,
  });
  expect(reportOfFacts(slot, sessionFacts({ held: true, restarts: 3 }))).toMatchObject({
    state: 'idle',
    substate: 'held',
    pid: 4242,
    restarts: 3,
    since: null,
  });
  const failed = { at: Date.parse(START_TIME), code: 'X', reason: 'given up' };
  expect(reportOfFacts(slot, sessionFacts({ failed }))).toMatchObject({
    state: 'failed',
    substate: null,
    reason: 'given up',
    since: START_TIME,
  });
});

test('usable are the sessions that work or could, of the autonomous ones; fewer than min is degraded', async () => {
  const t = startTestSession();
  const sessions = [];
  await t.settle();
  sessions.push(reportOfSnapshot(t.snapshot()));
  t.says('idle');
  sessions.push(reportOfSnapshot(t.snapshot()));
  t.says('waiting');
  sessions.push(reportOfSnapshot(t.snapshot()));
  const dedicated = { ...reportOfSnapshot(t.snapshot()), kind: 'dedicated' as const };
  const report = statusReport({
    daemon: { state: 'ready', pid: 1, version: '0', startedAt: Date.parse(START_TIME) },
    pool: testConfig().pool,
    sessions: [...sessions, dedicated],
    accounts: [],
  });
  expect(report.pool).toEqual({ min: 3, max: 3, usable: 2, degraded: true });
  expect(report.daemon.startedAt).toBe(START_TIME);
  expect(report.v).toBe(1);
});

test.each([
  ['at its prompt', 'idle', 'ready', 'limited', 0],
  ['at its prompt', 'idle', 'ready', 'disabled', 0],
  ['at its prompt', 'idle', 'ready', 'available', 1],
  ['at work', 'working', 'running', 'limited', 1],
  ['parked', 'idle', 'parked', 'available', 0],
  ['parked with its task', 'working', 'parked', 'available', 0],
] as const)(
  'a session that is %s (%s %s) on an account that is %s counts as %i usable',
  async (_, state, substate, word, usable) => {
    const t = startTestSession();
    const session = { ...reportOfSnapshot(t.snapshot()), state, substate };
    const { min, max } = testConfig().pool.autonomous;
    const report = statusReport({
      daemon: { state: 'ready', pid: 1, version: '0', startedAt: null },
      pool: testConfig().pool,
      sessions: [session],
      accounts: [{ ...unknownAccount('first'), state: word }],
    });
    expect(report.pool).toEqual({ min, max, usable, degraded: true });
  },
);
