import { readFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { runAnswered } from '../harness/run-cli.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { type ShiftedClock, shiftedClock } from '../harness/shifted-clock.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

const DAY_MS = 86_400_000;
const FEW = {
  restart: { intensity: 2, backoff_initial: '20ms', backoff_max: '500ms' },
  reconcile: { interval: '500ms' },
  tasks: { lease: '3s' },
};

/** A pool whose daemon and agents have this clock. */
function poolWith(clock: ShiftedClock, max: number): TestPool {
  return makeTestPool({ max, config: { ...FEW, agent: { env: clock.env } } });
}

test.each([
  ['forward', 1],
  ['back', -1],
])(
  'a wall clock that is set %s by a day: leases, tasks and crashes go on as if nothing had happened',
  async (_, days) => {
    const clock = shiftedClock();
    const pool = poolWith(clock, 2);
    const heard = hearPrompts(pool);
    const desk = taskDesk(pool);
    const run = await pool.start({ env: clock.env });
    await pool.allAre('idle.ready');
    const before = agentBySession(pool.dir);
    const id = await desk.add('a long one [[demo:work 8s]]');
    await run.logged('task.confirmed', { task: id });

    clock.setAhead(days);
    // Longer than a lease: whoever took it for abandoned would have given the task to the other one.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(agentBySession(pool.dir)).toEqual(before);
    const free = (await pool.status()).sessions.find(({ task }) => task === null);
    const idle = await pool.sessionIs(free?.name ?? '', 'idle.ready');
    sendSignal(idle.pid);
    await run.logged('session.recreated', { session: idle.name });
    const { crashedAt } = await pool.session(idle.name);
    expect(Math.abs(Date.parse(crashedAt ?? '') - clock.now())).toBeLessThan(60_000);
    const [task] = await desk.allEnd([id], 60_000);
    expect(task).toMatchObject({ state: 'done', attempts: 1 });
    expect(heard.with('a long one')).toHaveLength(1);
    // Accepted by the clock before (the command line has that one): it must not wait for a day.
    const second = await desk.add('one more');
    expect((await desk.allEnd([second], 60_000))[0]).toMatchObject({ state: 'done', attempts: 1 });
    const queue = async () => (await pool.status()).queue;
    // They are counted again only after a rest of up to a second.
    await until(async () => (await queue()).done === 2, {
      withinMs: 5_000,
      what: 'both to be counted',
    });
    expect(await queue()).toMatchObject({ done: 2, running: 0, queued: 0 });
  },
);

test('crashes before a jump of the clock still count after it, also for the next daemon', async () => {
  const clock = shiftedClock();
  const pool = poolWith(clock, 1);
  const first = await pool.start({ env: clock.env });
  await pool.allAre('idle.ready');
  const crash = async (count: number) => {
    sendSignal((await pool.session('ccl-auto-11')).pid);
    await until(async () => (await pool.session('ccl-auto-11')).restarts === count, {
      withinMs: 15_000,
      what: `restart ${count}`,
    });
    await pool.allAre('idle.ready');
  };
  await crash(1);
  // By the wall clock, that one is a day old now.
  clock.setAhead(1);
  first.child.kill('SIGTERM');
  await first.exited;
  const second = await pool.start({ env: clock.env });
  await pool.allAre('idle.ready');
  await crash(2);
  clock.setAhead(0);
  sendSignal((await pool.session('ccl-auto-11')).pid);
  await second.logged('session.failed');
  await pool.sessionIs('ccl-auto-11', 'failed');
});

test('a limit and a task that are due in thirty days wait quietly: no timer runs over, nothing spins', async () => {
  const pool = makeTestPool({ max: 1, config: FEW });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const due = new Date(Date.now() + 30 * DAY_MS).toISOString();
  for (const account of ['compte1', 'compte2']) {
    const args = ['account', 'limit', account, '--until', due, '--config', pool.file];
    expect(await runAnswered(args, { env: pool.env })).toMatchObject({ code: 0 });
  }
  const id = await desk.add('much later', '--not-before', due);
  await run.logged('account.limited', { account: 'compte2' });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const [lines, cpu] = [run.log.length, cpuTicks(run.pid)];
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect(run.stderr()).toBe('');
  expect(run.log.length - lines).toBeLessThan(5);
  // A timer that runs over fires at once, and again, and again.
  expect(cpuTicks(run.pid) - cpu).toBeLessThan(100);
  const { accounts } = await pool.status();
  expect(accounts.map(({ state, limitedUntil }) => [state, limitedUntil])).toEqual([
    ['limited', due],
    ['limited', due],
  ]);
  expect(await desk.show(id)).toMatchObject({ state: 'queued', attempts: 0 });
});

/** The processor time that it has used, in hundredths of a second. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
