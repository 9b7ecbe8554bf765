import { expect, test } from '@jest/globals';
import { createInCharge } from '../../../cli/in-charge.ts';
import type { Daemon } from '../../../supervisor/daemon.ts';

const one = { nudge: () => {} } as unknown as Daemon;
const other = { nudge: () => {} } as unknown as Daemon;

test('before the first one there is nobody, and nobody is waited for', async () => {
  const inCharge = createInCharge();
  expect(inCharge.now()).toBeNull();
  expect(await inCharge.soon()).toBeNull();
});

test('while one takes the place of another, whoever asks waits for it', async () => {
  const inCharge = createInCharge();
  inCharge.become(one);
  expect(await inCharge.soon()).toBe(one);
  inCharge.become(null);
  const asked = [inCharge.soon(), inCharge.soon()];
  expect(inCharge.now()).toBeNull();
  inCharge.become(other);
  expect(await Promise.all(asked)).toEqual([other, other]);
  expect(inCharge.now()).toBe(other);
});
