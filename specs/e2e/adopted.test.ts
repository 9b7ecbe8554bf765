import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { adopt } from '../harness/adopting.ts';
import { attachOperator, seeingAgent } from '../harness/attached-operator.ts';
import { compiledFixture } from '../harness/compiled.ts';
import { filesBelow } from '../harness/files-below.ts';
import { startOperatorServer } from '../harness/operator-sessions.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

const SESSION = 'ccl-auto-12';
const START_TIMEOUT_MS = 1000;
const SOON = { withinMs: 10_000 };

/** What a person does who wants to work in a directory of their own. */
function startClientByHand(pool: TestPool, directory: string, conversation: string): void {
  mkdirSync(directory);
  const home = pool.config.accounts[1]?.home ?? '';
  const client = [process.execPath, compiledFixture('demo-agent/main')];
  const place = ['-c', directory, '-e', `CLAUDE_CONFIG_DIR=${home}`];
  pool.tmux('new-session', '-d', '-s', SESSION, ...place, ...client, '--session-id', conversation);
}

/** A person attaches, says something and leaves. */
async function say(pool: TestPool, text: string, session = SESSION): Promise<void> {
  const person = await seeingAgent(await attachOperator(pool, session));
  await person.submit(text);
  await until(() => saidIn(pool, text), { ...SOON, what: 'the words to be on disk' });
  await person.detach();
}

function saidIn(pool: TestPool, text: string): boolean {
  const transcripts = filesBelow(pool.dir).filter((file) => file.endsWith('.jsonl'));
  return transcripts.some((file) => readFileSync(join(pool.dir, file), 'utf8').includes(text));
}

test('an adopted agent that is killed resumes its own conversation in its own directory, not in the pool’s', async () => {
  const operator = startOperatorServer(['ccl-0']);
  const pool = makeTestPool({ socketPath: operator.socketPath, max: 2 });
  const directory = join(pool.dir, 'somewhere else');
  const conversation = randomUUID();
  startClientByHand(pool, directory, conversation);
  await say(pool, 'remember the heron');
  const run = await pool.start();
  await pool.sessionIs(SESSION, 'idle.blocked');
  await adopt(pool, SESSION);
  const adopted = await pool.sessionIs(SESSION, 'idle.ready');

  sendSignal(adopted.pid);
  await run.logged('session.recreated', { session: SESSION });
  const back = await pool.sessionIs(SESSION, 'idle.ready');

  expect(back).toMatchObject({ conversation, account: 'compte2', restarts: 1 });
  const shown = ['-p', '-t', `=${SESSION}:`];
  expect(pool.tmux('display-message', ...shown, '#{pane_current_path}').trim()).toBe(directory);
  expect(pool.tmux('capture-pane', ...shown)).toContain('remember the heron');
});

test('an agent at work whose account has left the config is heard, and not ended', async () => {
  const pool = makeTestPool({
    max: 2,
    config: {
      failover: { strategy: 'spread' },
      agent: { start_timeout: `${START_TIMEOUT_MS}ms` },
    },
  });
  const first = await pool.start();
  const [stranded] = await pool.allAre('idle.ready');
  await say(pool, 'a long piece of [[demo:work 60s]]', 'ccl-auto-11');
  await pool.sessionIs('ccl-auto-11', 'working.running');
  first.child.kill('SIGKILL');
  await first.exited;
  const { accounts, ...rest } = JSON.parse(readFileSync(pool.file, 'utf8'));
  writeFileSync(pool.file, JSON.stringify({ ...rest, accounts: accounts.slice(1) }));

  const second = await pool.start();
  await second.logged('session.ready', { session: SESSION });
  // Longer than an agent of our own may take to its prompt.
  await new Promise((resolve) => setTimeout(resolve, 3 * START_TIMEOUT_MS));

  // It is heard all the same, in the home that it was started in.
  expect(await pool.session('ccl-auto-11')).toMatchObject({
    state: 'working',
    substate: 'running',
    pid: stranded?.pid,
  });
  expect(second.log.filter(({ event }) => event === 'session.crashed')).toEqual([]);
});

test('an agent that turns out to run on another account than we thought is found in that home', async () => {
  const pool = makeTestPool({ max: 2, config: { failover: { strategy: 'spread' } } });
  const first = await pool.start();
  const [, onTheSecond] = await pool.allAre('idle.ready');
  first.child.kill('SIGKILL');
  await first.exited;
  // The same home under another name: the store's name for it is nobody's now.
  const { accounts, ...rest } = JSON.parse(readFileSync(pool.file, 'utf8'));
  const renamed = [accounts[0], { ...accounts[1], name: 'renamed' }];
  writeFileSync(
    pool.file,
    JSON.stringify({ ...rest, accounts: renamed, failover: { strategy: 'priority' } }),
  );

  await pool.start();
  expect(await pool.sessionIs(SESSION, 'idle.ready')).toMatchObject({
    pid: onTheSecond?.pid,
    account: 'renamed',
  });
});
