import { expect, test } from '@jest/globals';
import { type ApiRequest, handleApi } from '../../../web/api.ts';
import { ACCOUNT_VERBS, SESSION_VERBS } from '../../../web/daemon-api.ts';
import { startToyPool, TOY_MOVES } from '../../harness/toy-pool.ts';

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

test('while nobody knows the pool no session and no account of it is said not to exist', async () => {
  const starting = { ok: false, code: 'CONFLICT', message: 'the daemon is starting' } as const;
  const pool = startToyPool({ session: () => starting, account: async () => starting });
  const answer = { status: 409, body: { v: 1, ...starting } };
  expect(await ask(pool, 'GET /v1/sessions/toy-1')).toEqual(answer);
  expect(await ask(pool, 'GET /v1/accounts/first')).toEqual(answer);
});

test.each(SESSION_VERBS)('the verb %s reaches the session', async (verb) => {
  const pool = startToyPool();
  expect(await ask(pool, `POST /v1/sessions/toy-1/${verb}`)).toEqual({
    status: 200,
    body: { v: 1, ok: true, changed: true },
  });
  expect(pool.asked).toEqual([`${verb} toy-1`]);
});

test('a reload tells what has changed, or why it was refused', async () => {
  const pool = startToyPool();
  expect(await ask(pool, 'POST /v1/reload')).toEqual({
    status: 200,
    body: { v: 1, ok: true, changed: ['accounts'] },
  });
  expect(pool.asked).toEqual(['reload']);
  const code = 'CONFIG_INVALID' as const;
  const refusing = startToyPool({ reload: async () => ({ ok: false, code, message: 'why' }) });
  expect(await ask(refusing, 'POST /v1/reload')).toEqual({
    status: 409,
    body: { v: 1, ok: false, code, message: 'why' },
  });
});

test('the reset of the whole pool reaches it, and no page can ask for it', async () => {
  const pool = startToyPool();
  const line = 'POST /v1/pool/reset';
  expect(await ask(pool, line, { origin: 'web' })).toMatchObject({ status: 403 });
  expect(await ask(pool, line)).toEqual({ status: 200, body: { v: 1, ok: true, changed: true } });
  expect(pool.asked).toEqual(['reset the pool']);
});

test('a page cannot have the config read again', async () => {
  const pool = startToyPool();
  expect(await ask(pool, 'POST /v1/reload', { origin: 'web' })).toMatchObject({ status: 403 });
  expect(pool.asked).toEqual([]);
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

test('an account is told with its history, one that does not exist is 404', async () => {
  const pool = startToyPool();
  const { status, body } = await ask(pool, 'GET /v1/accounts/first');
  expect(status).toBe(200);
  expect(body).toMatchObject({ name: 'first', history: [{ event: 'account.limited' }] });
  expect(await ask(pool, 'GET /v1/accounts/third')).toMatchObject({
    status: 404,
    body: { v: 1, ok: false, code: 'NOT_FOUND', message: 'no account is named third' },
  });
});

const LATER = 4_102_444_800_000;

test.each(ACCOUNT_VERBS)('the verb %s reaches the account', async (verb) => {
  const pool = startToyPool();
  const body = { until: LATER };
  expect(await ask(pool, `POST /v1/accounts/first/${verb}`, { body })).toEqual({
    status: 200,
    body: { v: 1, ok: true, changed: true },
  });
  expect(pool.asked).toEqual([verb === 'limit' ? `limit first until ${LATER}` : `${verb} first`]);
});

test.each([
  [null, 'the body must be an object with until'],
  [[LATER], 'the body must be an object with until'],
  [{}, 'until must be epoch milliseconds, when the limit is over'],
  [{ until: '2100-01-01' }, 'until must be epoch milliseconds'],
  [{ until: 1.5 }, 'until must be epoch milliseconds'],
  [{ until: 9e15 }, 'until must be epoch milliseconds'],
  [{ until: 1 }, 'until is in the past'],
  [{ until: LATER, for: 5 }, 'for is not known here; there is until'],
])('a limit with the body %j is refused with the reason', async (body, why) => {
  const pool = startToyPool();
  expect(await ask(pool, 'POST /v1/accounts/first/limit', { body })).toMatchObject({
    status: 400,
    body: { v: 1, ok: false, code: 'BAD_REQUEST', message: expect.stringContaining(why) },
  });
  expect(pool.asked).toEqual([]);
});

test('a verb of no account is named, and one for no account is 404', async () => {
  const pool = startToyPool();
  const { status, body } = await ask(pool, 'POST /v1/accounts/first/explode');
  expect(status).toBe(404);
  expect(JSON.stringify(body)).toContain('limit, clear, enable, disable');
  expect((await ask(pool, 'POST /v1/accounts/third/clear')).status).toBe(404);
});

const WISH = { from: 'first', to: 'second', sessions: ['toy-1'], dryRun: true };

test.each([
  [WISH, WISH],
  [{}, { from: null, to: null, sessions: [], dryRun: false }],
  [
    { to: null, dryRun: true },
    { from: null, to: null, sessions: [], dryRun: true },
  ],
])('the failover wish %j is passed on whole, and its moves are told', async (body, wish) => {
  const pool = startToyPool();
  expect(await ask(pool, 'POST /v1/failover', { body })).toEqual({
    status: 200,
    body: { v: 1, moves: TOY_MOVES },
  });
  expect(pool.asked).toEqual([`failover ${JSON.stringify(wish)}`]);
});

test.each([
  [null, 'the body must be an object'],
  [{ dry_run: true }, 'dry_run is not known here; there is from, to, sessions, dryRun'],
  [{ dryRun: 'yes' }, 'dryRun must be true or false'],
  [{ from: 5 }, 'from must be the name of an account, or null'],
  [{ to: '' }, 'to must be the name of an account, or null'],
  [{ sessions: 'toy-1' }, 'sessions must be a list of names'],
  [{ sessions: [1] }, 'sessions must be a list of names'],
])('the failover wish %j is refused with the reason, and nothing moves', async (body, why) => {
  const pool = startToyPool();
  expect(await ask(pool, 'POST /v1/failover', { body })).toMatchObject({
    status: 400,
    body: { v: 1, ok: false, code: 'BAD_REQUEST', message: expect.stringContaining(why) },
  });
  expect(pool.asked).toEqual([]);
});

test.each([
  ['NOT_FOUND', 404],
  ['ACCOUNT_UNAVAILABLE', 409],
] as const)(
  'a failover refused with %s is answered with %d and the reason',
  async (code, status) => {
    const pool = startToyPool({ failover: async () => ({ ok: false, code, message: 'why' }) });
    expect(await ask(pool, 'POST /v1/failover', { body: {} })).toEqual({
      status,
      body: { v: 1, ok: false, code, message: 'why' },
    });
  },
);

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

test('which config and which tmux server it is, the command line is told', async () => {
  const { body } = await ask(startToyPool(), 'GET /v1/place');
  expect(body).toEqual({ v: 1, config: '/c.yaml', tmuxSocket: '/run/tmux.sock' });
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
  ...ACCOUNT_VERBS.map((verb) => `POST /v1/accounts/first/${verb}`),
  ...['POST /v1/failover', 'GET /v1/inspect', 'GET /v1/place'],
])('the page may not ask for %s', async (line) => {
  const pool = startToyPool({ loginLink: () => 'a link' });
  expect(await ask(pool, line, { origin: 'web' })).toMatchObject({
    status: 403,
    body: { code: 'READ_ONLY' },
  });
  expect(pool.asked).toEqual([]);
});

test.each([
  ...['POST /v1/status', 'DELETE /v1/sessions/toy-1', 'GET /v1/stop', 'GET /v1/tasks/nudge'],
  ...['DELETE /v1/accounts/first', 'GET /v1/accounts/first/clear', 'GET /v1/failover'],
])('%s is the wrong method', async (line) => {
  expect((await ask(startToyPool(), line)).status).toBe(405);
});

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
