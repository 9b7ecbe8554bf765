import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { type HookEvent, listenToHooks } from '../bench/hook-pipe.ts';
import { taskAdder } from '../bench/task-adder.ts';
import { limitAccount } from '../fixtures/demo-agent/failure.ts';
import { healDemoAccount } from '../harness/demo-home.ts';
import { filesBelow } from '../harness/files-below.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { type ListedTask, taskDesk } from '../harness/task-desk.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { movesIn, tooSoon, withoutCause, withoutHit } from '../harness/told-moves.ts';

jest.setTimeout(600_000);

const ACCOUNTS = ['compte1', 'compte2', 'compte3'];
const COOLDOWN_S = 10;
const FAILOVER = {
  strategy: 'spread',
  reset_margin: '0s',
  cooldown: `${COOLDOWN_S}s`,
  concurrency: 4,
};
const LASTS_S = 120;
/** So often the next account, in turn, is at its limit, for so long. */
const NEXT_S = 4;
const LIMITED_MS = 5000;

/** The prompts that were taken, as the agents' own hooks tell. */
function hearPrompts(pool: TestPool): readonly HookEvent[] {
  const heard: HookEvent[] = [];
  listenToHooks(pool, (event) => {
    if (event.kind === 'prompted') heard.push(event);
  });
  return heard;
}

/**
 * How the turns of these tasks have ended, as the transcripts tell: each row is there before a hook runs, and of
 * those that run beside ours one may be cut short, as the daemon ends the agent of which it was told.
 */
function endsOfTurns(pool: TestPool, tasks: readonly ListedTask[]) {
  const ends = tasks.flatMap(({ session, conversation }) =>
    endsIn(pool, conversation).map((isHit) => ({ session: `${session}`, isHit })),
  );
  return { hits: ends.filter(({ isHit }) => isHit), answers: ends.filter(({ isHit }) => !isHit) };
}

/** Of each turn of a conversation, in order, whether it met a limit. */
function endsIn({ config }: TestPool, conversation: string | null): readonly boolean[] {
  const projects = join(config.sharedState.root, 'projects');
  const file = filesBelow(projects).find((one) => one.endsWith(`${conversation}.jsonl`));
  if (file === undefined) throw new Error(`the conversation ${conversation} is not on the disk`);
  const rows = readFileSync(join(projects, file), 'utf8').trimEnd().split('\n');
  // It is false of what the agent notes by itself where a turn was cut off.
  return rows
    .map((row) => JSON.parse(row))
    .filter(({ type, isApiErrorMessage }) => type === 'assistant' && isApiErrorMessage !== false)
    .map(({ isApiErrorMessage }) => isApiErrorMessage === true);
}

/** For two minutes, a task a second; gives their ids. At no moment a session has two agents. */
async function flap(pool: TestPool): Promise<readonly string[]> {
  const homes = pool.config.accounts.map(({ home }) => home);
  const add = await taskAdder(pool);
  const ids: string[] = [];
  for (let second = 0; second < LASTS_S; second += 1) {
    const home = homes[(second / NEXT_S) % homes.length];
    if (home !== undefined) limitAccount(home, LIMITED_MS);
    const added = await add(['walk on [[demo:work 1500ms]] and on [[demo:work 200ms]]']);
    ids.push(...added.map(({ task }) => task));
    agentBySession(pool.dir);
    await sleep(1000);
  }
  return ids;
}

test('three accounts that are limited and free in turn for two minutes: nobody goes to and fro, each move has its limit, and each task ends done', async () => {
  const pool = makeTestPool({ max: 4, accounts: ACCOUNTS, config: { failover: FAILOVER } });
  const prompts = hearPrompts(pool);
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.allAre('idle.ready');

  const ids = await flap(pool);
  for (const name of ACCOUNTS) healDemoAccount(join(pool.dir, 'accounts', name));
  const tasks = await desk.allEnd(ids, 180_000);
  const { hits, answers } = endsOfTurns(pool, tasks);

  const { log } = run;
  const limited = log.filter(({ event }) => event === 'account.limited');
  expect(new Set(limited.map(({ account }) => account))).toEqual(new Set(ACCOUNTS));
  const moves = movesIn(log);
  expect(moves.length).toBeGreaterThan(ACCOUNTS.length);
  expect(tooSoon(moves, COOLDOWN_S * 1000)).toEqual([]);
  expect(withoutHit(moves, hits)).toEqual([]);
  expect(withoutCause(moves, log)).toEqual([]);

  expect(tasks.map(({ state, attempts }) => [state, attempts])).toEqual(ids.map(() => ['done', 1]));
  // Each turn that met a limit went on with one prompt, and no other prompt was given twice.
  expect(prompts).toHaveLength(ids.length + hits.length);
  expect(answers).toHaveLength(ids.length);
  expect(log.filter(({ event }) => event === 'session.crashed')).toEqual([]);
});
