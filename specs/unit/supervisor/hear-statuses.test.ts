import { expect, test } from '@jest/globals';
import type { AgentStatus } from '../../../machines/ports.ts';
import { hearStatuses } from '../../../supervisor/hear-statuses.ts';
import { sessionNamed } from '../../../supervisor/pool.ts';
import { startTestRoot } from '../../harness/test-root.ts';
import { settle, statusOf } from '../../harness/test-session.ts';

/** A pool of three whose agents speak by hand; `looks` are the looks at the disk under way. */
async function startHearing() {
  const t = startTestRoot();
  await t.settle();
  const files = new Map<number, AgentStatus>();
  const looks: { readonly conversation: string; resolve: (is: boolean) => void }[] = [];
  const errors: unknown[] = [];
  let speak = (_: AgentStatus) => {};
  const agent = {
    onStatus: (listener: (status: AgentStatus) => void) => {
      speak = listener;
      return () => {
        speak = () => {};
      };
    },
    status: async ({ pid }: { readonly pid: number }) => files.get(pid) ?? null,
    hasTranscript: (conversation: string) =>
      new Promise<boolean>((resolve) => looks.push({ conversation, resolve })),
  };
  const hearing = hearStatuses(t.root, agent, (error) => void errors.push(error));
  const word = (name: string, overrides: Partial<AgentStatus>) =>
    statusOf(t.contextOf(name), overrides);
  return {
    ...t,
    agent,
    hearing,
    files,
    looks,
    errors,
    word,
    says: (name: string, overrides: Partial<AgentStatus>) => speak(word(name, overrides)),
    valueOf: (name: string) => sessionNamed(t.root, name)?.getSnapshot().value,
    look: async (isOnDisk = false) => {
      await settle();
      looks.shift()?.resolve(isOnDisk);
      await settle();
    },
  };
}

test('a word goes to the session whose agent said it, with whether it is on disk', async () => {
  const t = await startHearing();
  t.says('pool-1', { status: 'busy', conversation: 'c' });
  await t.look(true);
  expect(t.valueOf('pool-1')).toEqual({ working: { running: 'turn' } });
  expect(t.contextOf('pool-1')).toMatchObject({ conversation: 'c', hasTranscript: true });
  expect(t.valueOf('pool-0')).toEqual({ idle: { starting: 'booting' } });
});

test("other clients' words go nowhere, also one with a pid that was used again", async () => {
  const t = await startHearing();
  t.says('pool-1', { agent: { pid: 9, startTime: '9' } });
  t.says('pool-1', { agent: { pid: 102, startTime: 'later' } });
  await settle();
  expect(t.looks).toEqual([]);
});

test('words arrive in the order in which they were said, however long a look at the disk takes', async () => {
  const t = await startHearing();
  t.says('pool-0', { status: 'busy' });
  t.says('pool-0', { status: 'idle' });
  await settle();
  expect(t.looks).toHaveLength(1);
  await t.look();
  await t.look();
  expect(t.valueOf('pool-0')).toEqual({ idle: 'ready' });
});

test('a session whose look at the disk hangs does not keep the others waiting', async () => {
  const t = await startHearing();
  t.says('pool-0', { status: 'busy' });
  t.says('pool-1', { status: 'idle' });
  await settle();
  t.looks[1]?.resolve(false);
  await settle();
  expect(t.valueOf('pool-1')).toEqual({ idle: 'ready' });
});

test('a refresh reads only when the words before it were handed over, so that it is not older', async () => {
  const t = await startHearing();
  t.files.set(101, t.word('pool-0', { status: 'idle' }));
  t.says('pool-0', { status: 'busy' });
  t.hearing.refresh();
  t.files.set(101, t.word('pool-0', { status: 'waiting' }));
  await t.look();
  expect(t.valueOf('pool-0')).toEqual({ working: { running: 'turn' } });
  await t.look();
  expect(t.valueOf('pool-0')).toEqual({ working: { waiting: 'asking' } });
});

test('a transcript that cannot be looked for is told of, and the word arrives all the same', async () => {
  const t = await startHearing();
  t.agent.hasTranscript = () => Promise.reject(new Error('the disk does not answer'));
  t.says('pool-0', { status: 'idle' });
  await settle();
  expect(t.valueOf('pool-0')).toEqual({ idle: 'ready' });
  expect(t.errors).toEqual([new Error('the disk does not answer')]);
});

test('a conversation that the session has seen on disk is not looked for again; another one is', async () => {
  const t = await startHearing();
  t.says('pool-0', { status: 'idle', conversation: 'a' });
  await t.look(true);
  t.files.set(101, t.word('pool-0', { status: 'busy', conversation: 'a' }));
  t.hearing.refresh();
  await settle();
  expect(t.looks).toEqual([]);
  expect(t.valueOf('pool-0')).toEqual({ working: { running: 'turn' } });
  expect(t.contextOf('pool-0').hasTranscript).toBe(true);
  t.says('pool-0', { status: 'idle', conversation: 'b' });
  await settle();
  expect(t.looks).toMatchObject([{ conversation: 'b' }]);
  await t.look(false);
  expect(t.contextOf('pool-0')).toMatchObject({ conversation: 'b', hasTranscript: false });
});

test('a conversation that was not on disk yet is looked for again at each word, until it is', async () => {
  const t = await startHearing();
  t.files.set(101, t.word('pool-0', { status: 'idle' }));
  for (const isOnDisk of [false, false, true]) {
    t.hearing.refresh();
    await settle();
    expect(t.looks).toHaveLength(1);
    await t.look(isOnDisk);
    expect(t.contextOf('pool-0').hasTranscript).toBe(isOnDisk);
  }
});

test('whether it is known to be on disk is judged in turn, not when the word was said', async () => {
  const t = await startHearing();
  t.says('pool-0', { status: 'idle', conversation: 'a' });
  t.says('pool-0', { status: 'busy', conversation: 'b' });
  t.says('pool-0', { status: 'idle', conversation: 'a' });
  await t.look(true);
  await t.look(false);
  // Back in the first one: that it was seen there is forgotten since.
  expect(t.looks).toMatchObject([{ conversation: 'a' }]);
});

test('one status that cannot be read keeps no other from being read', async () => {
  const t = await startHearing();
  t.files.set(102, t.word('pool-1', { status: 'idle' }));
  const { status } = t.agent;
  t.agent.status = async (process) => {
    if (process.pid === 101) throw new Error('no such account');
    return await status(process);
  };
  t.hearing.refresh();
  await t.look();
  expect(t.valueOf('pool-1')).toEqual({ idle: 'ready' });
  expect(t.errors).toEqual([new Error('no such account')]);
});

test('a session without an agent is not asked for', async () => {
  const t = await startHearing();
  t.files.set(101, t.word('pool-0', { status: 'idle' }));
  sessionNamed(t.root, 'pool-0')?.send({
    type: 'agent.died',
    death: { pid: 101, cause: { kind: 'unknown' }, lastScreen: '' },
  });
  t.hearing.refresh();
  await settle();
  expect(t.looks).toEqual([]);
});

test('after stop nothing is heard', async () => {
  const t = await startHearing();
  t.hearing.stop();
  t.says('pool-0', { status: 'idle' });
  await settle();
  expect(t.looks).toEqual([]);
});
