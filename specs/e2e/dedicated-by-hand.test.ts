import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import {
  attachToMine,
  clientsOf,
  type DedicatedPool,
  MINE,
  makeDedicatedPool,
  mineIsOn,
  transcriptOf,
} from '../harness/dedicated-pool.ts';
import { agentBySession } from '../harness/pool-agents.ts';
import { pidIn, sayByHand, screenOf, startByHand } from '../harness/started-by-hand.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

const LIMIT = '[[demo:limit 1h]]';
const CONFIG = {
  failover: { strategy: 'priority', reset_margin: '0s', cooldown: '0s' },
  reconcile: { interval: '1s' },
};

/** A client that a person has started on `compte1` before there was a daemon, at its prompt. */
async function poolWithClient(): Promise<DedicatedPool & { readonly pid: number }> {
  const project = tempDir();
  const pool = makeDedicatedPool('compte2', { project, config: CONFIG });
  startByHand(pool, { account: 'compte1', project });
  await until(() => screenOf(pool).includes('❯'), { withinMs: 10_000, what: 'its prompt' });
  return { ...pool, pid: pidIn(pool) };
}

/** What was said to it in the conversation, in order. */
function promptsOf(pool: DedicatedPool, conversation: string | null): readonly unknown[] {
  const lines = transcriptOf(pool, conversation).trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line));
  return rows
    .filter(({ promptSource }) => promptSource === 'typed')
    .map((row) => row.message.content);
}

async function saidHeron(pool: DedicatedPool) {
  await sayByHand(pool, 'remember the heron');
  return await pool.sessionIs(MINE, 'idle.ready');
}

async function stateOf(pool: DedicatedPool, account: string) {
  const { accounts } = await pool.status();
  return accounts.find(({ name }) => name === account)?.state;
}

test('a client that a person has started by hand is left alone until something is said in it, and then taken over as it is', async () => {
  const pool = await poolWithClient();
  const run = await pool.start();
  const blocked = await until(
    async () => {
      const session = await pool.sessionIs(MINE, 'idle.blocked');
      return session.reason?.includes('started by hand') ? session : null;
    },
    { withinMs: 10_000, what: 'the reason why it is left alone' },
  );
  expect(blocked.reason).toContain(`on compte1, and nothing of its conversation`);

  const mine = await saidHeron(pool);
  expect(mine).toMatchObject({ pid: pool.pid, account: 'compte1', restarts: 0, reason: null });
  expect(transcriptOf(pool, mine.conversation)).toContain('remember the heron');
  await run.logged('session.adopted', { session: MINE, pid: pool.pid, account: 'compte1' });

  run.child.kill('SIGKILL');
  await run.exited;
  await pool.start();
  expect(await pool.sessionIs(MINE, 'idle.ready')).toMatchObject({
    ...{ pid: pool.pid, conversation: mine.conversation, account: 'compte1', restarts: 0 },
  });
  await pool.sessionIs('ccl-auto-11', 'idle.ready');
  // It has nothing of ours in its environment, and still is nobody's second agent.
  expect(Object.keys(agentBySession(pool.dir))).toEqual(['ccl-auto-11']);
});

test('its limit is seen in the transcript: it goes on on another account with its conversation and our hooks, and its next limit is told by them', async () => {
  const pool = await poolWithClient();
  const run = await pool.start();
  const { conversation } = await saidHeron(pool);
  await sayByHand(pool, `and the egret ${LIMIT}`);

  const moved = await mineIsOn(pool, 'compte2', { withinMs: 20_000 });
  expect(moved).toMatchObject({ conversation, restarts: 0 });
  expect(agentBySession(pool.dir)[MINE]).toBe(moved.pid);
  const limited = await run.logged('account.limited', { account: 'compte1' });
  expect(limited['evidence']).toMatchObject({ source: 'transcript', session: MINE, conversation });
  await run.logged('failover.completed', { session: MINE, from: 'compte1', to: 'compte2' });
  expect(promptsOf(pool, conversation)).toEqual(['remember the heron', `and the egret ${LIMIT}`]);

  await sayByHand(pool, `and the crane ${LIMIT}`);
  const again = await run.logged('account.limited', { account: 'compte2' });
  expect(again['evidence']).toMatchObject({ source: 'signal', session: MINE, conversation });
});

test('while its person is at work there it stays with them, though its account is known to be limited; it goes on elsewhere once they have left', async () => {
  const pool = await poolWithClient();
  const run = await pool.start();
  const { conversation } = await saidHeron(pool);
  const person = await attachToMine(pool);
  await person.submit(`and the egret ${LIMIT}`);

  await run.logged('account.limited', { account: 'compte1' });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await pool.session(MINE)).toMatchObject({ pid: pool.pid, account: 'compte1' });
  expect(clientsOf(pool)).not.toBe('');
  expect(await stateOf(pool, 'compte1')).toBe('limited');

  await person.detach();
  expect(await mineIsOn(pool, 'compte2', { withinMs: 20_000 })).toMatchObject({ conversation });
  expect(run.log.filter(({ event }) => event === 'account.limited')).toHaveLength(1);
});

test('killed, it comes back with its conversation, in its pane, and with our hooks', async () => {
  const pool = await poolWithClient();
  const run = await pool.start();
  const { conversation } = await saidHeron(pool);
  process.kill(pool.pid, 'SIGKILL');
  await run.logged('session.recreated', { session: MINE });
  const back = await pool.sessionIs(MINE, 'idle.ready');
  expect(back).toMatchObject({ conversation, account: 'compte1', restarts: 1 });
  expect(agentBySession(pool.dir)[MINE]).toBe(back.pid);
});

test('a shell in its place is left alone, as is said, and not one byte is typed into it', async () => {
  const pool = makeDedicatedPool('compte2', { config: CONFIG });
  const noted = join(tempDir(), 'noted');
  pool.tmux('new-session', '-d', '-s', MINE, `stty raw -echo; exec cat >>${noted}`);
  const pid = pidIn(pool);
  await until(() => existsSync(noted), { withinMs: 5000, what: 'it to listen' });
  await pool.start();
  await until(
    async () => (await pool.session(MINE)).reason?.includes('no client of a configured account'),
    { withinMs: 10_000, what: 'the reason why it is left alone' },
  );
  expect(await pool.session(MINE)).toMatchObject({ substate: 'blocked', pid: null });
  expect(pidIn(pool)).toBe(pid);
  expect(readFileSync(noted, 'utf8')).toBe('');
});
