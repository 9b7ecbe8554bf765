import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest } from '@jest/globals';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { agentBySession, agentsBelow } from '../harness/pool-agents.ts';
import { runCli } from '../harness/run-cli.ts';
import {
  brittleDisk,
  readOnlyDisk,
  smallDisk,
  testWithBrittleDisks,
  testWithDisks,
} from '../harness/small-disk.ts';
import { taskDesk } from '../harness/task-desk.ts';
import { type DaemonRun, makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

/** So few restarts are allowed that a failure that is not the agent's own would end a session at once. */
const FEW = {
  restart: { intensity: 2, backoff_initial: '20ms', backoff_max: '500ms' },
  reconcile: { interval: '1s' },
};

/** A pool of two, one of which is at a task until it is told to finish, with the pid of the other one's agent. */
async function poolAtWork(pool: TestPool) {
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const gate = join(pool.dir, 'gate');
  const id = await desk.add(`a long one [[demo:until ${gate}]]`);
  await run.logged('task.confirmed', { task: id });
  const { sessions } = await pool.status();
  const worker = sessions.find(({ task }) => task === id);
  const idle = sessions.find(({ task }) => task === null);
  if (worker === undefined || idle?.pid == null) throw new Error('not one is at work and one idle');
  const finish = () => writeFileSync(gate, '');
  return {
    heard,
    desk,
    run,
    id,
    finish,
    worker: worker.name,
    idle: { name: idle.name, pid: idle.pid },
  };
}

async function history(pool: TestPool, session: string): Promise<readonly string[]> {
  const args = ['session', 'show', session, '--json', '--config', pool.file];
  const { stdout } = await runCli(args, { env: pool.env });
  return (JSON.parse(stdout).history as { event: string }[]).map(({ event }) => event);
}

function saysReason(run: DaemonRun, reason: string) {
  return run.log.filter((line) => String(line['reason']).startsWith(reason));
}

testWithDisks(
  'a disk that fills up loses nothing: what was accepted ends once, a death is recorded, what is refused is told',
  async () => {
    const pool = makeTestPool({ max: 2, config: FEW });
    const disk = smallDisk(pool.config.stateDir, 12);
    const { heard, desk, run, id, finish, worker, idle } = await poolAtWork(pool);
    disk.fill();
    finish();
    process.kill(idle.pid, 'SIGKILL');
    await run.logged('session.crashed', { session: idle.name });

    const text = `too much ${'x'.repeat(90_000)}`;
    const refused = await runCli(['task', 'add', text, '--config', pool.file], { env: pool.env });
    expect(refused).toMatchObject({
      code: 70,
      stderr: expect.stringContaining('the disk is full: free some space'),
    });
    // More failures than crashes are allowed: they are no fault of the session.
    const isDelayed = () => run.log.filter(({ event }) => event === 'session.delayed').length > 4;
    await until(isDelayed, { withinMs: 20_000, what: 'launches that were put off' });
    await pool.sessionIs(idle.name, 'crashed');
    await pool.sessionIs(worker, 'idle.ready');
    expect((await pool.status()).daemon.state).toBe('ready');
    expect(saysReason(run, 'a line of a history could not be stored')).toHaveLength(1);

    disk.free();
    const [task] = await desk.allEnd([id], 60_000);
    expect(task).toMatchObject({ state: 'done', attempts: 1 });
    expect(heard.with('a long one')).toHaveLength(1);
    await pool.allAre('idle.ready');
    expect(await pool.session(idle.name)).toMatchObject({ restarts: 1, state: 'idle' });
    await until(async () => (await history(pool, idle.name)).includes('session.crashed'), {
      withinMs: 10_000,
      what: 'the crash in the history of its session',
    });
    expect((await desk.list()).map((one) => one.id)).toEqual([id]);
    expect(Object.keys(agentBySession(pool.dir))).toHaveLength(2);
  },
);

testWithDisks(
  'a daemon that ends while the disk is full ends in time, and the next one finds what it could not store',
  async () => {
    const pool = makeTestPool({ max: 2, config: FEW });
    const disk = smallDisk(pool.config.stateDir, 12);
    const { heard, desk, run, id, finish } = await poolAtWork(pool);
    const agents = agentBySession(pool.dir);
    disk.fill();
    finish();
    await pool.allAre('idle.ready');
    run.child.kill('SIGTERM');
    await expect(run.exited).resolves.toEqual({ code: 0, signal: null });

    disk.free();
    await pool.start();
    const [task] = await desk.allEnd([id], 60_000);
    expect(task).toMatchObject({ state: 'done', attempts: 1 });
    expect(heard.with('a long one')).toHaveLength(1);
    await pool.allAre('idle.ready');
    expect(agentBySession(pool.dir)).toEqual(agents);
  },
);

testWithDisks(
  'a start on a full disk ends with 70, which a manager tries again, says why, and touches no agent that lives',
  async () => {
    const pool = makeTestPool({ max: 1, config: FEW });
    const disk = smallDisk(pool.config.stateDir, 12);
    const first = await pool.start();
    await pool.allAre('idle.ready');
    const agents = agentBySession(pool.dir);
    first.child.kill('SIGKILL');
    await first.exited;

    disk.fill();
    const second = await pool.start({ awaitReady: false });
    await expect(second.exited).resolves.toEqual({ code: 70, signal: null });
    expect(second.stderr()).toContain('the disk is full: free some space');
    expect(await second.logged('daemon.failed')).toMatchObject({ exitCode: 70 });
    expect(agentBySession(pool.dir)).toEqual(agents);

    disk.free();
    await pool.start();
    await pool.allAre('idle.ready');
    expect(agentBySession(pool.dir)).toEqual(agents);
  },
);

testWithDisks(
  'a start on a state directory that cannot be written ends with 70 before tmux is asked anything',
  async () => {
    const pool = makeTestPool({ max: 1 });
    readOnlyDisk(pool.config.stateDir);
    const run = await pool.start({ awaitReady: false });
    await expect(run.exited).resolves.toEqual({ code: 70, signal: null });
    expect(run.stderr()).toContain('read-only file system');
    expect(() => pool.tmux('list-sessions')).toThrow();
    expect(agentsBelow(pool.dir)).toEqual([]);
  },
);

testWithBrittleDisks(
  'a disk that turns read-only under the daemon ends no agent and no task; once it is mended the next daemon goes on',
  async () => {
    const pool = makeTestPool({ max: 2, config: FEW });
    const disk = brittleDisk(pool.config.stateDir);
    const { heard, desk, run, id, finish, idle } = await poolAtWork(pool);
    disk.turnReadOnly();
    process.kill(idle.pid, 'SIGKILL');
    await run.logged('session.delayed', { session: idle.name });
    expect((await pool.status()).daemon.state).toBe('ready');
    expect(Object.keys(agentBySession(pool.dir))).toHaveLength(1);
    run.child.kill('SIGTERM');
    await expect(run.exited).resolves.toEqual({ code: 0, signal: null });

    disk.mend();
    await pool.start();
    finish();
    const [task] = await desk.allEnd([id], 60_000);
    expect(task).toMatchObject({ state: 'done', attempts: 1 });
    expect(heard.with('a long one')).toHaveLength(1);
    await pool.allAre('idle.ready');
  },
);
