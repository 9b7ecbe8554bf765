import { expect, test } from '@jest/globals';
import { slotsOf } from '../../../config/slots.ts';
import { slotRuns } from '../../../supervisor/slot-runs.ts';
import { testConfig } from '../../harness/test-config.ts';

const MINE = { name: 'mine', project: '/mine', account: null };
const slots = slotsOf(testConfig({ dedicated: [MINE] }));

test('a range is one run, with the dedicated sessions in it', () => {
  expect(slotRuns(slots)).toEqual([{ startIndex: 9, max: 3, dedicated: ['mine'] }]);
});

test('a gap begins another run, whatever the order', () => {
  const [nine, ten, eleven] = slots;
  if (!nine || !ten || !eleven) throw new Error('three sessions');
  expect(slotRuns([eleven, nine])).toEqual([
    { startIndex: 9, max: 1, dedicated: [] },
    { startIndex: 11, max: 1, dedicated: [] },
  ]);
  expect(slotRuns([eleven, ten])).toEqual([{ startIndex: 10, max: 2, dedicated: [] }]);
});

test('dedicated sessions alone are a run without an index, and nothing is none', () => {
  expect(slotRuns(slots.slice(3))).toEqual([{ startIndex: 0, max: 0, dedicated: ['mine'] }]);
  expect(slotRuns([])).toEqual([]);
});
