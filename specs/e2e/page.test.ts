import { expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { FailoverReport } from '../../supervisor/status-report.ts';
import type { WebOptions } from '../../web/server.ts';
import { complaintsOf, openBrowser } from '../harness/chromium.ts';
import { startToyPage, type ToyPage } from '../harness/toy-page.ts';
import { startToyPool, TOY_RESET, TOY_SECRET } from '../harness/toy-pool.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

const PATIENCE = { timeout: 20_000 };

async function openToyPage(overrides: Partial<WebOptions> = {}): Promise<{
  toys: ToyPage;
  page: Page;
  complaints: readonly string[];
}> {
  const toys = await startToyPage(overrides);
  const page = await (await openBrowser()).newPage();
  const complaints = complaintsOf(page);
  await page.goto(toys.loginLink());
  await page.locator('.connection.open').waitFor(PATIENCE);
  await page.locator('#canvas svg').waitFor(PATIENCE);
  return { toys, page, complaints };
}

function badge(page: Page, name: string, text: string) {
  return page.locator(`[data-actor="${name}"] .badge`, { hasText: text });
}

test('the page shows the pool, and follows each change of state live', async () => {
  const { toys, page, complaints } = await openToyPage();
  await badge(page, 'toy-1', 'idle · ready').waitFor(PATIENCE);
  await page.locator('[data-actor="toy-1"]').click();
  await page.locator('.state.active[data-state="toy.idle.ready"]').waitFor(PATIENCE);

  toys.pool.send('toy-1', { type: 'turn.began', token: TOY_SECRET, prompt: 'private words' });
  await badge(page, 'toy-1', 'working').waitFor(PATIENCE);
  await page.locator('.state.active[data-state="toy.working"]').waitFor(PATIENCE);
  expect(await page.locator('.state.active').count()).toBe(2);
  await page
    .locator('.arrow.taken[data-moves*="toy.idle.ready>toy.working"]')
    .waitFor({ ...PATIENCE, state: 'attached' });
  expect(await page.locator('.row.taken').allTextContents()).toEqual(['turn.began → working']);
  await page.locator('#log-rows .row', { hasText: 'turn.began' }).first().waitFor(PATIENCE);

  for (let i = 0; i < 3; i += 1) {
    toys.pool.send('toy-1', { type: 'agent.died', reason: 'x' });
    if (i < 2) toys.pool.send('toy-1', { type: 'operator.reset' });
  }
  await badge(page, 'toy-1', 'crashed').waitFor(PATIENCE);
  await page.locator('#facts dd', { hasText: 'exit 3' }).waitFor(PATIENCE);
  await page.locator('#header', { hasText: '2/3 usable' }).waitFor(PATIENCE);

  const all = await page.content();
  expect(all).not.toContain(TOY_SECRET);
  expect(all).not.toContain('private words');
  expect(complaints).toEqual([]);
});

test('the header says that tmux does not answer, and since when, as long as it does not', async () => {
  const pool = startToyPool();
  const isSilent = { now: true };
  const status = () => {
    const report = pool.api.status();
    const silent = { tmux: 'silent', tmuxSilentSince: '2026-01-02T03:04:05.000Z' } as const;
    return { ...report, daemon: { ...report.daemon, ...(isSilent.now ? silent : {}) } };
  };
  const { page } = await openToyPage({ supervisor: { ...pool, api: { ...pool.api, status } } });
  const alert = page.locator('#header [role="alert"]');
  const text = /^tmux does not answer since \S+, nothing is decided$/;
  await alert.filter({ hasText: text }).waitFor(PATIENCE);
  isSilent.now = false;
  await alert.waitFor({ ...PATIENCE, state: 'detached' });
});

test('accounts and failovers are listed with their own kind, and a failover that has ended goes away', async () => {
  const { toys, page, complaints } = await openToyPage();
  const { root, tell } = toys.pool;
  root.send({ type: 'account.appears', name: 'first' });
  root.send({ type: 'failover.begins', session: 'toy-2' });
  await badge(page, 'failover:toy-2', 'moving').waitFor(PATIENCE);
  const shown = await page
    .locator('#tree > *')
    .evaluateAll((rows) =>
      rows.map((row) => row.querySelector('.name')?.textContent ?? `= ${row.textContent}`),
    );
  const sessions = ['= Sessions', 'toy-1', 'toy-2', 'toy-3'];
  expect(shown).toEqual(['toys', '= Accounts', 'first', ...sessions, '= Failovers', 'toy-2']);

  await page.locator('[data-actor="failover:toy-2"]').click();
  await page.locator('#chart-title', { hasText: 'failover of toy-2' }).waitFor(PATIENCE);
  await page.locator('.state.active[data-state="toyFailover.moving"]').waitFor(PATIENCE);
  await page.locator('#facts h2', { hasText: 'toy-2' }).waitFor(PATIENCE);
  tell('failover:toy-2', { type: 'failover.moved' });
  await page.locator('#chart-title', { hasText: /^toy-2$/ }).waitFor(PATIENCE);
  expect(await page.locator('[data-actor="failover:toy-2"]').count()).toBe(0);
  expect(await page.locator('#tree .kind', { hasText: 'Failovers' }).count()).toBe(0);

  await page.locator('#log-rows .row', { hasText: 'failover.moved' }).click();
  await page.locator('#chart-title', { hasText: 'failover of toy-2' }).waitFor(PATIENCE);
  await page.locator('.state.active[data-state="toyFailover.completed"]').waitFor(PATIENCE);
  await page.keyboard.press('Escape');
  await page.locator('#chart-title', { hasText: /^toy-2$/ }).waitFor(PATIENCE);
  expect(complaints).toEqual([]);
});

test('the facts of a session say where its failover goes and why, from what it waits for to its end', async () => {
  const pool = startToyPool();
  const waiting: FailoverReport = {
    ...{ id: 'a', step: 'choosing', from: 'compte1', to: null, wanted: null, evidence: null },
    ...{ reason: 'limit', why: 'waits for the end of the turn', since: '2026-01-02T03:04:05.000Z' },
  };
  const seen: { failover: FailoverReport | null } = { failover: waiting };
  const status = () => {
    const report = pool.api.status();
    return { ...report, sessions: report.sessions.map((session) => ({ ...session, ...seen })) };
  };
  const { page } = await openToyPage({ supervisor: { ...pool, api: { ...pool.api, status } } });
  await page.locator('[data-actor="toy-1"]').click();
  const told = (text: string) =>
    page.locator('#facts dt:text-is("Failover") + dd', { hasText: text }).waitFor(PATIENCE);
  await told('is to leave compte1: waits for the end of the turn');
  seen.failover = { ...waiting, step: 'moving', to: 'compte2', why: 'the first that is available' };
  await told('compte1 → compte2: the first that is available');
  seen.failover = null;
  const line = page.locator('#facts dt:text-is("Failover")');
  await line.waitFor({ ...PATIENCE, state: 'detached' });
});

test('an account that is limited says so, until when, and what happened to it', async () => {
  const { toys, page } = await openToyPage();
  const { root, tell } = toys.pool;
  root.send({ type: 'account.appears', name: 'first' });
  const header = page.locator('#header .account');
  await header.locator('.badge.available').waitFor(PATIENCE);
  expect(await header.locator('.until').count()).toBe(0);
  tell('account:first', { type: 'limit.seen' });
  await header.locator('.badge.limited').waitFor(PATIENCE);
  expect(await header.locator('.until time').getAttribute('title')).toBe(TOY_RESET);
  expect(await header.locator('.usage').getAttribute('title')).toContain('62 % of 5 hours used');

  await page.locator('[data-actor="account:first"]').click();
  await page.locator('.state.active[data-state="toyAccount.limited"]').waitFor(PATIENCE);
  const facts = page.locator('#facts');
  await facts.locator('dd', { hasText: /\(in \d+ d\)/ }).waitFor(PATIENCE);
  await facts.locator('dd', { hasText: '62 %, resets' }).waitFor(PATIENCE);
  const because =
    /^a turn in toy-2 ended with rate_limit: “You've hit your session limit”, as a hook of the client told, /;
  await facts.locator('dd', { hasText: because }).waitFor(PATIENCE);
  await facts.locator('dd', { hasText: 'toy-1 toy-2 toy-3' }).waitFor(PATIENCE);
  await facts.locator('.history', { hasText: 'account.limited' }).waitFor(PATIENCE);
});

test('an event in the log shows the chart as it was then, and Escape goes back to now', async () => {
  const { toys, page } = await openToyPage();
  await badge(page, 'toy-2', 'ready').waitFor(PATIENCE);
  toys.pool.send('toy-2', { type: 'turn.began' });
  toys.pool.send('toy-2', { type: 'agent.died', reason: 'x' });
  await page.locator('[data-actor="toy-2"]').click();
  await page.locator('.state.active[data-state="toy.crashed"]').waitFor(PATIENCE);
  await page.locator('#log-rows .row', { hasText: 'turn.began' }).first().click();
  await page.locator('.state.active[data-state="toy.working"]').waitFor(PATIENCE);
  await page.locator('#back-to-live').waitFor(PATIENCE);
  await page.keyboard.press('Escape');
  await page.locator('.state.active[data-state="toy.crashed"]').waitFor(PATIENCE);
});

test('the log can be filtered and paused', async () => {
  const { toys, page } = await openToyPage();
  await badge(page, 'toy-3', 'ready').waitFor(PATIENCE);
  await page.locator('#log-pause').click();
  toys.pool.send('toy-3', { type: 'turn.began' });
  await badge(page, 'toy-3', 'working').waitFor(PATIENCE);
  await page.locator('#log-count', { hasText: 'held back' }).waitFor(PATIENCE);
  expect(await page.locator('#log-rows .row', { hasText: 'turn.began' }).count()).toBe(0);
  await page.locator('#log-pause').click();
  await page.locator('#log-rows .row', { hasText: 'turn.began' }).waitFor(PATIENCE);
  await page.locator('#log-filter').fill('toy-3 working');
  await page.locator('#log-filter').fill('turn.began');
  await until(async () => (await page.locator('#log-rows .row').count()) === 1, {
    withinMs: 10_000,
    what: 'one row',
  });
});

test('what effects do by themselves is in the log only for those who ask for internal events', async () => {
  const { page } = await openToyPage();
  await badge(page, 'toy-3', 'ready').waitFor(PATIENCE);
  const rows = page.locator('#log-rows .row');
  const inner = rows.filter({ hasText: 'promise.resolve' });
  expect(await rows.filter({ hasText: 'starting done' }).count()).toBe(3);
  expect(await inner.count()).toBe(0);
  await page.locator('#log-internal').check();
  await inner.nth(2).waitFor(PATIENCE);
  await page.locator('#log-internal').uncheck();
  await inner.first().waitFor({ ...PATIENCE, state: 'detached' });
});

test('details are shown or left out as asked, and Fit goes back to what can be read', async () => {
  const { page } = await openToyPage();
  const details = page.locator('#chart-details');
  const transitions = page.locator('#canvas [data-event]');
  expect(await details.getAttribute('aria-pressed')).toBe('true');
  await details.click();
  await transitions.first().waitFor({ ...PATIENCE, state: 'detached' });
  await page.locator('#canvas [data-state="toy.working"]').waitFor(PATIENCE);
  await page.locator('#zoom-fit').click();
  await transitions.first().waitFor(PATIENCE);
});

test('it can be used with the keyboard alone', async () => {
  const { page } = await openToyPage();
  await badge(page, 'toy-3', 'ready').waitFor(PATIENCE);
  await page.keyboard.press('/');
  await page.keyboard.type('toy');
  await page.keyboard.press('Tab');
  await page.locator('[role="treeitem"]:focus').waitFor(PATIENCE);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.locator('[data-actor="toy-3"][aria-selected="true"]:focus').waitFor(PATIENCE);
  await page.locator('#chart-title', { hasText: 'toy-3' }).waitFor(PATIENCE);
});

test('times are local, with the moment in ISO 8601 on them', async () => {
  const { page } = await openToyPage();
  const time = page.locator('#log-rows time').first();
  expect(await time.textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(await time.getAttribute('title')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a page whose daemon is gone says so, and that it is not signed in after a restart', async () => {
  const { toys, page } = await openToyPage();
  await toys.close();
  await page.locator('.connection.lost').waitFor(PATIENCE);
  await startToyPage({ port: toys.port });
  await page.locator('#signed-out', { hasText: 'claude-failover inspect' }).waitFor(PATIENCE);
});

test.each([
  [390, 800],
  [800, 900],
  [1280, 800],
  [1600, 900],
])('nothing is cut off at %d × %d', async (width, height) => {
  const toys = await startToyPage();
  const page = await (await openBrowser({ width, height })).newPage();
  await page.goto(toys.loginLink());
  await page.locator('#canvas svg').waitFor(PATIENCE);
  for (const selector of ['html', '#header', '#chart .bar', '#log .bar', '#terminal .bar']) {
    const hidden = await page
      .locator(selector)
      .evaluate((part) => part.scrollWidth - part.clientWidth);
    expect([selector, hidden]).toEqual([selector, 0]);
  }
});
