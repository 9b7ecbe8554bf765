import { expect, test } from '@jest/globals';
import { type SessionRef, sessionNamed, sessionsOf } from '../../../supervisor/pool.ts';
import { startTestRoot } from '../../harness/test-root.ts';

const nameOf = (session: SessionRef | null) => session?.getSnapshot().context.slot.name;

test('the sessions of the pool stand lowest index first, also after one was spawned again', async () => {
  const t = startTestRoot();
  await t.settle();
  t.root.send({ type: 'session.spawn', session: t.inputOf('pool-0') });
  await t.settle();
  expect(sessionsOf(t.root).map(nameOf)).toEqual(['pool-0', 'pool-1', 'pool-2']);
});

test('a session is found by its name, and is the one that lives when it was spawned again', async () => {
  const t = startTestRoot();
  await t.settle();
  const before = sessionNamed(t.root, 'pool-1');
  expect(nameOf(before)).toBe('pool-1');
  t.root.send({ type: 'session.spawn', session: t.inputOf('pool-1') });
  await t.settle();
  expect(nameOf(sessionNamed(t.root, 'pool-1'))).toBe('pool-1');
  expect(sessionNamed(t.root, 'pool-1')).not.toBe(before);
});

test('a session is found without a look at the others, however many there are', async () => {
  const t = startTestRoot();
  await t.settle();
  const asked: string[] = [];
  for (const session of sessionsOf(t.root)) {
    const { getSnapshot } = session;
    const name = nameOf(session) ?? '';
    session.getSnapshot = () => {
      asked.push(name);
      return getSnapshot.call(session);
    };
  }
  expect(sessionNamed(t.root, 'pool-1')).not.toBeNull();
  expect(new Set(asked)).toEqual(new Set(['pool-1']));
});

test('what is no session of the pool has none of its names', async () => {
  const t = startTestRoot();
  await t.settle();
  const children = Object.keys(t.root.getSnapshot().children);
  const others = children.filter((name) => !name.startsWith('pool-'));
  // The watch of tmux is a child of the root, too.
  expect(others).not.toEqual([]);
  for (const name of [...others, 'pool-7', '', 'constructor', '__proto__']) {
    expect(sessionNamed(t.root, name)).toBeNull();
  }
});
