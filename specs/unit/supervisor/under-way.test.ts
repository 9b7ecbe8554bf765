import { expect, test } from '@jest/globals';
import { createUnderWay } from '../../../supervisor/under-way.ts';

test('it is over when every effect has ended, well or badly', async () => {
  const underWay = createUnderWay();
  const ends: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  const effect = underWay.counted(
    () => new Promise<number>((resolve, reject) => ends.push({ resolve, reject })),
  );
  const [one, other] = [effect(), effect()];
  let isOver = false;
  const over = underWay.over().then(() => {
    isOver = true;
  });
  ends[0]?.resolve(1);
  await expect(one).resolves.toBe(1);
  expect(isOver).toBe(false);
  ends[1]?.reject(new Error('no'));
  await expect(other).rejects.toThrow('no');
  await over;
});

test('where nothing was begun it is over at once', async () => {
  await createUnderWay().over();
});
