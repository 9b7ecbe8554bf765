import { expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, openBrowser } from '../harness/chromium.ts';
import { sendSignal } from '../harness/send-signal.ts';
import { makeTestPool } from '../harness/test-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(180_000);

const PATIENCE = { timeout: 60_000 };
/** The state lasts half of this, or more: until the page has shown it, on a busy machine, too. */
const LONG_BACKOFF = { restart: { backoff_initial: '8s' } };

/** The parts of the chart that matter now, each with whether it is within the pane, and the size of letters. */
function seenParts(page: Page) {
  return page.locator('#canvas').evaluate((canvas) => {
    const view = canvas.getBoundingClientRect();
    const isSeen = (part: Pick<typeof canvas, 'getBoundingClientRect'> | null) => {
      if (part === null) return false;
      const { left, right, top, bottom } = part.getBoundingClientRect();
      const isWide = left >= view.left && right <= view.right;
      return isWide && top >= view.top && bottom <= view.bottom;
    };
    const active = [...canvas.querySelectorAll('.state.active')].at(-1) ?? null;
    const titleHeight = active?.querySelector('.title')?.getBoundingClientRect().height ?? 0;
    return {
      active: isSeen(active),
      cameFrom: isSeen(canvas.querySelector('.came-from')),
      arrow: isSeen(canvas.querySelector('.arrow.taken')),
      isReadable: titleHeight >= 11,
    };
  });
}

/** The chart glides to what matters now. */
async function untilAllIsSeen(page: Page): Promise<void> {
  const isAllSeen = async () => Object.values(await seenParts(page)).every(Boolean);
  await until(isAllSeen, { withinMs: 5000, what: 'the chart to show all that matters' });
}

test('the state, the one before and the way between are seen at once and can be read', async () => {
  const pool = makeTestPool({ max: 1, config: LONG_BACKOFF });
  await pool.start();
  const [victim] = await pool.allAre('idle.ready');
  const page = await (await openBrowser({ width: 1440, height: 900 })).newPage();
  await page.goto(await pool.loginLink());
  const lit = (state: string) => page.locator(`.state.active[data-state="${state}"]`);
  await lit('ready').waitFor(PATIENCE);
  await untilAllIsSeen(page);

  await page.locator('#chart-details').click();
  await page.locator('#canvas .row.taken').first().waitFor(PATIENCE);
  const follows = async () => {
    const { active, isReadable } = await seenParts(page);
    return active && isReadable;
  };
  await until(follows, { withinMs: 5000, what: 'the chart to show the state' });
  await page.locator('#zoom-in').click({ clickCount: 4 });
  sendSignal(victim?.pid);
  await lit('backingOff').waitFor(PATIENCE);
  await until(follows, { withinMs: 5000, what: 'the chart to follow' });

  await page.locator('#zoom-fit').click();
  await lit('ready').waitFor(PATIENCE);
  await untilAllIsSeen(page);
  expect(await page.locator('#log-rows .row', { hasText: 'session.changed' }).count()).toBe(0);
});

test('the chart of a session follows its crash and its recovery live', async () => {
  const pool = makeTestPool({ config: LONG_BACKOFF });
  const run = await pool.start();
  const [victim] = await pool.allAre('idle.ready');
  const page = await (await openBrowser()).newPage();
  const complaints = complaintsOf(page);
  await page.goto(await pool.loginLink());
  await page.locator('[data-actor="ccl-auto-11"]').click();
  const lit = (state: string) => page.locator(`.state.active[data-state="${state}"]`);
  await lit('ready').waitFor(PATIENCE);

  sendSignal(victim?.pid);
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
