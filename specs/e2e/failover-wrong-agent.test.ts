/** A move whose agents do not do as they should: the one that is to end, or the one that is to go on. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import {
  attachToMine,
  MINE,
  makeDedicatedPool,
  mineIsOn,
  transcriptOf,
} from '../harness/dedicated-pool.ts';
import { chooseDemoStarts, healDemoAccount } from '../harness/demo-home.ts';
import { agentsBelow } from '../harness/pool-agents.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { tempDir } from '../harness/temp-dir.ts';
import type { DaemonRun, LogLine } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';
import { watchOwners } from '../harness/watched-owners.ts';
import {
  expectOneConversation,
  goesOnAt,
  ONE,
  startWrongMovePool,
} from '../harness/wrong-move-pool.ts';
import { wrongMove } from '../harness/wrong-moves.ts';

jest.setTimeout(240_000);

const KNOBS = 'demo-knobs.json';
const STUBBORN = { DEMO_STUBBORN: '1' };

test(wrongMove('oldStubborn'), async () => {
  const pool = await startWrongMovePool({}, ({ dir }) =>
    chooseDemoStarts(join(dir, 'accounts', 'compte1'), STUBBORN),
  );
  const id = await pool.startTask();
  pool.meetLimit();
  const task = await goesOnAt(pool, 'compte2', id);
  expect(task.attempts).toBe(1);
  expect(pool.heard.with(id)).toHaveLength(2);
});

test(wrongMove('oldStopped'), async () => {
  const pool = await startWrongMovePool();
  await pool.desk.is(await pool.desk.add('remember the heron'), 'done');
  const { pid } = await pool.sessionIs(ONE, 'idle.ready');
  sendSignal(pid, 'SIGSTOP');

  await pool.verb('account', 'limit', 'compte1', '--for', '1h');
  await pool.run.logged('failover.completed', { to: 'compte2' });

  const after = await pool.sessionIs(ONE, 'idle.ready');
  const { conversation } = pool.before;
  expect(after).toMatchObject({ account: 'compte2', conversation, task: null });
  expect(agentsBelow(pool.dir).map((agent) => agent.pid)).toEqual([after.pid]);
  expectOneConversation(pool);
  expect(pool.heard.with('heron')).toHaveLength(1);
});

test(wrongMove('newCrashesLater'), async () => {
  const gate = join(tempDir(), 'turn-may-end');
  const failover = { strategy: 'priority', resume_prompt: `Go on. [[demo:until ${gate}]]` };
  const pool = await startWrongMovePool({
    config: { failover, restart: { backoff_initial: '10ms' } },
  });
  const id = await pool.startTask();
  pool.meetLimit();
  await pool.run.logged('failover.completed', { to: 'compte2' });
  sendSignal((await pool.sessionIs(ONE, 'working.running')).pid);
  await pool.run.logged('session.crashed', { session: ONE });
  writeFileSync(gate, '');

  const task = await goesOnAt(pool, 'compte2', id);
  // The turn that the crash has cut short counts, the one that the limit has does not.
  expect(task.attempts).toBe(2);
  expect(pool.run.log.filter(({ event }) => event === 'failover.started')).toHaveLength(1);
});

const QUICKLY = { backoff_initial: '50ms', backoff_max: '1s' };

/** Where no agent comes up is all that is left: a task that was under way there, and the home to mend. */
async function nowhereToGo(intensity: number, startTimeout: string) {
  const pool = await startWrongMovePool({
    accounts: ['compte1', 'compte2'],
    config: { agent: { start_timeout: startTimeout }, restart: { ...QUICKLY, intensity } },
  });
  const id = await pool.startTask();
  chooseDemoStarts(pool.home('compte2'), { DEMO_NEVER_READY: '1' });
  pool.meetLimit();
  await crashesOf(pool.run, ONE);
  return { ...pool, id };
}

async function crashesOf({ log }: DaemonRun, session: string): Promise<void> {
  const isCrash = (line: LogLine) =>
    line.event === 'session.crashed' && line['session'] === session;
  const what = 'more than one start in vain';
  await until(() => log.filter(isCrash).length > 1, { withinMs: 30_000, what });
}

test(wrongMove('noneComesUp'), async () => {
  const pool = await nowhereToGo(100, '2s');
  expect(await pool.desk.show(pool.id)).toMatchObject({ state: 'running', session: ONE });
  // Its own account can be used again: it goes on there, as it was.
  healDemoAccount(pool.home('compte1'));
  await pool.verb('account', 'clear', 'compte1');
  expect(await goesOnAt(pool, 'compte1', pool.id)).toMatchObject({ attempts: 1 });
});

test(wrongMove('neverComesUp'), async () => {
  // A healthy start that took longer would count as one in vain.
  const pool = await nowhereToGo(2, '4s');
  const failed = await pool.sessionIs(ONE, 'failed');
  expect(failed.reason).toContain('did not reach their prompt in time');
  await pool.run.logged('failover.failed', { session: ONE });
  expect(await pool.desk.is(pool.id, 'queued')).toMatchObject({ attempts: 1 });
  // It is queued only once nobody can have it any more.
  expect(agentsBelow(pool.dir)).toEqual([]);

  rmSync(join(pool.home('compte2'), KNOBS));
  await pool.verb('session', 'reset', ONE);
  await goesOnAt(pool, 'compte2', pool.id);
});

test(wrongMove('dedicatedHangs'), async () => {
  const pool = makeDedicatedPool('compte1', {
    config: {
      failover: { strategy: 'priority', reset_margin: '0s', cooldown: '0s' },
      agent: { start_timeout: '2s' },
      restart: { ...QUICKLY, intensity: 100 },
    },
  });
  const owners = watchOwners(pool.dir);
  const run = await pool.start();
  await pool.allAre('idle.ready');
  const second = join(pool.dir, 'accounts', 'compte2');
  chooseDemoStarts(second, { DEMO_NEVER_READY: '1' });
  const person = await attachToMine(pool);
  await person.submit('remember the egret [[demo:limit 1h]]');

  const { conversation } = await pool.sessionIs(MINE, 'crashed');
  await crashesOf(run, MINE);
  rmSync(join(second, KNOBS));

  const moved = await mineIsOn(pool, 'compte2', { withinMs: 60_000 });
  expect(moved).toMatchObject({ conversation, task: null });
  expect(transcriptOf(pool, conversation)).toContain('remember the egret');
  expect(owners.most()).toBe(1);
});
