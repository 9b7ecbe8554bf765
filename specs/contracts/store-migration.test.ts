import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openDaemonStore } from '../../actors/store/open-daemon-store.ts';
import { openFactStore } from '../../actors/store/open-fact-store.ts';
import type { FactStore } from '../../machines/ports.ts';
import { accountFacts, failoverFacts, sessionTrouble } from '../harness/account-facts.ts';
import { crashFact } from '../harness/facts.ts';
import { ALL, TASK_LIMITS } from '../harness/new-task.ts';
import {
  forgetProbes,
  integrity,
  OLD_SESSION,
  OLD_TASK,
  onFile,
  storeBeforeAccounts,
  storeBeforeTasks,
} from '../harness/older-store.ts';
import { startProgram } from '../harness/program.ts';
import { atEnd } from '../harness/scope.ts';
import { taskPlace } from '../harness/task-store.ts';

const HOME = accountFacts().home;
const CRASH = crashFact({ at: 1_700_000_000_123, monotonicMs: 1_000.5 });
const ENTRY = { at: 1_700_000_000_123, event: 'session.crashed', facts: { pid: 4242 } };

test('a store of the version before accounts is migrated, and nothing in it is lost', async () => {
  const file = storeBeforeAccounts();
  const { facts, tasks } = await taskPlace(file).daemon();
  await expectOldFacts(facts);
  expect(await tasks.list(ALL)).toMatchObject([{ id: OLD_TASK, state: 'queued' }]);
  expect(await tasks.show(OLD_TASK)).toMatchObject({ text: 'do it' });

  const trouble = sessionTrouble();
  await facts.saveSession({ ...OLD_SESSION, trouble });
  await facts.saveAccount(accountFacts());
  await facts.saveFailover(failoverFacts());
  expect(await facts.sessions()).toEqual([{ ...OLD_SESSION, trouble }]);
  expect(await facts.accounts([HOME])).toEqual([accountFacts()]);
  expect(await facts.openFailovers()).toEqual([failoverFacts()]);
  await facts.close();
  expect(integrity(file)).toBe('ok');
});

test('a crash that counted before counts for the pool, one that its session was forgiven does not', async () => {
  const file = storeBeforeAccounts();
  onFile(file, (raw) => {
    const columns = 'scope, session, at, monotonic_ms, boot_id, cause, pid, state, last_screen';
    raw.exec(
      `insert into crash (${columns}, cleared) select ${columns}, 1 from crash where session = 'pool-0'`,
    );
  });
  const { facts } = await taskPlace(file).daemon();
  expect(await facts.poolCrashes('pool-0')).toEqual([CRASH]);
  expect(await facts.crashes('pool-0')).toEqual([CRASH]);
});

test.each([
  ['before accounts', storeBeforeAccounts],
  ['before tasks', storeBeforeTasks],
])(
  'reading only: a store of the version %s shows its sessions, and no more, untouched',
  async (_version, make) => {
    const file = make();
    const content = readFileSync(file);
    const reader = await openToRead(file);
    await expectOldFacts(reader);
    expect(await reader.accounts([HOME])).toEqual([]);
    expect(await reader.accountHistory(HOME, 10)).toEqual([]);
    expect(await reader.openFailovers()).toEqual([]);
    await expect(reader.saveAccount(accountFacts())).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    await reader.close();
    expect(readFileSync(file).equals(content)).toBe(true);
  },
);

test('reading only: whoever looks while a daemon migrates the store sees what that one writes', async () => {
  const file = storeBeforeAccounts();
  const reader = await openToRead(file);
  expect(await reader.sessions()).toEqual([OLD_SESSION]);
  const { facts } = await taskPlace(file).daemon();
  await facts.saveSession({ ...OLD_SESSION, trouble: sessionTrouble() });
  await facts.saveAccount(accountFacts());
  await facts.addAccountHistory(HOME, ENTRY);
  await facts.saveFailover(failoverFacts());

  expect(await reader.sessions()).toMatchObject([{ trouble: sessionTrouble() }]);
  expect(await reader.accounts([HOME])).toEqual([accountFacts()]);
  expect(await reader.accountHistory(HOME, 10)).toEqual([ENTRY]);
  expect(await reader.openFailovers()).toEqual([failoverFacts()]);
});

test('a daemon of the version before goes on writing its sessions, and leaves what it does not know', async () => {
  const file = storeBeforeAccounts();
  const { facts } = await taskPlace(file).daemon();
  const trouble = sessionTrouble();
  await facts.saveSession({ ...OLD_SESSION, trouble });
  onFile(file, (raw) => {
    const { account, workdir } = OLD_SESSION;
    raw
      .prepare(
        `insert into session (scope, name, mark, account, workdir, conversation, has_transcript,
           boot_id, restarts, held, updated_at)
         values ('/run/tmux.sock', ?, 'm', ?, ?, 'c', 1, 'boot', 9, 0, 1)
         on conflict (scope, name) do update set restarts = excluded.restarts`,
      )
      .run('pool-0', account, workdir);
  });
  expect(await facts.sessions()).toEqual([{ ...OLD_SESSION, restarts: 9, trouble }]);
});

/** An account of which usage is known, as this version reads what one before it has stored. */
const OLD_ACCOUNT = accountFacts({
  usage: {
    fiveHour: { usedPercent: 62, resetsAt: 1_700_000_900_000, toldAt: null },
    sevenDay: null,
  },
  recoveredAt: 1_700_000_000_000,
});

/** As the version before probes writes what is known of an account. */
const WRITE_OLD_ACCOUNT = `insert into account (home, account, usage, recovered_at, since, updated_at)
  values (?, 'first', ?, 1700000000000, 1700000000000, 1)
  on conflict (home) do update set usage = excluded.usage, recovered_at = excluded.recovered_at`;
const OLD_USAGE = '{"fiveHour":{"usedPercent":62,"resetsAt":1700000900000},"sevenDay":null}';

/** A store as the version before probes has left it; its file. */
async function storeBeforeProbes(): Promise<string> {
  const file = storeBeforeAccounts();
  await (await openToWrite(file)).close();
  forgetProbes(file);
  onFile(file, (raw) => raw.prepare(WRITE_OLD_ACCOUNT).run(HOME, OLD_USAGE));
  return file;
}

test('a store of the version before probes is migrated, and what it knows of accounts stays', async () => {
  const file = await storeBeforeProbes();
  const facts = await openToWrite(file);
  expect(await facts.accounts([HOME])).toEqual([OLD_ACCOUNT]);
  await facts.saveAccount({ ...OLD_ACCOUNT, probes: 3 });
  expect(await facts.accounts([HOME])).toEqual([{ ...OLD_ACCOUNT, probes: 3 }]);
  await facts.close();
  expect(integrity(file)).toBe('ok');
});

test('reading only: a store of the version before probes shows its accounts, untouched', async () => {
  const file = await storeBeforeProbes();
  const content = readFileSync(file);
  const reader = await openToRead(file);
  expect(await reader.accounts([HOME])).toEqual([OLD_ACCOUNT]);
  await reader.close();
  expect(readFileSync(file).equals(content)).toBe(true);
});

test('a daemon of the version before goes on writing its accounts, and leaves what it does not know', async () => {
  const file = await storeBeforeProbes();
  const facts = await openToWrite(file);
  await facts.saveAccount({ ...accountFacts(), probes: 3 });
  await facts.saveAccount({ ...accountFacts({ home: '/other' }), probes: 1 });
  onFile(file, (raw) => {
    raw.prepare(WRITE_OLD_ACCOUNT).run(HOME, OLD_USAGE);
    raw.prepare(WRITE_OLD_ACCOUNT).run('/third', OLD_USAGE);
  });
  expect(await facts.accounts([HOME, '/third'])).toEqual([
    { ...OLD_ACCOUNT, probes: 3 },
    { ...OLD_ACCOUNT, home: '/third', probes: 0 },
  ]);
  await facts.close();
});

test('a migration that fails half-way leaves the store as it was, and is done once nothing is in the way', async () => {
  const file = storeBeforeAccounts();
  // In the way of the last table that it makes.
  onFile(file, (raw) => raw.exec('create table failover (id integer)'));
  await expect(openToWrite(file)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(namesIn(file)).not.toContain('account');
  expect(columnsOfSession(file)).not.toContain('trouble');
  await expectOldFacts(await openToRead(file));

  onFile(file, (raw) => raw.exec('drop table failover'));
  await expectOldFacts((await taskPlace(file).daemon()).facts);
});

test('a daemon that is killed at whatever step of the migration leaves a store that the next one migrates', async () => {
  let kills = 0;
  for (let survived = false; !survived; ) {
    const file = storeBeforeAccounts();
    const opener = startProgram('store-dying-opener', [file, String(kills + 1)]);
    await once(opener.child, 'close');
    survived = opener.lines.includes('open');
    if (!survived) kills += 1;

    await expectOldFacts(await openToRead(file));
    const facts = await openToWrite(file);
    await expectOldFacts(facts);
    await facts.saveFailover(failoverFacts());
    await facts.close();
    expect(integrity(file)).toBe('ok');
  }
  // The column, three tables, three indexes, what the migrator notes, and the commit.
  expect(kills).toBeGreaterThan(8);
}, 120_000);

test('daemons of several tmux servers that start at once on an older store migrate it once', async () => {
  const file = storeBeforeAccounts();
  const movers = Array.from({ length: 6 }, (_, n) =>
    startProgram('store-mover', [file, `/run/${n}.sock`, `server ${n}`, 'pool-0', '0']),
  );
  for (const mover of movers) await mover.says((line) => line === '1 completed', 'move a session');
  for (const mover of movers) await mover.end();
  await expectOldFacts(await openToRead(file));
  expect(integrity(file)).toBe('ok');
}, 300_000);

async function expectOldFacts(store: FactStore): Promise<void> {
  expect(await store.sessions()).toEqual([OLD_SESSION]);
  expect(await store.crashes('pool-0')).toEqual([CRASH]);
  expect(await store.history('pool-0', 10)).toEqual([ENTRY]);
}

async function openToWrite(file: string): Promise<FactStore> {
  const daemon = { scope: '/run/tmux.sock', fenceKey: 'socket+range', tasks: TASK_LIMITS };
  return (await openDaemonStore({ file, ...daemon })).facts;
}

async function openToRead(file: string): Promise<FactStore> {
  const store = await openFactStore({ file, scope: '/run/tmux.sock', readOnly: true });
  atEnd(() => store.close());
  return store;
}

function namesIn(file: string): readonly unknown[] {
  return onFile(file, (raw) => raw.prepare('select name from sqlite_master').pluck().all());
}

function columnsOfSession(file: string): readonly unknown[] {
  return onFile(file, (raw) =>
    raw.prepare(`select name from pragma_table_info('session')`).pluck().all(),
  );
}
