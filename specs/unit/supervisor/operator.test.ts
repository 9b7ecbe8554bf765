import { expect, jest, test } from '@jest/globals';
import { carryOut } from '../../../supervisor/operator.ts';
import { startTestRoot, type TestRootOptions } from '../../harness/test-root.ts';
import { refusal, settle } from '../../harness/test-session.ts';

const blocked: TestRootOptions = { overrides: { start: { kind: 'blocked' } } };
const adopt = { name: 'pool-1', verb: 'adopt', restart: false } as const;

test('a verb reaches the session it names, and no other', async () => {
  const t = startTestRoot();
  await t.settle();
  const hold = { name: 'pool-1', verb: 'hold', restart: false } as const;
  expect(await carryOut(t.root, hold)).toEqual({ ok: true, changed: true });
  expect(await carryOut(t.root, hold)).toEqual({ ok: true, changed: false });
  expect(['pool-0', 'pool-1', 'pool-2'].map((name) => t.contextOf(name).held)).toEqual([
    false,
    true,
    false,
  ]);
});

test('a name that is no session of the pool is not found', async () => {
  const t = startTestRoot();
  expect(await carryOut(t.root, { name: 'pool', verb: 'hold', restart: false })).toMatchObject({
    ok: false,
    code: 'NOT_FOUND',
  });
});

test('a verb that makes no sense now is refused with a sentence', async () => {
  const t = startTestRoot(blocked);
  expect(await carryOut(t.root, { name: 'pool-1', verb: 'restart', restart: false })).toEqual({
    ok: false,
    code: 'CONFLICT',
    message: expect.stringContaining('session adopt pool-1 --restart'),
  });
});

test('an adoption is waited for', async () => {
  const t = startTestRoot(blocked);
  expect(await carryOut(t.root, adopt)).toEqual({ ok: true, changed: true });
  expect(t.contextOf('pool-1').agent?.pid).toBe(77);
});

test('an adoption that is refused is answered with why', async () => {
  const t = startTestRoot(blocked);
  t.adoptions.next.push(refusal('CONFLICT'));
  expect(await carryOut(t.root, adopt)).toEqual({
    ok: false,
    code: 'CONFLICT',
    message: 'refused: CONFLICT',
  });
});

test('an adoption that tmux does not answer is answered within a second all the same', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] });
  try {
    const t = startTestRoot({ ...blocked, byHand: true });
    const answer = carryOut(t.root, adopt);
    jest.advanceTimersByTime(1000);
    await settle();
    expect(await answer).toEqual({
      ok: false,
      code: 'CONFLICT',
      message: 'tmux has not answered yet; see `status`',
    });
  } finally {
    jest.useRealTimers();
  }
});
