import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import { startWeb } from '../../web/server.ts';
import { type RawRequest, rawBytes, rawHttp } from '../harness/raw-http.ts';
import { atEnd } from '../harness/scope.ts';
import { startToyPage, TOY_TOKEN, type ToyPage } from '../harness/toy-page.ts';
import { startToyPool, TOY_SECRET } from '../harness/toy-pool.ts';

jest.setTimeout(60_000);

const BEARER = { authorization: `Bearer ${TOY_TOKEN}` };

async function cookieOf(page: ToyPage): Promise<string> {
  const { pathname, search } = new URL(page.loginLink());
  const { headers } = await rawHttp(page.port, `${pathname}${search}`);
  return String(headers['set-cookie']).split(';', 1)[0] ?? '';
}

test('the token reads the status', async () => {
  const page = await startToyPage();
  const { status, body } = await rawHttp(page.port, '/v1/status', { headers: BEARER });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ v: 1, daemon: { state: 'ready' } });
});

test('a login link gives a cookie that scripts cannot read and other sites do not get', async () => {
  const page = await startToyPage();
  const link = new URL(page.loginLink());
  const { status, headers } = await rawHttp(page.port, `${link.pathname}${link.search}`);
  expect(status).toBe(303);
  expect(headers['location']).toBe('/');
  const [cookie = ''] = headers['set-cookie'] ?? [];
  expect(cookie).toMatch(
    /^claude_failover_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/,
  );
  expect(cookie).not.toContain(TOY_TOKEN);
  expect(cookie).not.toContain(link.searchParams.get('t') ?? '');
  const answer = await rawHttp(page.port, '/', { headers: { cookie: cookie.split(';')[0] ?? '' } });
  expect(answer.status).toBe(200);
});

test('a login link does not work a second time', async () => {
  const page = await startToyPage();
  const link = new URL(page.loginLink());
  await rawHttp(page.port, `${link.pathname}${link.search}`);
  const again = await rawHttp(page.port, `${link.pathname}${link.search}`);
  expect(again.status).toBe(401);
  expect(again.headers['set-cookie']).toBeUndefined();
  expect(again.body).toContain('claude-failover inspect');
});

test('a login link does not work after its minute', async () => {
  let now = 0;
  const page = await startToyPage({ signIn: { now: () => now } });
  const link = new URL(page.loginLink());
  now = 60_000;
  expect((await rawHttp(page.port, `${link.pathname}${link.search}`)).status).toBe(401);
});

test('who has used a login link already is led to the page by it, and nobody else', async () => {
  const page = await startToyPage();
  const link = new URL(page.loginLink());
  const open = (cookie: string) =>
    rawHttp(page.port, `${link.pathname}${link.search}`, { headers: { cookie } });
  const { headers } = await open('');
  const cookie = String(headers['set-cookie']).split(';', 1)[0] ?? '';
  const again = await open(`other=1; ${cookie}`);
  expect({ status: again.status, to: again.headers['location'] }).toEqual({ status: 303, to: '/' });
  expect(again.headers['set-cookie']).toBeUndefined();
  expect((await open(cookie.slice(0, -1))).status).toBe(401);
});

test('a browser that is not signed in is told, as a page, how to get in', async () => {
  const page = await startToyPage();
  const { status, headers, body } = await rawHttp(page.port, '/');
  expect(status).toBe(401);
  expect(headers['content-type']).toContain('text/html');
  expect(body).toContain('<pre>claude-failover inspect</pre>');
  expect(body).not.toMatch(/src=|href=|<script/);
  const written = await rawHttp(page.port, '/', { method: 'POST', body: '{}' });
  expect(written.headers['content-type']).toContain('application/json');
});

const READS = [
  '/app.js',
  '/v1/status',
  '/v1/sessions/toy-1',
  '/v1/sessions/toy-1/chart',
  '/v1/charts/toy',
  '/readyz',
  '/nothing',
];

test.each(READS)('%s tells nothing without a secret', async (path) => {
  const page = await startToyPage();
  const { status, body } = await rawHttp(page.port, path);
  expect(status).toBe(401);
  expect(JSON.parse(body)).toMatchObject({ v: 1, ok: false, code: 'REFUSED' });
});

test('life is told without a secret', async () => {
  const page = await startToyPage();
  expect(await rawHttp(page.port, '/livez')).toMatchObject({ status: 200, body: 'ok\n' });
});

const HOSTILE: readonly (readonly [string, RawRequest, number])[] = [
  ['a rebound name', { host: 'evil.example' }, 421],
  ['no port', { host: '127.0.0.1' }, 421],
  ['all addresses', { host: '0.0.0.0:80' }, 421],
  ['another origin', { headers: { origin: 'http://127.0.0.1:1' } }, 403],
  ['the null origin', { headers: { origin: 'null' } }, 403],
  ['another site', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
  ['another port of this site', { headers: { 'sec-fetch-site': 'same-site' } }, 403],
];

test.each(HOSTILE)(
  '%s is refused everywhere, with the right secret too',
  async (_, hostile, status) => {
    const page = await startToyPage();
    for (const path of ['/', '/livez', '/login?t=x', '/v1/status', '/nothing']) {
      const headers = { ...BEARER, ...hostile.headers };
      expect((await rawHttp(page.port, path, { ...hostile, headers })).status).toBe(status);
    }
  },
);

test('a request without a Host gets no answer of ours', async () => {
  const page = await startToyPage();
  expect(await rawBytes(page.port, 'GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
  expect(await rawBytes(page.port, 'GET /livez HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
});

test('every answer, refusals too, carries the security headers and none of CORS', async () => {
  const page = await startToyPage();
  for (const path of ['/', '/livez', '/v1/status', '/login?t=x', '/nothing']) {
    for (const headers of [{}, BEARER, { origin: 'http://evil.example' }]) {
      const answer = await rawHttp(page.port, path, { headers });
      expect(answer.headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'self'"),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(answer.headers['content-security-policy']).not.toContain('unsafe-eval');
      const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));
      expect(cors).toEqual([]);
    }
  }
});

test('a preflight gets no permission', async () => {
  const page = await startToyPage();
  const { status, headers } = await rawHttp(page.port, '/v1/status', {
    method: 'OPTIONS',
    headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
  });
  expect(status).toBe(403);
  expect(headers['access-control-allow-origin']).toBeUndefined();
});

test.each(['/v1/sessions/toy-1/restart', '/v1/stop'])(
  '%s cannot be posted to the page',
  async (path) => {
    const page = await startToyPage();
    const write = { method: 'POST', body: '{}' };
    const json = { 'content-type': 'application/json' };
    const cookie = { cookie: await cookieOf(page) };
    const statusOf = async (headers: Readonly<Record<string, string>>) =>
      (await rawHttp(page.port, path, { ...write, headers })).status;
    expect(await statusOf({ ...BEARER, 'content-type': 'text/plain' })).toBe(415);
    expect(await statusOf({ ...cookie, ...json })).toBe(403);
    expect(await statusOf({ ...cookie, ...json, origin: page.url })).toBe(403);
    expect(await statusOf({ ...BEARER, ...json })).toBe(403);
    expect(page.pool.asked).toEqual([]);
  },
);

test('the page cannot make itself a login link', async () => {
  const page = await startToyPage();
  const { status, body } = await rawHttp(page.port, '/v1/inspect', { headers: BEARER });
  expect(status).toBe(403);
  expect(body).not.toContain('login?t=');
});

test.each([
  '/../package.json',
  '/%2e%2e/package.json',
  '/..%2fpackage.json',
  '/vendor/@xterm/xterm/package.json',
  '/vendor/../server.ts',
  '//etc/passwd',
  '/static/app.js',
  '/app.js%00.html',
])('%s leads to no file', async (path) => {
  const page = await startToyPage();
  expect((await rawHttp(page.port, path, { headers: BEARER })).status).toBe(404);
});

test.each([
  ['/', 'text/html'],
  ['/app.js', 'text/javascript'],
  ['/page.css', 'text/css'],
  ['/favicon.svg', 'image/svg+xml'],
  ['/vendor/@xterm/xterm/lib/xterm.mjs', 'text/javascript'],
  ['/vendor/@xterm/xterm/css/xterm.css', 'text/css'],
])('%s is served as %s', async (path, type) => {
  const page = await startToyPage();
  const { status, headers, body } = await rawHttp(page.port, path, { headers: BEARER });
  expect(status).toBe(200);
  expect(headers['content-type']).toContain(type);
  expect(body.length).toBeGreaterThan(100);
});

test('a session is drawn as it is now, a machine as it is', async () => {
  const page = await startToyPage();
  page.pool.send('toy-1', { type: 'agent.died', reason: 'x' });
  const now = await rawHttp(page.port, '/v1/sessions/toy-1/chart', { headers: BEARER });
  expect(now.headers['content-type']).toContain('image/svg+xml');
  expect(now.body).toContain('active" data-state="toy.crashed"');
  const plain = await rawHttp(page.port, '/v1/charts/toy', { headers: BEARER });
  expect(plain.body).toContain('data-state="toy.crashed"');
  expect(plain.body).not.toContain('active"');
  expect(plain.body).toContain('data-event="turn.began"');
  const outline = await rawHttp(page.port, '/v1/charts/toy?outline', { headers: BEARER });
  expect(outline.body).toContain('data-state="toy.crashed"');
  expect(outline.body).not.toContain('data-event');
  for (const path of ['/v1/sessions/toy-9/chart', '/v1/charts/none', '/v1/charts/%zz']) {
    expect((await rawHttp(page.port, path, { headers: BEARER })).status).toBe(404);
  }
});

test('no secret of the machines is in any answer', async () => {
  const page = await startToyPage();
  for (const path of ['/', ...READS]) {
    expect((await rawHttp(page.port, path, { headers: BEARER })).body).not.toContain(TOY_SECRET);
  }
});

test('headers that are too large are refused', async () => {
  const page = await startToyPage();
  const { status } = await rawHttp(page.port, '/v1/status', {
    headers: { ...BEARER, 'x-filler': 'x'.repeat(20_000) },
  });
  expect(status).toBe(431);
});

test('an answer that fails inside is a 500, and the next one is served', async () => {
  const pool = startToyPool({
    session: () => {
      throw new Error('the store is away');
    },
  });
  const page = await startToyPage({ supervisor: pool });
  const failed = await rawHttp(page.port, '/v1/sessions/toy-1', { headers: BEARER });
  expect(failed.status).toBe(500);
  expect((await rawHttp(page.port, '/livez')).status).toBe(200);
});

test('a port that is taken is told, with its number', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  atEnd(() => other.close());
  const { port } = other.address() as AddressInfo;
  await expect(startToyPage({ port })).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    facts: { host: '127.0.0.1', port },
    message: expect.stringContaining(String(port)),
  });
});

test.each(['0.0.0.0', '::', '192.168.1.10', 'example.org', ''])(
  'it does not listen on "%s"',
  async (host) => {
    const starting = startWeb({
      supervisor: startToyPool(),
      host,
      port: 0,
      token: TOY_TOKEN,
      tmux: ['false'],
    });
    await expect(starting).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  },
);

test('closed, it answers no more, also to those who were connected', async () => {
  const page = await startToyPage();
  await page.close();
  await expect(rawHttp(page.port, '/livez')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
