import { execFileSync } from 'node:child_process';
import { expect, jest, test } from '@jest/globals';
import { agentBySession, agentsBelow } from '../harness/pool-agents.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, makeTestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

/** So few restarts are allowed that failures that are not the agent's own would end a session at once. */
const FEW = {
  restart: { intensity: 2, backoff_initial: '20ms', backoff_max: '500ms' },
  reconcile: { interval: '500ms' },
};

/** From now on the process cannot open one file more; gives what takes that back. */
function starve(pid: number): () => void {
  const limit = (count: number) =>
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${count}:`]);
  // What is open stays so; every number from here on is refused.
  limit(3);
  return () => limit(1024);
}

function saysTooManyFiles({ log }: DaemonRun): boolean {
  return log.some((line) => JSON.stringify(line).includes('EMFILE'));
}

test('a daemon without a file descriptor left decides nothing on doubt; given some, it makes up for everything', async () => {
  const pool = makeTestPool({ max: 3, config: FEW });
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const before = agentBySession(pool.dir);
  const feed = starve(run.pid);
  sendSignal(before['ccl-auto-12']);
  await until(() => saysTooManyFiles(run), { withinMs: 20_000, what: 'the daemon to say so' });
  const id = await desk.add('accepted all the same');
  // Several looks and tries long: whoever took doubt for death would have replaced the living by now.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const others = agentsBelow(pool.dir).map(({ session, pid }) => [session, pid]);
  expect(Object.fromEntries(others)).toMatchObject({
    'ccl-auto-11': before['ccl-auto-11'],
    'ccl-auto-13': before['ccl-auto-13'],
  });
  expect(run.child.exitCode).toBeNull();

  feed();
  const [task] = await desk.allEnd([id], 60_000);
  expect(task).toMatchObject({ state: 'done', attempts: 1 });
  const after = await pool.allAre('idle.ready');
  expect(after.map(({ restarts }) => restarts)).toEqual([0, 1, 0]);
  const crashes = run.log.filter(({ event }) => event === 'session.crashed');
  expect(crashes.map(({ session }) => session)).toEqual(['ccl-auto-12']);
});
