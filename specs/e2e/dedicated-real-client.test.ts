import { expect, jest, test } from '@jest/globals';
import { MINE, mineIsOn } from '../harness/dedicated-pool.ts';
import { makePro } from '../harness/other-logins.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { makeRealClientPool, type RealClientPool } from '../harness/real-client-pool.ts';
import { talkIn } from '../harness/said-rows.ts';
import { pidIn, sayByHand, screenOf, startByHand } from '../harness/started-by-hand.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(240_000);

const DIALOG = 'What do you want to do?';

/** A pool of one dedicated session, on accounts for which the client opens a dialog at its first limit. */
async function makePool(accounts: readonly string[]) {
  const project = tempDir();
  const pool = await makeRealClientPool(0, {
    accounts,
    config: {
      pool: {
        autonomous: { prefix: 'ccl-auto-', start_index: 11, max: 0 },
        dedicated: [{ name: MINE, project, account: accounts[0] }],
      },
      failover: { strategy: 'priority', reset_margin: '1s', cooldown: '1s' },
      reconcile: { interval: '1s' },
    },
  });
  for (const { home } of pool.config.accounts) makePro(home);
  return { pool, project };
}

function set(pool: RealClientPool, account: string, mode: string): void {
  pool.stub.set(pool.tokens[account] ?? '', { mode });
}

const shows = (pool: RealClientPool, what: string) =>
  until(() => screenOf(pool).includes(what), { withinMs: 60_000, what: `"${what}"`, everyMs: 100 });

test('the real client, started by hand and at its limit, goes on on another account in the same conversation', async () => {
  const { pool, project } = await makePool(['compte1', 'compte2']);
  const { env } = pool.config.agent;
  startByHand(pool, { account: 'compte1', project, env });
  await shows(pool, '❯');
  const pid = pidIn(pool);
  const run = await pool.start();
  await sayByHand(pool, 'remember the heron');
  const mine = await pool.sessionIs(MINE, 'idle.ready', 60_000);
  expect(mine).toMatchObject({ pid, account: 'compte1', restarts: 0 });
  await shows(pool, 'STUB-REPLY');

  set(pool, 'compte1', 'limit_5h');
  await sayByHand(pool, 'and the egret');
  const { conversation } = mine;
  const moved = await mineIsOn(pool, 'compte2', { withinMs: 60_000 });
  expect(moved).toMatchObject({ conversation, restarts: 0 });
  expect(agentBySession(pool.dir)[MINE]).toBe(moved.pid);
  const limited = await run.logged('account.limited', { account: 'compte1' });
  expect(limited['evidence']).toMatchObject({ source: 'transcript', status: 429, conversation });

  await sayByHand(pool, 'and the crane');
  const asked = await until(
    () =>
      pool.stub.requests.findLast(
        ({ isMain, token }) => isMain && token === pool.tokens['compte2'],
      ),
    { withinMs: 30_000, what: 'the next prompt on the other account' },
  );
  const heard = asked.userTexts.join('\n');
  for (const bird of ['heron', 'egret', 'crane']) expect(heard).toContain(bird);
  const { astray, doubled } = talkIn(pool.transcript(conversation ?? ''));
  expect([astray, doubled]).toEqual([[], []]);
});

test('the dialog that the client opens at a limit is closed where the session stays, and nothing in it is chosen', async () => {
  const { pool } = await makePool(['compte1']);
  const run = await pool.start();
  const mine = await pool.sessionIs(MINE, 'idle.ready', 60_000);
  set(pool, 'compte1', 'limit_5h');
  await sayByHand(pool, 'remember the heron');
  await shows(pool, DIALOG);

  await run.logged('session.dialog_closed', { session: MINE, account: 'compte1' });
  const stays = await pool.sessionIs(MINE, 'idle.ready', 30_000);
  expect(stays).toMatchObject({ pid: mine.pid, account: 'compte1', restarts: 0 });
  // The status comes by a file, what is on the screen by tmux.
  await until(() => !screenOf(pool).includes(DIALOG), {
    withinMs: 10_000,
    what: 'the dialog to be gone from the screen',
  });

  set(pool, 'compte1', 'text');
  await sayByHand(pool, 'and the egret');
  // The client shows an answer before its rows are on disk.
  const said = await until(
    () => {
      const rows = talkIn(pool.transcript(stays.conversation ?? '')).said;
      return rows.some((row) => row.includes('STUB-REPLY')) ? rows : undefined;
    },
    { withinMs: 30_000, what: 'the answer in the transcript' },
  );
  expect(said.filter((line) => line.startsWith('user: ') || line === 'limit')).toEqual([
    'user: remember the heron',
    'limit',
    'user: and the egret',
  ]);
  expect(run.log.filter(({ event }) => event === 'session.dialog_closed')).toHaveLength(1);
});
