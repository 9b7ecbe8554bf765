import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { filesBelow } from '../harness/files-below.ts';
import { hearPrompts } from '../harness/heard-prompts.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { makeRealClientPool, type RealClientPool } from '../harness/real-client-pool.ts';
import { type Talk, talkIn } from '../harness/said-rows.ts';
import { taskDesk } from '../harness/task-desk.ts';
import type { DaemonRun } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(900_000);

const ONE = 'ccl-auto-11';
const FIRST = 'compte1';
const SECOND = 'compte2';
const MOVES = 50;
const AT_ONCE = { strategy: 'priority', reset_margin: '0s', cooldown: '0s' };
const TEXT = 'walk on, and tell of each step';
const GO_ON = 'Continue where you left off.';
const LAST = 'assistant: STUB-REPLY: done.';

/** Where the turn after so many moves runs. */
function accountAfter(moves: number): string {
  return moves % 2 === 0 ? FIRST : SECOND;
}

function wordsOf(step: number): string {
  return `the heron takes step ${step} of the way`;
}

/** What becomes of the turn after so many moves: it reads of one step and meets the limit; the last one ends well. */
function setTurn({ stub, tokens, config }: RealClientPool, moves: number): void {
  const token = tokens[accountAfter(moves)] ?? '';
  if (moves === MOVES) {
    stub.set(token, { mode: 'text', queue: [] });
    return;
  }
  const file = join(config.pool.autonomous.workdir, `step-${moves}.txt`);
  writeFileSync(file, `${wordsOf(moves)}\n`);
  stub.set(token, { mode: 'limit_5h', queue: ['tool_read'], options: { file } });
}

/** Waits until the next agent of this move, the first one is 1, is there. */
function isUnderWay({ log }: DaemonRun, move: number): Promise<boolean> {
  const isStarted = () => {
    const begun = log.flatMap(({ event }, at) => (event === 'failover.started' ? [at] : []));
    const at = begun[move - 1];
    return at !== undefined && log.slice(at).some(({ event }) => event === 'session.created');
  };
  return until(isStarted, { withinMs: 30_000, what: `the agent of move ${move}` });
}

/** As an operator would who knows better: the account can be used again. */
async function recover(pool: RealClientPool, account: string): Promise<void> {
  const { status, body } = await pool.post(`/v1/accounts/${account}/clear`);
  expect({ status, body }).toMatchObject({ status: 200 });
}

/** What the transcript is to tell of the turn after so many moves. */
function turnAfter(moves: number, id: string): readonly unknown[] {
  const prompt = `user: [task ${id}]\n${moves === 0 ? TEXT : GO_ON}`;
  if (moves === MOVES) return [prompt, LAST];
  return [
    prompt,
    "assistant: I'll use Read.",
    `uses Read step-${moves}.txt`,
    expect.stringContaining(wordsOf(moves)),
    'limit',
  ];
}

/** What the transcript tells, once the last answer is in it: the client tells of that before its row is on disk. */
function wholeTalk(pool: RealClientPool, conversation: string): Promise<Talk> {
  const read = () => {
    const talk = talkIn(pool.transcript(conversation));
    if (talk.said.at(-1) === LAST) return talk;
    throw new Error(`it ends with ${talk.said.at(-1)}`);
  };
  return until(read, { withinMs: 30_000, what: 'the last answer in the transcript' });
}

/** What the API is asked in that turn, as whom. */
function requestsAfter(moves: number, { tokens }: RealClientPool): readonly unknown[] {
  const token = tokens[accountAfter(moves)];
  return moves === MOVES ? [[token, 'text']] : [token, token].map((t, i) => [t, MODES[i]]);
}

const MODES = ['tool_read', 'limit_5h'];

test('a conversation that meets fifty limits in a row goes to and fro between two accounts; turn by turn, it has each prompt and each answer once, in order, on one line', async () => {
  const pool = await makeRealClientPool(1, { config: { failover: AT_ONCE } });
  const heard = hearPrompts(pool);
  const desk = taskDesk(pool);
  const run = await pool.start();
  await pool.sessionIs(ONE, 'idle.ready');
  setTurn(pool, 0);
  setTurn(pool, 1);

  const id = await desk.add(TEXT);
  for (let move = 1; move <= MOVES; move += 1) {
    await isUnderWay(run, move);
    // Throws when there are two; the one that is there may not have become the client yet.
    agentBySession(pool.dir);
    if (move < MOVES) setTurn(pool, move + 1);
    await recover(pool, accountAfter(move - 1));
  }
  const { conversation, ...task } = await desk.is(id, 'done', 60_000);

  const turns = Array.from({ length: MOVES + 1 }, (_, moves) => moves);
  const talk = await wholeTalk(pool, conversation ?? '');
  expect(talk.said).toEqual(turns.flatMap((moves) => turnAfter(moves, id)));
  expect(talk.astray).toEqual([]);
  expect(talk.doubled).toEqual([]);
  expect(heard.with(id)).toEqual(
    turns.map((moves) => `[task ${id}]\n${moves === 0 ? TEXT : GO_ON}`),
  );
  expect(filesBelow(pool.config.sharedState.root).filter(isTranscript)).toEqual([
    expect.stringContaining(conversation ?? '-'),
  ]);

  const asked = pool.stub.requests.filter(({ isMain }) => isMain);
  expect(asked.map(({ token, mode }) => [token, mode])).toEqual(
    turns.flatMap((moves) => requestsAfter(moves, pool)),
  );
  const told = JSON.stringify(asked.at(-1)?.body?.messages);
  expect([...told.matchAll(/takes step (\d+) of/g)].map(([, step]) => Number(step))).toEqual(
    turns.slice(0, MOVES),
  );

  expect(task).toMatchObject({ attempts: 1, session: ONE });
  expect(eventsOf(run, 'failover.completed')).toEqual(
    turns.slice(1).map((move) => ({
      ...{ session: ONE, conversation, reason: 'limit' },
      ...{ from: accountAfter(move - 1), to: accountAfter(move) },
    })),
  );
  expect(eventsOf(run, 'session.crashed')).toEqual([]);
  expect(Object.keys(agentBySession(pool.dir))).toEqual([ONE]);
});

function isTranscript(file: string): boolean {
  return file.endsWith('.jsonl');
}

function eventsOf({ log }: DaemonRun, wanted: string): readonly object[] {
  return log
    .filter(({ event }) => event === wanted)
    .map(({ session, conversation, reason, from, to }) => ({
      ...{ session, conversation, reason, from, to },
    }));
}
