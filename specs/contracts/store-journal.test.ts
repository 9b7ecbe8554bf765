import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createFactStore } from '../../actors/store/fact-store.ts';
import { migrate } from '../../actors/store/migrate.ts';
import { openSqliteEngine } from '../../actors/store/sqlite-engine.ts';
import { namingFailures } from '../../actors/store/store-failure.ts';
import { accountFacts, evidence, failoverFacts } from '../harness/account-facts.ts';
import { filePlace, OTHER_SERVER } from '../harness/fact-place.ts';
import { integrity, onFile } from '../harness/older-store.ts';
import { startProgram } from '../harness/program.ts';
import { atEnd } from '../harness/scope.ts';
import { tempDir } from '../harness/temp-dir.ts';

const KILLS = 20;
const STEPS = ['choosing', 'moving', 'resuming', 'completed'];
const HOME = accountFacts().home;
const SOCKET = '/run/tmux.sock';

test(`no step of a failover that was acknowledged is lost, and one at most is open, when its daemon is killed ${KILLS} times`, async () => {
  const file = join(tempDir(), 'facts.db');
  let first = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const mover = startProgram('store-mover', [file, SOCKET, 'ours', 'pool-0', String(first)]);
    // At another step each time; the first line only says that it is open.
    const enough = 2 + (kill % 7);
    await mover.says(() => mover.lines.length >= enough, `print ${enough} lines`);
    await mover.end('SIGKILL');
    const told = placeOf(mover.lines.at(-1) ?? '');

    const store = await filePlace(file)();
    const [open = null, ...others] = await store.openFailovers();
    const [account] = await store.accounts([HOME]);
    await store.close();
    expect(others).toEqual([]);
    const { number, step } = open === null ? newestIn(file) : numbered(open);
    // The write that the kill cut off is there whole, or not at all.
    expect([told, told + 1]).toContain(placeOf(`${number} ${step}`));
    expect(open === null).toBe(step === 'completed');
    expect(account?.since).toBeGreaterThanOrEqual(number);
    // The next one goes on with the open one, as a daemon does that finds it.
    first = open === null ? number + 1 : number;
  }
  expect(integrity(file)).toBe('ok');
}, 120_000);

test('daemons of two tmux servers move sessions of the same name off the same account, each in its own process', async () => {
  const file = join(tempDir(), 'facts.db');
  const movers = [SOCKET, OTHER_SERVER.scope].map((scope) =>
    startProgram('store-mover', [file, scope, `server ${scope}`, 'pool-0', '0']),
  );
  for (const mover of movers) await mover.says((line) => line === '20 completed', 'move on');
  for (const mover of movers) await mover.end();

  for (const scope of [SOCKET, OTHER_SERVER.scope]) {
    const store = await filePlace(file)({ scope, fenceKey: 'looking' });
    expect((await store.openFailovers()).length).toBeLessThanOrEqual(1);
    expect(await store.accounts([HOME])).toHaveLength(1);
  }
  expect(integrity(file)).toBe('ok');
}, 300_000);

test('of those that have ended the newest 50 are kept, of each session of each server', async () => {
  const file = join(tempDir(), 'facts.db');
  const [ours, theirs] = [await filePlace(file)(), await filePlace(file)(OTHER_SERVER)];
  const ended = (id: string, n: number) =>
    failoverFacts({ id: `${id}/${n}`, step: 'stayed', startedAt: n, endedAt: -n });
  await theirs.saveFailover(ended('theirs', 0));
  await ours.saveFailover({ ...ended('other', 0), session: 'pool-1' });
  for (let n = 0; n < 53; n++) await ours.saveFailover(ended('ours', n));
  const kept = startsIn(file, SOCKET, 'pool-0');
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([50, 3, 52]);
  expect(startsIn(file, SOCKET, 'pool-1')).toEqual([0]);
  expect(startsIn(file, OTHER_SERVER.scope, 'pool-0')).toEqual([0]);
});

test('a full disk: a step that does not fit is refused, the one before stands, and it is taken once there is room', async () => {
  const { store, limitPages } = await smallStore();
  await store.saveAccount(accountFacts());
  await store.saveFailover(failoverFacts());
  await limitPages(1);
  const large = evidence({ message: 'x'.repeat(100_000) });
  const limited = accountFacts({ limit: { until: 5, window: 'five_hour', evidence: large } });
  const moving = failoverFacts({ step: 'moving', to: 'second', evidence: large });
  const refusal = { code: 'STORE_FAILED', facts: { reason: 'SQLITE_FULL' } };
  await expect(store.saveAccount(limited)).rejects.toMatchObject(refusal);
  await expect(store.saveFailover(moving)).rejects.toMatchObject(refusal);
  expect(await store.accounts([HOME])).toEqual([accountFacts()]);
  expect(await store.openFailovers()).toEqual([failoverFacts()]);

  await limitPages(1_000_000);
  await store.saveAccount(limited);
  await store.saveFailover(moving);
  expect(await store.accounts([HOME])).toEqual([limited]);
  expect(await store.openFailovers()).toEqual([moving]);
});

test('one session cannot be moved by two failovers, even if somebody forgets to ask', async () => {
  const file = join(tempDir(), 'facts.db');
  const store = await filePlace(file)();
  await store.saveFailover(failoverFacts());
  const steal = () =>
    onFile(file, (raw) =>
      raw.exec(`insert into failover (id, scope, session, conversation, from_account, reason,
                  step, tried, started_at, changed_at)
                values ('other', '${SOCKET}', 'pool-0', 'c', 'a', 'limit', 'moving', '[]', 1, 1)`),
    );
  expect(steal).toThrow(/UNIQUE/);
  expect(await store.openFailovers()).toEqual([failoverFacts()]);
});

/** How far a line of the mover, `NUMBER STEP`, is from its very first one. */
function placeOf(line: string): number {
  const [number = '', step = ''] = line.split(' ');
  return Number(number) * STEPS.length + STEPS.indexOf(step);
}

function numbered({ startedAt, step }: { readonly startedAt: number; readonly step: string }) {
  return { number: startedAt, step };
}

function newestIn(file: string) {
  return onFile(file, (raw) =>
    raw.prepare('select started_at as number, step from failover order by seq desc').get(),
  ) as { readonly number: number; readonly step: string };
}

function startsIn(file: string, scope: string, session: string): readonly unknown[] {
  return onFile(file, (raw) =>
    raw
      .prepare('select started_at from failover where scope = ? and session = ? order by seq')
      .pluck()
      .all(scope, session),
  );
}

async function smallStore() {
  const file = join(tempDir(), 'facts.db');
  writeFileSync(file, '');
  const engine = openSqliteEngine(file, { readOnly: false });
  atEnd(() => engine.close());
  await migrate(engine);
  return {
    store: namingFailures(
      file,
      createFactStore({ engine, scope: SOCKET, write: engine.exclusive }),
    ),
    limitPages: async (count: number) => {
      await sql`pragma max_page_count = ${sql.lit(count)}`.execute(engine.db);
    },
  };
}
