/** What the command line reads of the store by itself: all of it while no daemon runs. */

import { createClock } from '../actors/process/clock.ts';
import { openFactStore } from '../actors/store/open-fact-store.ts';
import { openTaskReader, type TaskReader } from '../actors/store/open-task-reader.ts';
import { checkAccount } from '../config/guard.ts';
import { slotsOf } from '../config/slots.ts';
import { resolveSocketPath, type SocketWorld } from '../config/socket-path.ts';
import { storePath } from '../config/store-path.ts';
import type { Config } from '../config/types.ts';
import type { FactStore } from '../machines/ports.ts';
import type { TaskDetail } from '../machines/tasks.ts';
import { accountInputs } from './account-inputs.ts';
import { accountDetail, accountReport, type KnownAccount } from './account-report.ts';
import { failoverReport } from './failover-report.ts';
import { detailOf, HISTORY_SHOWN, reportOfFacts, statusReport } from './status.ts';
import type {
  AccountDetail,
  FailoverReport,
  SessionDetail,
  StatusReport,
} from './status-report.ts';
import { knownWithoutDaemon } from './stored-accounts.ts';
import type { TaskRun } from './task-report.ts';
import { runsOf, sessionsOfTask } from './task-runs.ts';

/** A pool whose facts are asked for, and by what its tmux server is found. */
export interface StoredPool {
  readonly config: Config;
  readonly world: SocketWorld;
}

/** The status while no daemon runs: what the store remembers. Rejects with `STORE_FAILED`. */
export async function storedStatus(pool: StoredPool, version: string): Promise<StatusReport> {
  const { config } = pool;
  const { facts, accounts, failovers } = await reading(pool, async (store) => ({
    facts: await store.sessions(),
    accounts: await knownAccounts(pool, store),
    failovers: await openFailovers(store),
  }));
  const factsOf = new Map(facts.map((session) => [session.name, session]));
  const { held, queue } = await readingTasks(pool, async (tasks) => ({
    held: await tasks.held(),
    queue: await tasks.counts(),
  }));
  return statusReport({
    daemon: { state: 'down', pid: null, version, startedAt: null },
    pool: config.pool,
    sessions: slotsOf(config).map((slot) => {
      const { name } = slot;
      const task = held.get(name)?.id ?? null;
      return reportOfFacts(slot, factsOf.get(name) ?? null, task, failovers.get(name));
    }),
    accounts: accounts.map(accountReport),
    queue,
  });
}

/** One session while no daemon runs; null when the pool has none of this name. */
export async function storedSession(pool: StoredPool, name: string): Promise<SessionDetail | null> {
  const slot = slotsOf(pool.config).find((candidate) => candidate.name === name);
  if (slot === undefined) return null;
  const held = await readingTasks(pool, (tasks) => tasks.held());
  return await reading(pool, async (store) => {
    const sessions = await store.sessions();
    const facts = sessions.find((session) => session.name === name) ?? null;
    const failover = (await openFailovers(store)).get(name);
    const report = reportOfFacts(slot, facts, held.get(name)?.id ?? null, failover);
    return detailOf(report, await store.history(name, HISTORY_SHOWN));
  });
}

/** One account while no daemon runs; null when the config has none of this name. */
export async function storedAccount(pool: StoredPool, name: string): Promise<AccountDetail | null> {
  return await reading(pool, async (store) => {
    const known = (await knownAccounts(pool, store)).find(({ facts }) => facts.account === name);
    if (known === undefined) return null;
    return accountDetail(known, await store.accountHistory(known.facts.home, HISTORY_SHOWN));
  });
}

/** Those of the journal, by session. Why they stand where they stand, only a daemon knows. */
async function openFailovers(store: FactStore): Promise<ReadonlyMap<string, FailoverReport>> {
  const open = await store.openFailovers();
  const told = open.map((facts) => [facts.session, failoverReport(facts, null)] as const);
  return new Map(told.flatMap(([name, report]) => (report === null ? [] : [[name, report]])));
}

/** On which accounts a task ran, oldest first, as far as its sessions' histories reach. */
export async function accountsOfTask(
  pool: StoredPool,
  task: Pick<TaskDetail, 'id' | 'history'>,
): Promise<readonly TaskRun[]> {
  return await reading(pool, async (store) => {
    const histories = sessionsOfTask(task).map((session) => store.history(session, ALL_KEPT));
    return runsOf(task.id, (await Promise.all(histories)).flat());
  });
}

/** More than the store keeps of a session. */
const ALL_KEPT = 10_000;

async function knownAccounts(
  { config }: StoredPool,
  store: FactStore,
): Promise<readonly KnownAccount[]> {
  const inputs = await accountInputs({ config, store, chance: { clock: createClock() } });
  const { accounts, sharedState } = config;
  return knownWithoutDaemon(inputs, (account) => checkAccount(account, sharedState.root, accounts));
}

/** What was on the screen of a session at the last crash that counts; null when there is none. */
export async function lastScreenOf(pool: StoredPool, name: string): Promise<string | null> {
  const crashes = await reading(pool, (store) => store.crashes(name));
  return crashes.at(-1)?.lastScreen ?? null;
}

async function reading<T>(
  { config, world }: StoredPool,
  read: (store: FactStore) => Promise<T>,
): Promise<T> {
  const scope = resolveSocketPath(config.tmux.socket, world);
  const store = await openFactStore({ file: storePath(config), scope, readOnly: true });
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

async function readingTasks<T>(
  { config, world }: StoredPool,
  read: (tasks: TaskReader) => Promise<T>,
): Promise<T> {
  const scope = resolveSocketPath(config.tmux.socket, world);
  const file = storePath(config);
  const tasks = await openTaskReader({ file, scope, limits: config.tasks });
  try {
    return await read(tasks);
  } finally {
    await tasks.close();
  }
}
