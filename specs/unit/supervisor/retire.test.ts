import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { AgentStatusWord } from '../../../machines/ports.ts';
import type { HeldTask, TaskReport } from '../../../machines/tasks.ts';
import type { RootRef } from '../../../supervisor/pool.ts';
import { type Leaving, retire } from '../../../supervisor/retire.ts';
import { sessionFacts } from '../../harness/facts.ts';
import { createFakeTmux } from '../../harness/fake-tmux.ts';
import { openMemoryStore } from '../../harness/memory-store.ts';

const NAME = 'pool-11';
const SLOT = { name: NAME, index: 11 };
const NOW = 1_700_000_000_000;

/** A session that has left the range, with a living agent; without a machine. */
async function leftSession() {
  const fake = createFakeTmux();
  const store = openMemoryStore();
  const launch = { session: NAME, mark: 'mark', cwd: '/', command: ['a', 'client'] };
  const { agent } = await fake.create(launch);
  const facts = sessionFacts({ name: NAME, mark: 'mark', agent });
  await store.saveSession(facts);
  const logged: LogEvent[] = [];
  const heard: TaskReport[] = [];
  const sent: unknown[] = [];
  const t = {
    fake,
    store,
    agent,
    facts,
    logged,
    heard,
    sent,
    says: 'idle' as AgentStatusWord | null,
    task: null as Pick<HeldTask, 'id' | 'fence'> | null,
    rootIs: 'active',
    onStored: () => {},
    retire: () => retire(leaving, SLOT),
    isAlive: () => fake.processes.isAlive(agent),
    isInTmux: async () => (await fake.sessionNames()).includes(NAME),
  };
  const leaving = {
    root: {
      send: (event: unknown) => void sent.push(event),
      getSnapshot: () => ({ status: t.rootIs, children: {} }),
    } as unknown as RootRef,
    parts: {
      tmux: fake,
      processes: fake.processes,
      store,
      agent: { status: async () => (t.says === null ? null : { status: t.says }) },
      tasks: { held: async () => new Map(t.task === null ? [] : [[NAME, t.task]]) },
      chance: { clock: { now: () => NOW, monotonicMs: () => 0, bootId: 'boot' } },
    },
    recording: {
      news: {
        isSettled: () => true,
        settled: async () => {},
        hear: (report: TaskReport) => void heard.push(report),
      },
      stored: async () => t.onStored(),
      tell: (entry: LogEvent) => void logged.push(entry),
    },
  } as unknown as Leaving;
  return t;
}

test('an idle agent is ended, its tmux session goes, and all but the agent is remembered', async () => {
  const t = await leftSession();

  expect(await t.retire()).toBe(true);

  expect(t.isAlive()).toBe(false);
  expect(await t.isInTmux()).toBe(false);
  expect(await t.store.sessions()).toEqual([{ ...t.facts, agent: null, previous: null }]);
  const { conversation } = t.facts;
  expect(t.logged).toEqual([
    { event: 'session.retired', session: NAME, index: 11, conversation, pid: t.agent.pid },
  ]);
  expect(t.sent).toEqual([{ type: 'session.retire', name: NAME }]);
  expect(t.heard).toEqual([]);
});

test.each<AgentStatusWord | null>(['busy', 'waiting', null])(
  'an agent that is %s is left as it is',
  async (says) => {
    const t = await leftSession();
    t.says = says;

    expect(await t.retire()).toBe(false);

    expect(t.isAlive()).toBe(true);
    expect(t.sent).toEqual([]);
    expect(t.logged).toEqual([]);
  },
);

test('a person who is at work there is waited for', async () => {
  const t = await leftSession();
  const person = t.fake.attachPerson(NAME);
  person.type('half a line');
  expect(await t.retire()).toBe(false);
  expect(t.isAlive()).toBe(true);
  await person.detach();
  expect(await t.retire()).toBe(true);
});

test('a tmux that does not tell proves nothing: nothing is ended', async () => {
  const t = await leftSession();
  t.fake.hang();
  expect(await t.retire()).toBe(false);
  t.fake.resume();
  expect(t.isAlive()).toBe(true);
});

test('a session that bears another mark than ours is not touched', async () => {
  const t = await leftSession();
  await t.store.saveSession({ ...t.facts, mark: 'another', agent: null });

  expect(await t.retire()).toBe(true);

  expect(t.isAlive()).toBe(true);
  expect(await t.isInTmux()).toBe(true);
});

test('a session that the store has never heard of is not ours, and is not told of', async () => {
  const t = await leftSession();
  expect(await retireOther(t)).toBe(true);
  expect(t.isAlive()).toBe(true);
  expect(t.logged).toEqual([]);
});

async function retireOther(t: Awaited<ReturnType<typeof leftSession>>): Promise<boolean> {
  await t.store.saveSession({ ...t.facts, name: 'pool-12' });
  const known = await t.store.sessions();
  Object.assign(t.store, { sessions: async () => known.filter(({ name }) => name !== NAME) });
  return await t.retire();
}

test('a session that an operator has given another name is theirs', async () => {
  const t = await leftSession();
  t.fake.renameSession(NAME, 'mine');
  expect(await t.retire()).toBe(true);
  expect(t.isAlive()).toBe(true);
  expect(t.logged).toEqual([]);
});

test('one whose agent has ended is put away, and its task goes on elsewhere once it is gone', async () => {
  const t = await leftSession();
  t.task = { id: 't_1', fence: 3 };
  t.fake.endAgent(NAME, { kind: 'signal', signal: 9 });

  expect(await t.retire()).toBe(true);

  expect(t.heard).toMatchObject([
    { session: NAME, lease: { id: 't_1', fence: 3 }, news: { kind: 'returned' } },
  ]);
  expect(await t.isInTmux()).toBe(false);
  expect(t.logged).toMatchObject([{ event: 'session.retired', pid: null }]);
});

test('an agent that lives on without its pane is ended, too; of an earlier boot it is a stranger', async () => {
  const t = await leftSession();
  t.fake.outlivePanes();
  t.fake.killSession(NAME);
  expect(t.isAlive()).toBe(true);
  await t.store.saveSession({ ...t.facts, bootId: 'earlier' });
  expect(await t.retire()).toBe(true);
  expect(t.isAlive()).toBe(true);

  await t.store.saveSession(t.facts);
  expect(await t.retire()).toBe(true);
  expect(t.isAlive()).toBe(false);
});

test('while it is not stored what is known of it, nothing is ended', async () => {
  const t = await leftSession();
  t.onStored = () => {
    throw new Error('the disk is full');
  };
  await expect(t.retire()).rejects.toThrow('the disk is full');
  expect(t.isAlive()).toBe(true);
  expect(t.sent).toEqual([]);
});

test('once the root is stopped nothing is ended: that it has no machine for the session says nothing then', async () => {
  const t = await leftSession();
  t.onStored = () => {
    t.rootIs = 'stopped';
  };
  expect(await t.retire()).toBe(false);
  expect(t.isAlive()).toBe(true);
  expect(t.sent).toEqual([]);
});

test('what fails half way is done by the next try', async () => {
  const t = await leftSession();
  const { remove } = t.fake;
  Object.assign(t.fake, { remove: async () => Promise.reject(new Error('tmux hangs')) });
  await expect(t.retire()).rejects.toThrow('tmux hangs');
  expect(t.isAlive()).toBe(false);
  expect(t.logged).toEqual([]);
  Object.assign(t.fake, { remove });
  expect(await t.retire()).toBe(true);
  expect(await t.isInTmux()).toBe(false);
  expect(t.logged).toMatchObject([{ event: 'session.retired', pid: null }]);
});

test('an agent whose pane an operator has taken into a session of their own is theirs', async () => {
  const t = await leftSession();
  const pane = { state: 'alive', paneId: '%1', agent: t.agent } as const;
  const taken = { name: 'theirs', mark: null, pane };
  const emptied = { name: NAME, mark: 'mark', pane: null };
  const server = { pid: 1, startTime: '1' };
  const sessions = [emptied, taken];
  Object.assign(t.fake, { observe: async () => ({ kind: 'seen', server, sessions }) });
  expect(await t.retire()).toBe(true);
  expect(t.isAlive()).toBe(true);
  expect(t.logged).toEqual([]);
});

test('a session whose mark an operator has changed is known by its agent', async () => {
  const t = await leftSession();
  await t.store.saveSession({ ...t.facts, mark: 'as it was' });
  expect(await t.retire()).toBe(true);
  expect(t.isAlive()).toBe(false);
  expect(await t.isInTmux()).toBe(false);
});
