import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openBrowser } from '../harness/chromium.ts';
import { readWebSocket } from '../harness/raw-socket.ts';
import { type TmuxServer, tmuxServer } from '../harness/tmux-server.ts';
import { startToyPage, TOY_TOKEN, type ToyPage } from '../harness/toy-page.ts';
import { until } from '../harness/until.ts';

jest.setTimeout(120_000);

const PATIENCE = { timeout: 20_000 };
const HOSTILE_SCREEN = fileURLToPath(new URL('../fixtures/hostile-screen.sh', import.meta.url));
const BEARER = { authorization: `Bearer ${TOY_TOKEN}` };

/** Each toy's session runs a `cat`, so that whatever is typed into a pane would be seen twice. */
async function startWithTmux(): Promise<{ server: TmuxServer; toys: ToyPage }> {
  const server = tmuxServer();
  server.startAsOperator({ session: 'operator' });
  for (const name of ['toy-1', 'toy-2', 'toy-3']) {
    server.run('new-session', '-d', '-s', name, '-x', '90', '-y', '20', 'cat', '-');
  }
  const toys = await startToyPage({ tmux: ['tmux', '-u', '-S', server.path] });
  return { server, toys };
}

function type(server: TmuxServer, session: string, text: string): void {
  server.run('send-keys', '-t', `=${session}:`, '-l', '--', text);
  server.run('send-keys', '-t', `=${session}:`, 'Enter');
}

function screen(server: TmuxServer, session: string): string {
  return server.run('capture-pane', '-p', '-t', `=${session}:`);
}

function clients(server: TmuxServer): number {
  return server.run('list-clients').split('\n').filter(Boolean).length;
}

function shows(page: Page, text: string) {
  return page.locator('#screen .xterm-rows', { hasText: text }).waitFor(PATIENCE);
}

test('the selected session is shown as it is, live, and another when it is selected', async () => {
  const { server, toys } = await startWithTmux();
  type(server, 'toy-1', 'words of the first');
  type(server, 'toy-2', 'words of the second');
  const page = await (await openBrowser()).newPage();
  await page.goto(toys.loginLink());
  await page.locator('[data-actor="toy-1"]').click();
  await shows(page, 'words of the first');
  type(server, 'toy-1', 'and more words');
  await shows(page, 'and more words');
  await page.locator('[data-actor="toy-2"]').click();
  await shows(page, 'words of the second');
  await until(() => clients(server) === 1, { withinMs: 10_000, what: 'the first client to end' });
});

test('what is typed in the browser reaches no pane, and looking resizes none', async () => {
  const { server, toys } = await startWithTmux();
  const page = await (await openBrowser()).newPage();
  await page.goto(toys.loginLink());
  await page.locator('[data-actor="toy-1"]').click();
  await page.locator('#terminal-note', { hasText: 'toy-1, read-only' }).waitFor(PATIENCE);
  await page.locator('#screen').click();
  await page.keyboard.type('rm -rf everything');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+C');
  type(server, 'toy-1', 'still here');
  await shows(page, 'still here');
  expect(screen(server, 'toy-1')).not.toContain('everything');
  expect(
    server.run('display-message', '-p', '-t', '=toy-1:', '#{window_width}x#{window_height}'),
  ).toBe('90x20\n');
});

test('what is sent on the socket itself reaches no pane either', async () => {
  const { server, toys } = await startWithTmux();
  const reader = await readWebSocket(`ws://127.0.0.1:${toys.port}/v1/terminal/toy-1`, BEARER);
  await until(() => clients(server) === 1, { withinMs: 10_000, what: 'the client' });
  for (const text of ['rm -rf everything\r', '\u0003', '\u0002d', '{"cols":100,"rows":30}']) {
    reader.socket.send(text);
  }
  type(server, 'toy-1', 'still here');
  await until(() => reader.texts.join('').includes('still here'), {
    withinMs: 10_000,
    what: 'the screen',
  });
  expect(screen(server, 'toy-1')).not.toContain('everything');
});

test('a screen can neither rename the page, nor write to the clipboard, nor make a link', async () => {
  const toys = await startToyPage({ tmux: ['sh', HOSTILE_SCREEN] });
  const browser = await openBrowser();
  await browser.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: toys.url });
  const page = await browser.newPage();
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(toys.loginLink());
  await page.locator('[data-actor="toy-1"]').click();
  await shows(page, 'the end');
  const link = { position: { x: 20, y: 8 } };
  await page.locator('#screen .xterm-screen').hover(link);
  await page.locator('#screen .xterm-screen').click(link);
  expect(await page.title()).toBe('claude-failover');
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('');
  expect(asked).toEqual([]);
  expect(browser.pages().map((one) => one.url())).not.toContain('http://127.0.0.1:1/owned');
});

test('the client of a terminal ends with its page, and all end with the server', async () => {
  const { server, toys } = await startWithTmux();
  const url = `ws://127.0.0.1:${toys.port}/v1/terminal/toy-1`;
  const first = await readWebSocket(url, BEARER);
  await readWebSocket(url, BEARER);
  await until(() => clients(server) === 2, { withinMs: 10_000, what: 'two clients' });
  first.socket.terminate();
  await until(() => clients(server) === 1, { withinMs: 10_000, what: 'one client' });
  await toys.close();
  await until(() => clients(server) === 0, { withinMs: 10_000, what: 'no client' });
});

test('four terminals are shown at once, the fifth is turned away', async () => {
  const { server, toys } = await startWithTmux();
  const url = `ws://127.0.0.1:${toys.port}/v1/terminal/toy-3`;
  await Promise.all(Array.from({ length: 4 }, () => readWebSocket(url, BEARER)));
  const fifth = await readWebSocket(url, BEARER);
  expect(await fifth.closed).toBe(1013);
  await until(() => clients(server) === 4, { withinMs: 10_000, what: 'four clients' });
});

test('a session that ends is told', async () => {
  const { server, toys } = await startWithTmux();
  const reader = await readWebSocket(`ws://127.0.0.1:${toys.port}/v1/terminal/toy-1`, BEARER);
  await until(() => clients(server) === 1, { withinMs: 10_000, what: 'the client' });
  server.run('kill-session', '-t', '=toy-1');
  expect(await reader.closed).toBe(1000);
});

test('a session of the same server that is not of the pool is not shown', async () => {
  const { server, toys } = await startWithTmux();
  const reader = await readWebSocket(`ws://127.0.0.1:${toys.port}/v1/terminal/operator`, BEARER);
  expect(await reader.closed).toBe(1008);
  expect(clients(server)).toBe(0);
});
