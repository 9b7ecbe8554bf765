import { expect, test } from '@jest/globals';
import { liveMessages, type Reader, readWebSocket, tryWebSocket } from '../harness/raw-socket.ts';
import { startToyPage, TOY_TOKEN, type ToyPage } from '../harness/toy-page.ts';
import { startToyPool, TOY_NAMES, TOY_SECRET } from '../harness/toy-pool.ts';
import { until } from '../harness/until.ts';

const BEARER = { authorization: `Bearer ${TOY_TOKEN}` };
const PATIENCE = { withinMs: 5000 };

function wsUrl(page: ToyPage, path: string): string {
  return `ws://127.0.0.1:${page.port}${path}`;
}

async function firstMessage(reader: Reader) {
  return until(() => liveMessages(reader)[0], { ...PATIENCE, what: 'the first message' });
}

test.each([
  ['nothing', {}, 403],
  ['a wrong token', { authorization: 'Bearer x' }, 401],
  [
    'a made-up cookie of another origin',
    { cookie: 'claude_failover=x', origin: 'http://127.0.0.1:1' },
    403,
  ],
  ['a made-up cookie without an origin', { cookie: 'claude_failover=x' }, 403],
  ['the token from another origin', { ...BEARER, origin: 'http://evil.example' }, 403],
  ['the token from the null origin', { ...BEARER, origin: 'null' }, 403],
  ['the token under another name', { ...BEARER, host: 'evil.example' }, 421],
] as const)('%s opens neither the feed nor a terminal', async (_, headers, status) => {
  const page = await startToyPage();
  for (const path of ['/v1/live', '/v1/terminal/toy-1', '/other']) {
    expect(await tryWebSocket(wsUrl(page, path), headers)).toEqual({ kind: 'refused', status });
  }
});

test('a reader first gets all that is known, then what changes', async () => {
  const page = await startToyPage();
  const reader = await readWebSocket(wsUrl(page, '/v1/live'), BEARER);
  const hello = await firstMessage(reader);
  expect(hello).toMatchObject({ kind: 'hello', v: 1, status: { daemon: { state: 'ready' } } });
  if (hello.kind !== 'hello') throw new Error('no hello');
  expect(hello.actors.map(({ name }) => name)).toEqual(expect.arrayContaining([...TOY_NAMES]));
  page.pool.send('toy-1', { type: 'agent.died', reason: 'x' });
  await until(
    () =>
      liveMessages(reader).some(
        (told) => told.kind === 'entry' && told.entry.type === 'agent.died',
      ),
    { ...PATIENCE, what: 'the entry' },
  );
  await until(
    () => liveMessages(reader).some((told) => told.kind === 'status' && told.status.pool.degraded),
    { ...PATIENCE, what: 'the new status' },
  );
});

test('a reader that comes late gets what happened before', async () => {
  const page = await startToyPage();
  page.pool.send('toy-2', { type: 'agent.died', reason: 'x' });
  const hello = await firstMessage(await readWebSocket(wsUrl(page, '/v1/live'), BEARER));
  expect(JSON.stringify(hello)).toContain('agent.died');
});

test('no secret goes over the feed', async () => {
  const page = await startToyPage();
  const reader = await readWebSocket(wsUrl(page, '/v1/live'), BEARER);
  await until(
    () => page.pool.root.getSnapshot().children['toy-1'].getSnapshot().matches({ idle: 'ready' }),
    {
      ...PATIENCE,
      what: 'the toy to be ready',
    },
  );
  page.pool.send('toy-1', { type: 'turn.began', token: TOY_SECRET, prompt: 'private words' });
  await until(() => reader.texts.join().includes('"turn.began"'), {
    ...PATIENCE,
    what: 'the event',
  });
  expect(reader.texts.join()).not.toContain(TOY_SECRET);
  expect(reader.texts.join()).not.toContain('private words');
});

test('a reader that speaks is closed', async () => {
  const page = await startToyPage();
  const reader = await readWebSocket(wsUrl(page, '/v1/live'), BEARER);
  reader.socket.send('{"type":"operator.reset"}');
  expect(await reader.closed).toBe(1008);
});

test('a message that is too long closes the socket', async () => {
  const page = await startToyPage();
  const reader = await readWebSocket(wsUrl(page, '/v1/live'), BEARER);
  reader.socket.send('x'.repeat(5000));
  expect([1008, 1009]).toContain(await reader.closed);
});

test('one reader too many is turned away, the others stay', async () => {
  const page = await startToyPage();
  const readers = await Promise.all(
    Array.from({ length: 16 }, () => readWebSocket(wsUrl(page, '/v1/live'), BEARER)),
  );
  const surplus = await readWebSocket(wsUrl(page, '/v1/live'), BEARER);
  expect(await surplus.closed).toBe(1013);
  for (const reader of readers) expect(reader.socket.readyState).toBe(reader.socket.OPEN);
});

test('a reader that does not read is dropped, and the others go on', async () => {
  const page = await startToyPage();
  const lazy = await readWebSocket(wsUrl(page, '/v1/live'), BEARER);
  await firstMessage(lazy);
  lazy.socket.pause();
  for (let i = 0; i < 40_000; i += 1) page.pool.send('toy-1', { type: 'operator.reset' });
  const eager = await readWebSocket(wsUrl(page, '/v1/live'), BEARER);
  lazy.socket.resume();
  expect(await lazy.closed).toBe(1006);
  expect(await firstMessage(eager)).toMatchObject({ kind: 'hello' });
});

test('a path that is none is closed, and so is a session that is not of the pool', async () => {
  const page = await startToyPage();
  for (const path of [
    '/other',
    '/v1/terminal/operator',
    '/v1/terminal/%zz',
    '/v1/terminal/a%2fb',
  ]) {
    const reader = await readWebSocket(wsUrl(page, path), BEARER);
    expect(await reader.closed).toBe(1008);
  }
});

test('a session that only has the name of one of ours is not shown to the page', async () => {
  const toys = startToyPool();
  const { sessions, ...rest } = toys.api.status();
  const foreign = sessions.map((one) => ({ ...one, substate: 'blocked' as const }));
  const supervisor = startToyPool({ status: () => ({ ...rest, sessions: foreign }) });
  const page = await startToyPage({ supervisor });
  const reader = await readWebSocket(wsUrl(page, '/v1/terminal/toy-1'), BEARER);
  expect(await reader.closed).toBe(1008);
});

test('closing the page closes its sockets', async () => {
  const page = await startToyPage();
  const reader = await readWebSocket(wsUrl(page, '/v1/live'), BEARER);
  await page.close();
  expect(await reader.closed).toBe(1006);
});
