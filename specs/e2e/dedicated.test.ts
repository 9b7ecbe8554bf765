import { expect, jest, test } from '@jest/globals';
import {
  attachToMine,
  clientsOf,
  MINE,
  makeDedicatedPool,
  transcriptOf,
} from '../harness/dedicated-pool.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { tempDir } from '../harness/temp-dir.ts';
import type { TestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(90_000);

const SHOWN = ['-p', '-t', `=${MINE}:`];
const SOON = { withinMs: 10_000 };

function inPane(pool: TestPool): readonly string[] {
  return pool
    .tmux('display-message', ...SHOWN, '#{pane_pid} #{pane_current_path}')
    .trim()
    .split(' ');
}

async function personIn(pool: TestPool) {
  const person = await attachToMine(pool);
  await person.submit('remember the heron');
  const { conversation } = await pool.session(MINE);
  // The last row of a turn comes before its answer is drawn.
  const isOver = () =>
    transcriptOf(pool, conversation).includes('"turn_duration"') &&
    person.screen().includes('DEMO-REPLY: done.');
  await until(isOver, { ...SOON, what: 'the first turn to have ended' });
  await pool.sessionIs(MINE, 'idle.ready');
  return { person, conversation };
}

test('a dedicated session is there from boot, in its project, and does not count as a place for work', async () => {
  const project = tempDir();
  const pool = makeDedicatedPool('compte2', { project });
  await pool.start();
  const [, mine] = await pool.allAre('idle.ready');
  expect(mine).toMatchObject({ name: MINE, kind: 'dedicated', index: null, account: 'compte2' });
  expect(inPane(pool)).toEqual([String(mine?.pid), project]);
  expect((await pool.status()).pool).toMatchObject({ max: 1, usable: 1 });
});

test('killed, a dedicated session comes back with its conversation under the eyes of its person; no bare shell is left and nothing is ever typed', async () => {
  const project = tempDir();
  const pool = makeDedicatedPool('compte2', { project });
  const { received } = pool;
  const run = await pool.start();
  const [neighbour] = await pool.allAre('idle.ready');
  const { person, conversation } = await personIn(pool);
  const attached = clientsOf(pool);
  const before = transcriptOf(pool, conversation);

  for (let crash = 1; crash <= 2; crash += 1) {
    const { pid } = await pool.sessionIs(MINE, 'idle.ready');
    sendSignal(pid);
    await run.logged('session.recreated', { session: MINE, attempt: crash });
    const back = await pool.sessionIs(MINE, 'idle.ready');
    expect(back).toMatchObject({ conversation, account: 'compte2', restarts: crash });
    expect(inPane(pool)).toEqual([String(back.pid), project]);
  }

  expect(clientsOf(pool)).toBe(attached);
  expect(transcriptOf(pool, conversation)).toBe(before);
  const screen = pool.tmux('capture-pane', ...SHOWN);
  expect(screen.split('❯ ').filter((said) => said.trim() !== '')).toHaveLength(2);
  expect(screen).toContain('❯ remember the heron');
  expect(await pool.session('ccl-auto-11')).toEqual(neighbour);
  await person.submit('and the egret');
  await until(() => transcriptOf(pool, conversation).includes('"and the egret"'), {
    ...SOON,
    what: 'the person’s next words in the same conversation',
  });
  expect(received.in(MINE)).toBe('remember the heron\rand the egret\r');
  expect(received.in('ccl-auto-11')).toBe('');
});

test('daemon stop leaves the person attached to the living agent, and the next daemon takes it over untouched', async () => {
  const pool = makeDedicatedPool('compte2');
  const { received } = pool;
  const first = await pool.start();
  await pool.allAre('idle.ready');
  const { conversation } = await personIn(pool);
  const { pid } = await pool.session(MINE);
  const attached = clientsOf(pool);
  const before = transcriptOf(pool, conversation);
  const screen = pool.tmux('capture-pane', ...SHOWN);

  await pool.post('/v1/stop');
  await first.exited;
  expect(clientsOf(pool)).toBe(attached);
  await pool.start();

  expect(await pool.sessionIs(MINE, 'idle.ready')).toMatchObject({
    pid,
    conversation,
    restarts: 0,
  });
  expect(clientsOf(pool)).toBe(attached);
  expect(transcriptOf(pool, conversation)).toBe(before);
  expect(pool.tmux('capture-pane', ...SHOWN)).toBe(screen);
  expect(received.in(MINE)).toBe('remember the heron\r');
});
