import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openDaemonStore } from '../../actors/store/open-daemon-store.ts';
import { openFactStore } from '../../actors/store/open-fact-store.ts';
import type { FactStore } from '../../machines/ports.ts';
import { crashFact, sessionFacts } from '../harness/facts.ts';
import { TASK_LIMITS } from '../harness/new-task.ts';
import { integrity, onFile } from '../harness/older-store.ts';
import { startProgram } from '../harness/program.ts';
import { atEnd } from '../harness/scope.ts';
import { tempDir } from '../harness/temp-dir.ts';

const KILLS = 30;
/** Whose sessions they are. */
const SOCKET = '/run/tmux.sock';

test(`nothing acknowledged is lost when the daemon is killed ${KILLS} times while it writes`, async () => {
  const file = join(tempDir(), 'facts.db');
  let promised = -1;
  let newest = -1;
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = startProgram('store-writer', [
      file,
      SOCKET,
      'key',
      'pool-0',
      String(newest + 1),
    ]);
    // At another moment each time: while it opens, at its first writes, well into the loop.
    const enough = kill % 10;
    await writer.says(() => writer.lines.length >= enough, `print ${enough} lines`);
    await writer.end('SIGKILL');
    promised = Math.max(promised, ...acknowledged(writer.lines));

    const store = await open(file);
    const restarts = (await store.sessions())[0]?.restarts ?? -1;
    const crashes = (await store.crashes('pool-0')).map(({ at }) => at);
    await store.close();
    newest = crashes.at(-1) ?? -1;
    // A write that the kill cut off is there whole, or not at all; what was promised is there.
    expect(newest).toBeGreaterThanOrEqual(promised);
    expect(restarts).toBeGreaterThanOrEqual(promised);
    expect(crashes).toEqual(upTo(newest).slice(-1_000));
    expect(integrity(file)).toBe('ok');
  }
  expect(promised).toBeGreaterThan(KILLS);
}, 120_000);

test('a daemon that is killed while it makes its store does not keep the next one from starting', async () => {
  const file = join(tempDir(), 'facts.db');
  const dying = startProgram('half-made-store', [file]);
  await once(dying.child, 'close');
  expect(readdirSync(dirname(file))).toContain('facts.db-journal');

  // The command line, which may not mend it, finds no facts; the next daemon mends it.
  const reader = await openFactStore({ file, scope: SOCKET, readOnly: true });
  await expect(reader.sessions()).resolves.toEqual([]);
  await reader.close();
  const store = await open(file);
  await store.saveSession(sessionFacts({ name: 'pool-0' }));
  await expect(store.sessions()).resolves.toHaveLength(1);
  await store.close();
});

test('a second daemon on the same sessions fences the first one off, each in its own process', async () => {
  const file = join(tempDir(), 'facts.db');
  const ours = await open(file, 'socket 0-9');
  await ours.saveSession(sessionFacts({ name: 'pool-0', restarts: 7 }));

  const second = startProgram('store-writer', [file, SOCKET, 'socket 0-9', 'pool-0', '100']);
  await second.says((line) => line === '100', 'write');
  await expect(ours.saveSession(sessionFacts())).rejects.toMatchObject({
    code: 'CONFLICT',
    facts: { fence: 1, newest: 2 },
  });
  await second.end();
  expect((await ours.sessions())[0]?.restarts).toBeGreaterThanOrEqual(100);
});

test('daemons of other sessions write to one file at the same time, and nothing is lost', async () => {
  const file = join(tempDir(), 'facts.db');
  const ours = await open(file, 'socket 0-9');
  const other = startProgram('store-writer', [file, SOCKET, 'socket 10-19', 'pool-10', '0']);
  await other.says((line) => line === '0', 'write');
  for (let at = 0; at < 100; at++) await ours.addCrash('pool-0', crashFact({ at }));
  await other.says((line) => line === '20', 'write on');
  await other.end();

  expect((await ours.crashes('pool-0')).map(({ at }) => at)).toEqual(upTo(99));
  const theirs = (await ours.crashes('pool-10')).length;
  expect(theirs).toBeGreaterThanOrEqual(acknowledged(other.lines).length);
});

test.each([
  [
    'text that is no database',
    () => Buffer.from('this is not a database, but somebody wrote it\n'),
  ],
  ['a database with a damaged page', damagedDatabase],
])('%s is refused, left as it is, and the person is told what to do', async (_what, make) => {
  const file = join(tempDir(), 'facts.db');
  const content = await make();
  writeFileSync(file, content, { mode: 0o600 });

  const refusal = expect.objectContaining({
    code: 'STORE_FAILED',
    message: expect.stringContaining(`mv ${file} ${file}.damaged`),
  });
  await expect(openToWrite(file)).rejects.toEqual(refusal);
  expect(readFileSync(file).equals(content)).toBe(true);
});

test('a store that a newer version has claimed is refused, and not migrated', async () => {
  const file = await storeWith(`update meta set value = '99' where key = 'schema_min_writer'`);
  await expect(openToWrite(file)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('newer claude-failover'),
    facts: { needed: 99, known: 1 },
  });
});

test('a store that a newer version has migrated is used while it lets us write', async () => {
  const file = await storeWith(
    `insert into kysely_migration (name, timestamp) values ('9999-later', 'now')`,
  );
  const store = await open(file);
  await store.saveSession(sessionFacts());
  expect(await store.sessions()).toHaveLength(1);
});

test('a migration that fails half-way leaves nothing half made', async () => {
  const file = join(tempDir(), 'facts.db');
  // In the way of the last table that the first migration makes.
  onFile(file, (raw) => raw.exec('create table history (id integer)'));
  await expect(openToWrite(file)).rejects.toMatchObject({
    code: 'STORE_FAILED',
  });
  expect(tablesOf(file)).toEqual(['history']);
});

test('files get 0600 and a new directory 0700, whatever the umask', async () => {
  const umask = process.umask(0);
  atEnd(() => process.umask(umask));
  const directory = join(tempDir(), 'state');
  const store = await open(join(directory, 'facts.db'));
  await store.saveSession(sessionFacts());
  expect(modesIn(directory)).toEqual({
    '.': '700',
    'facts.db': '600',
    'facts.db-shm': '600',
    'facts.db-wal': '600',
  });
});

test('a file that everybody could read is closed to them', async () => {
  const directory = tempDir();
  const file = join(directory, 'facts.db');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  await open(file);
  expect(modesIn(directory)['facts.db']).toBe('600');
});

test('a directory that its group may write to is closed to the group', async () => {
  const directory = join(tempDir(), 'state');
  mkdirSync(directory);
  chmodSync(directory, 0o775);
  await open(join(directory, 'facts.db'));
  expect(modesIn(directory)['.']).toBe('755');
});

test('a directory that everybody may write to is refused, and nothing is made in it', async () => {
  const directory = join(tempDir(), 'state');
  mkdirSync(directory);
  chmodSync(directory, 0o1777);
  await expect(openToWrite(join(directory, 'facts.db'))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    facts: { file: directory, reason: 'can be written by everybody' },
  });
  expect(readdirSync(directory)).toEqual([]);
});

test('a symbolic link in place of the file is refused', async () => {
  const directory = tempDir();
  writeFileSync(join(directory, 'elsewhere'), '');
  symlinkSync('elsewhere', join(directory, 'facts.db'));
  await expect(openToWrite(join(directory, 'facts.db'))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    facts: { reason: 'is not a regular file' },
  });
});

test('reading only: the facts are there, beside a daemon that writes, and writes are refused', async () => {
  const file = join(tempDir(), 'facts.db');
  const daemon = await open(file);
  await daemon.saveSession(sessionFacts({ restarts: 1 }));
  const reader = await openToRead(file);
  expect((await reader.sessions())[0]?.restarts).toBe(1);
  await expect(reader.saveSession(sessionFacts())).rejects.toMatchObject({ code: 'STORE_FAILED' });

  await daemon.saveSession(sessionFacts({ restarts: 2 }));
  expect((await reader.sessions())[0]?.restarts).toBe(2);
});

test('reading only: another server’s sessions in the same file are not shown', async () => {
  const file = join(tempDir(), 'facts.db');
  const daemon = await open(file);
  await daemon.saveSession(sessionFacts());
  const reader = await openFactStore({ file, scope: '/run/other.sock', readOnly: true });
  atEnd(() => reader.close());
  expect(await reader.sessions()).toEqual([]);
});

test('reading only: a store that no daemon has made yet has no facts, and is not made', async () => {
  const directory = tempDir();
  const missing = await openToRead(join(directory, 'facts.db'));
  expect(await missing.sessions()).toEqual([]);
  await expect(missing.saveSession(sessionFacts())).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(readdirSync(directory)).toEqual([]);

  writeFileSync(join(directory, 'empty.db'), '');
  const empty = await openToRead(join(directory, 'empty.db'));
  expect(await empty.history('pool-0', 10)).toEqual([]);
});

async function open(file: string, fenceKey = 'key'): Promise<FactStore> {
  const store = await openToWrite(file, fenceKey);
  atEnd(() => store.close());
  return store;
}

async function openToWrite(file: string, fenceKey = 'key'): Promise<FactStore> {
  const daemon = { scope: SOCKET, fenceKey, tasks: TASK_LIMITS };
  return (await openDaemonStore({ file, ...daemon })).facts;
}

async function openToRead(file: string): Promise<FactStore> {
  const store = await openFactStore({ file, scope: SOCKET, readOnly: true });
  atEnd(() => store.close());
  return store;
}

/** A store of ours after somebody else's statement. */
async function storeWith(statement: string): Promise<string> {
  const file = join(tempDir(), 'facts.db');
  await (await openToWrite(file)).close();
  onFile(file, (raw) => raw.exec(statement));
  return file;
}

/** Opening and writing would succeed: the damage lies where only a whole look finds it. */
async function damagedDatabase(): Promise<Buffer> {
  const file = join(tempDir(), 'facts.db');
  const store = await openToWrite(file);
  const lastScreen = '❯'.repeat(1_000);
  for (let at = 0; at < 20; at++) await store.addCrash('pool-0', crashFact({ at, lastScreen }));
  await store.close();
  const content = readFileSync(file);
  return content.fill(0xa5, content.length - 8_192);
}

function acknowledged(lines: readonly string[]): readonly number[] {
  return lines.filter((line) => line !== 'open').map(Number);
}

function upTo(last: number): readonly number[] {
  return Array.from({ length: last + 1 }, (_, n) => n);
}

function tablesOf(file: string): readonly unknown[] {
  return onFile(file, (raw) => raw.prepare('select name from sqlite_master').pluck().all());
}

function modesIn(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ['.', ...readdirSync(directory)].map((name) => [
      name,
      (statSync(join(directory, name)).mode & 0o777).toString(8),
    ]),
  );
}
