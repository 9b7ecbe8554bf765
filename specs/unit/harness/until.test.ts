import { expect, test } from '@jest/globals';
import { until } from '../../harness/until.ts';

test('waiting gives what the condition gives, once it is truthy', async () => {
  let asked = 0;
  const answer = await until(() => (++asked === 3 ? 'here' : ''), {
    withinMs: 5000,
    everyMs: 1,
    what: 'the third answer',
  });
  expect(answer).toBe('here');
  expect(asked).toBe(3);
});

test('waiting in vain says for what, how long, and what the last answer was', async () => {
  const waiting = until(() => 0, { withinMs: 5, everyMs: 1, what: 'ten sessions' });
  await expect(waiting).rejects.toThrow('waited 15 ms in vain for ten sessions; last it was 0');
});

test('a condition that throws is asked again', async () => {
  let asked = 0;
  const answer = await until(
    () => {
      if (++asked < 3) throw new Error('no server yet');
      return asked;
    },
    { withinMs: 5000, everyMs: 1, what: 'a server' },
  );
  expect(answer).toBe(3);
});

test('a condition that throws to the end is the cause of the failure', async () => {
  const refusal = new Error('no server');
  const waiting = until(() => Promise.reject(refusal), {
    withinMs: 5,
    everyMs: 1,
    what: 'a server',
  });
  await expect(waiting).rejects.toMatchObject({
    message: expect.stringContaining('last it threw Error: no server'),
    cause: refusal,
  });
});
