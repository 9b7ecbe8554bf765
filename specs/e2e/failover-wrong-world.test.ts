/** A move in surroundings that fail: the conversation, its directory, the disk, the store, tmux. */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { storePath } from '../../config/store-path.ts';
import { chooseDemoStarts } from '../harness/demo-home.ts';
import { agentsBelow } from '../harness/pool-agents.ts';
import { startProgram } from '../harness/program.ts';
import { type SmallDisk, smallDisk, testWithDisks } from '../harness/small-disk.ts';
import type { TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';
import {
  conversationsOf,
  expectOneConversation,
  goesOnAt,
  isBeingEnded,
  ONE,
  startWrongMovePool,
  transcriptFileOf,
  type WrongMovePool,
} from '../harness/wrong-move-pool.ts';
import { wrongMove } from '../harness/wrong-moves.ts';

jest.setTimeout(240_000);

/** Its agent on the first account does not heed SIGTERM: what happens while it is ended can be chosen. */
function stubborn({ dir }: TestPool): void {
  chooseDemoStarts(join(dir, 'accounts', 'compte1'), { DEMO_STUBBORN: '1' });
}

/** The last row comes after the hook that tells of the end: a file moved away before would be there again. */
async function turnIsWritten(pool: WrongMovePool): Promise<void> {
  const isWritten = () => readFileSync(transcriptFileOf(pool), 'utf8').includes('"turn_duration"');
  await until(isWritten, { withinMs: 10_000, what: 'the end of the turn on the disk' });
}

/** A task is under way, and its agent is being ended. */
async function movingWithTask(): Promise<WrongMovePool & { readonly id: string }> {
  const pool = await startWrongMovePool({}, stubborn);
  const id = await pool.startTask();
  pool.meetLimit();
  await isBeingEnded(pool);
  await turnIsWritten(pool);
  return { ...pool, id };
}

/** A conversation has begun, no turn runs, and its account is out of use from now on. */
async function leavingAtRest(prepare: (pool: TestPool) => void = () => {}): Promise<WrongMovePool> {
  const pool = await startWrongMovePool({}, prepare);
  await pool.desk.is(await pool.desk.add('remember the heron'), 'done');
  await pool.sessionIs(ONE, 'idle.ready');
  await turnIsWritten(pool);
  return pool;
}

const leave = (pool: WrongMovePool) => pool.verb('account', 'limit', 'compte1', '--for', '1h');

/** It has given up, says what to do, and goes on in the same conversation once that is done. */
async function failsUntil(pool: WrongMovePool, mend: () => void, reason: RegExp): Promise<void> {
  const { conversation } = pool.before;
  const failed = await pool.sessionIs(ONE, 'failed');
  expect(failed).toMatchObject({ conversation, task: null });
  expect(failed.reason).toMatch(reason);
  expect(failed.reason).toContain(`claude-failover session reset ${ONE}`);
  await pool.run.logged('failover.failed', { session: ONE });
  mend();
  await pool.verb('session', 'reset', ONE);
  const again = await pool.sessionIs(ONE, 'idle.ready');
  expect(again).toMatchObject({ conversation, account: 'compte2' });
  expect(agentsBelow(pool.dir).map(({ pid }) => pid)).toEqual([again.pid]);
  expectOneConversation(pool);
}

const VANISHED = /transcript of conversation .* has vanished; put it back/;

test(wrongMove('transcriptGone'), async () => {
  const pool = await leavingAtRest();
  const { pid } = await pool.session(ONE);
  const file = transcriptFileOf(pool);
  renameSync(file, `${file}.away`);
  await leave(pool);
  await pool.sessionIs(ONE, 'failed');
  expect(agentsBelow(pool.dir).map((agent) => agent.pid)).toEqual([pid]);
  await failsUntil(pool, () => renameSync(`${file}.away`, file), VANISHED);
});

test(wrongMove('transcriptVanishes'), async () => {
  const pool = await leavingAtRest(stubborn);
  const file = transcriptFileOf(pool);
  await leave(pool);
  await isBeingEnded(pool);
  renameSync(file, `${file}.away`);
  await pool.sessionIs(ONE, 'failed');
  expect(agentsBelow(pool.dir)).toEqual([]);
  await failsUntil(pool, () => renameSync(`${file}.away`, file), VANISHED);
});

test(wrongMove('taskTranscriptVanishes'), async () => {
  const pool = await movingWithTask();
  renameSync(transcriptFileOf(pool), join(pool.dir, 'away'));
  const { conversation, error } = await pool.desk.is(pool.id, 'dead');
  expect(error).toMatch(/has vanished; the task .* had begun in it: put it back/);
  expect(conversation).toBe(pool.before.conversation);
  // The session is free for others, and has nothing to do with that conversation any more.
  const after = await pool.sessionIs(ONE, 'idle.ready');
  expect(after).toMatchObject({ account: 'compte2', task: null });
  expect(after.conversation).not.toBe(conversation);
  expect(conversationsOf(pool)).toEqual([]);
  expect(pool.heard.with(pool.id)).toHaveLength(1);
  expect(pool.owners.most()).toBe(1);
});

test(wrongMove('workdirGone'), async () => {
  const pool = await leavingAtRest(stubborn);
  const { workdir } = pool.config.pool.autonomous;
  await leave(pool);
  await isBeingEnded(pool);
  renameSync(workdir, `${workdir}-away`);
  await pool.sessionIs(ONE, 'failed');
  expect(agentsBelow(pool.dir)).toEqual([]);
  await failsUntil(pool, () => renameSync(`${workdir}-away`, workdir), /director/);
});

testWithDisks(wrongMove('diskFull'), async () => {
  const disks: SmallDisk[] = [];
  const pool = await startWrongMovePool({}, ({ config }) => {
    disks.push(smallDisk(config.stateDir, 12));
  });
  const id = await pool.startTask();
  const { pid } = await pool.session(ONE);
  disks[0]?.fill();
  pool.meetLimit();
  await pool.sessionIs(ONE, 'working.moving');
  await after(4000);
  expect(agentsBelow(pool.dir).map((agent) => agent.pid)).toEqual([pid]);
  disks[0]?.free();
  await goesOnAt(pool, 'compte2', id);
});

test(wrongMove('storeLocked'), async () => {
  const pool = await startWrongMovePool();
  const id = await pool.startTask();
  const { pid } = await pool.session(ONE);
  const locker = startProgram('store-locker', [storePath(pool.config)]);
  await locker.says((line) => line === 'locked', 'lock the store');
  pool.meetLimit();
  await pool.sessionIs(ONE, 'working.moving');
  await after(8000);
  expect(agentsBelow(pool.dir).map((agent) => agent.pid)).toEqual([pid]);
  await locker.end();
  await goesOnAt(pool, 'compte2', id);
});

test(wrongMove('tmuxKilled'), async () => {
  const pool = await movingWithTask();
  const [old] = agentsBelow(pool.dir);
  process.kill(Number(pool.tmux('display-message', '-p', '#{pid}')), 'SIGKILL');
  await goesOnAt(pool, 'compte2', pool.id);
  expect(agentsBelow(pool.dir)).not.toContainEqual(old);
});
