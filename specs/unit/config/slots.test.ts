import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sessionName, slotsOf } from '../../../config/slots.ts';

const pools = fc.record({
  prefix: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
  startIndex: fc.integer({ min: 0, max: 9999 }),
  min: fc.constant(0),
  max: fc.integer({ min: 0, max: 1000 }),
  workdir: fc.constant('/w'),
});

test('the slots are exactly [start_index, start_index + max), lowest first, each name once', () => {
  fc.assert(
    fc.property(pools, (autonomous) => {
      const slots = slotsOf({ pool: { autonomous, dedicated: [] } });
      const { startIndex, max } = autonomous;
      expect(slots.map(({ index }) => index)).toEqual(
        Array.from({ length: max }, (_, i) => startIndex + i),
      );
      expect(new Set(slots.map(({ name }) => name)).size).toBe(max);
    }),
  );
});

test('a name is the prefix and the index, as sessionName says', () => {
  fc.assert(
    fc.property(pools, (autonomous) => {
      const slots = slotsOf({ pool: { autonomous, dedicated: [] } });
      const { prefix } = autonomous;
      const names = slots.map(({ index }) => sessionName({ prefix }, index ?? Number.NaN));
      expect(slots.map(({ name }) => name)).toEqual(names);
      expect(names).toEqual(slots.map(({ index }) => `${prefix}${index}`));
    }),
  );
});

test('dedicated sessions follow, without an index, in their own directory and account', () => {
  const autonomous = { prefix: 'a-', startIndex: 11, min: 1, max: 1, workdir: '/w' };
  const dedicated = [{ name: 'ccl-1-conform', project: '/conform', account: 'compte1' }];
  expect(slotsOf({ pool: { autonomous, dedicated } })).toEqual([
    { name: 'a-11', kind: 'autonomous', index: 11, workdir: '/w', account: null },
    {
      name: 'ccl-1-conform',
      kind: 'dedicated',
      index: null,
      workdir: '/conform',
      account: 'compte1',
    },
  ]);
});
