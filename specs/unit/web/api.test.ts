import { expect, test } from '@jest/globals';
import { type ApiRequest, handleApi } from '../../../web/api.ts';
import { SESSION_VERBS } from '../../../web/daemon-api.ts';
import { startToyPool } from '../../harness/toy-pool.ts';

function ask(pool: ReturnType<typeof startToyPool>, line: string, more: Partial<ApiRequest> = {}) {
  const [method = '', path = ''] = line.split(' ');
  return handleApi(pool.api, { origin: 'socket', method, path, body: null, ...more });
}

test('the status, the sessions and the accounts are told as they are', async () => {
  const status = startToyPool().api.status();
  const pool = startToyPool({ status: () => status });
  expect(await ask(pool, 'GET /v1/status')).toEqual({ status: 200, body: status });
  expect(await ask(pool, 'GET /v1/sessions')).toEqual({ status: 200, body: status.sessions });
  expect(await ask(pool, 'GET /v1/accounts')).toEqual({ status: 200, body: status.accounts });
});

test('a session is told with its history, one that does not exist is 404', async () => {
  const pool = startToyPool();
  const { status, body } = await ask(pool, 'GET /v1/sessions/toy-1');
  expect(status).toBe(200);
  expect(body).toMatchObject({ name: 'toy-1', history: [{ event: 'session.crashed' }] });
  expect(await ask(pool, 'GET /v1/sessions/toy-9')).toMatchObject({
    status: 404,
    body: { v: 1, ok: false, code: 'NOT_FOUND' },
  });
});

test.each(SESSION_VERBS)('the verb %s reaches the session', async (verb) => {
  const pool = startToyPool();
  expect(await ask(pool, `POST /v1/sessions/toy-1/${verb}`)).toEqual({
    status: 200,
    body: { v: 1, ok: true, changed: true },
  });
  expect(pool.asked).toEqual([`${verb} toy-1`]);
});

test('adopt can be asked for with a restart', async () => {
  const pool = startToyPool();
  await ask(pool, 'POST /v1/sessions/toy-1/adopt', { body: { restart: true } });
  expect(pool.asked).toEqual(['adopt toy-1 with a restart']);
});

test.each([
  ['NOT_FOUND', 404],
  ['CONFLICT', 409],
  ['COMMAND_NOT_FOUND', 409],
] as const)('a verb that ends with %s is answered with %d and the reason', async (code, status) => {
  const pool = startToyPool({ sessionVerb: async () => ({ ok: false, code, message: 'why' }) });
  expect(await ask(pool, 'POST /v1/sessions/toy-1/hold')).toEqual({
    status,
    body: { v: 1, ok: false, code, message: 'why' },
  });
});

test('a verb that does not exist is named, and nothing is asked', async () => {
  const pool = startToyPool();
  const { status, body } = await ask(pool, 'POST /v1/sessions/toy-1/explode');
  expect(status).toBe(404);
  expect(JSON.stringify(body)).toContain('restart, reset, hold, release, adopt');
  expect(pool.asked).toEqual([]);
});

test('stop is passed on', async () => {
  const pool = startToyPool();
  expect(await ask(pool, 'POST /v1/stop')).toMatchObject({ status: 202, body: { ok: true } });
  expect(pool.asked).toEqual(['stop']);
});

test('a nudge is passed on, and not waited for', async () => {
  const pool = startToyPool();
  expect(await ask(pool, 'POST /v1/tasks/nudge')).toEqual({
    status: 202,
    body: { v: 1, ok: true },
  });
  expect(pool.asked).toEqual(['nudge']);
});

test('inspect gives a link when a page is served, and says so when none is', async () => {
  const pool = startToyPool({ loginLink: () => 'http://127.0.0.1:1/login?t=x' });
  expect((await ask(pool, 'GET /v1/inspect')).body).toEqual({
    v: 1,
    url: 'http://127.0.0.1:1/login?t=x',
  });
  expect(await ask(startToyPool(), 'GET /v1/inspect')).toMatchObject({
    status: 409,
    body: { code: 'CONFLICT', message: 'no page is served: 127.0.0.1:1 is taken' },
  });
});

test('whether a page is served can be asked without making a link', async () => {
  expect((await ask(startToyPool(), 'GET /v1/page')).body).toEqual({
    v: 1,
    problem: '127.0.0.1:1 is taken',
  });
  const served = startToyPool({ whyNoPage: () => null });
  expect((await ask(served, 'GET /v1/page')).body).toEqual({ v: 1, problem: null });
});

test.each([
  ...['POST /v1/sessions/toy-1/restart', 'POST /v1/stop', 'POST /v1/tasks/nudge'],
  'GET /v1/inspect',
])('the page may not ask for %s', async (line) => {
  const pool = startToyPool({ loginLink: () => 'a link' });
  expect(await ask(pool, line, { origin: 'web' })).toMatchObject({
    status: 403,
    body: { code: 'READ_ONLY' },
  });
  expect(pool.asked).toEqual([]);
});

test.each(['POST /v1/status', 'DELETE /v1/sessions/toy-1', 'GET /v1/stop', 'GET /v1/tasks/nudge'])(
  '%s is the wrong method',
  async (line) => {
    expect((await ask(startToyPool(), line)).status).toBe(405);
  },
);

test.each(['GET /', 'GET /v1', 'GET /v2/status', 'GET /v1/status/', 'GET /v1/sessions/%zz'])(
  '%s is not there',
  async (line) => {
    expect((await ask(startToyPool(), line)).status).toBe(404);
  },
);

test.each([
  ['starting', 503],
  ['ready', 200],
  ['escalated', 200],
  ['stopping', 503],
] as const)('a daemon that is %s is answered with %d by /readyz', async (state, expected) => {
  const status = startToyPool().api.status();
  const pool = startToyPool({ status: () => ({ ...status, daemon: { ...status.daemon, state } }) });
  expect((await ask(pool, 'GET /readyz')).status).toBe(expected);
});
