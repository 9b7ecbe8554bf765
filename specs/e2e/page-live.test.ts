import { expect, jest, test } from '@jest/globals';
import { complaintsOf, openBrowser } from '../harness/chromium.ts';
import { makeTestPool } from '../harness/test-pool.ts';

jest.setTimeout(120_000);

const PATIENCE = { timeout: 20_000 };

test('the chart of a session follows its crash and its recovery live', async () => {
  const pool = makeTestPool({ config: { restart: { backoff_initial: '3s' } } });
  const run = await pool.start();
  const [victim] = await pool.allAre('idle.ready');
  const page = await (await openBrowser()).newPage();
  const complaints = complaintsOf(page);
  await page.goto(await pool.loginLink());
  await page.locator('[data-actor="ccl-auto-11"]').click();
  const lit = (state: string) => page.locator(`.state.active[data-state="${state}"]`);
  await lit('ready').waitFor(PATIENCE);

  process.kill(victim?.pid ?? -1, 'SIGKILL');
  await lit('backingOff').waitFor(PATIENCE);
  await page.locator('[data-actor="ccl-auto-11"] .badge', { hasText: 'crashed' }).waitFor(PATIENCE);
  await lit('ready').waitFor(PATIENCE);

  await page.locator('#facts dd', { hasText: 'signal 9' }).first().waitFor(PATIENCE);
  expect((await pool.session('ccl-auto-11')).restarts).toBe(1);
  expect(run.log.filter(({ event }) => event === 'session.recreated')).toHaveLength(1);
  expect(complaints).toEqual([]);
});

test('the terminal of a session shows what its agent draws, and takes no key', async () => {
  const pool = makeTestPool({ max: 1 });
  await pool.start();
  await pool.allAre('idle.ready');
  const page = await (await openBrowser()).newPage();
  await page.goto(await pool.loginLink());
  await page.locator('[data-actor="ccl-auto-11"]').click();
  const screen = page.locator('#terminal .xterm-rows');
  await screen.filter({ hasText: 'Demo agent' }).waitFor(PATIENCE);

  await page.locator('#terminal .xterm').click();
  await page.keyboard.type('typed by nobody');
  pool.tmux('send-keys', '-t', '=ccl-auto-11:', '-l', 'typed by the operator');
  await screen.filter({ hasText: 'typed by the operator' }).waitFor(PATIENCE);
  expect(pool.tmux('capture-pane', '-p', '-t', '=ccl-auto-11:')).not.toContain('nobody');
});
