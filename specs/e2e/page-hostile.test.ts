import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { openBrowser } from '../harness/chromium.ts';
import { atEnd } from '../harness/scope.ts';
import { makeTestPool } from '../harness/test-pool.ts';
import { startToyPage } from '../harness/toy-page.ts';

jest.setTimeout(120_000);

const SCRIPT = new URL('../fixtures/hostile-page.js', import.meta.url);

/**
 * A page of somebody else on another port of the same loopback address: the same site to a browser.
 * It attacks `target` as soon as it is opened, and knows the name of a session there; it writes into
 * `#loot` what came of it.
 */
async function startHostilePage(target: string, session: string): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/attack.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(SCRIPT));
      return;
    }
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(
        `<!doctype html><pre id="loot"></pre><a id="bait" href="${target}" data-session="${session}">bait</a><script type="module" src="/attack.js"></script>`,
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** What the attack is to bring in. */
const NOTHING = {
  status: 'refused',
  opaque: expect.stringMatching(/^(refused|opaque 0)$/),
  form: expect.stringMatching(/^(refused|opaque 0)$/),
  json: 'refused',
  live: 'refused',
  terminal: 'refused',
  script: 'refused',
  picture: 'refused',
};

/** Opens the hostile page in a browser, until it has tried everything. */
async function attack(browser: BrowserContext, target: string, session: string) {
  const page = await browser.newPage();
  await page.goto(await startHostilePage(target, session));
  await page.locator('#loot', { hasText: '{' }).waitFor({ timeout: 60_000 });
  const loot: unknown = JSON.parse((await page.locator('#loot').textContent()) ?? '');
  return { loot, frames: await Promise.all(page.frames().map((frame) => frame.content())) };
}

test('a hostile page in a signed-in browser reads nothing, opens nothing and changes nothing', async () => {
  const toys = await startToyPage();
  const browser = await openBrowser();
  const own = await browser.newPage();
  await own.goto(toys.loginLink());
  await own.locator('.connection.open').waitFor();

  const { loot, frames } = await attack(browser, toys.url, 'toy-1');

  expect(loot).toEqual(NOTHING);
  expect(frames).toHaveLength(2);
  expect(frames.join()).not.toContain('id="tree"');
  expect(toys.pool.asked).toEqual([]);
});

test('it gets no more of a real daemon, which runs on as if nothing had been', async () => {
  const pool = makeTestPool({ max: 1 });
  const run = await pool.start();
  const sessions = await pool.allAre('idle.ready');
  const browser = await openBrowser();
  const own = await browser.newPage();
  await own.goto(await pool.loginLink());
  await own.locator('[data-actor="ccl-auto-11"] .badge', { hasText: 'ready' }).waitFor();

  const { loot, frames } = await attack(browser, new URL(own.url()).origin, 'ccl-auto-11');

  expect(loot).toEqual(NOTHING);
  expect(frames.join()).not.toContain('id="tree"');
  expect(run.child.exitCode).toBeNull();
  expect(await pool.status()).toMatchObject({ daemon: { state: 'ready' }, sessions });
  expect(run.log.filter(({ event }) => event === 'daemon.stopping')).toEqual([]);
});

test('a link on a hostile page does not sign a browser in', async () => {
  const toys = await startToyPage();
  const page = await (await openBrowser()).newPage();
  await page.goto(await startHostilePage(toys.loginLink(), 'toy-1'));
  await page.locator('#bait').click();
  await page.waitForURL(/\/login/);
  expect(await page.content()).toContain('requests from other pages are not allowed');
  expect(await page.context().cookies(toys.url)).toEqual([]);
});

test('scripts of the page cannot read its cookie', async () => {
  const toys = await startToyPage();
  const page = await (await openBrowser()).newPage();
  await page.goto(toys.loginLink());
  await page.locator('.connection.open').waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
  expect(page.url()).toBe(`${toys.url}/`);
});
