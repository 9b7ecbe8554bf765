import { expect, test } from '@jest/globals';
import { createBoundedLines } from '../../../actors/log/bounded-lines.ts';

/** Room for ten lines of ten bytes. */
function tenLines() {
  const lines = createBoundedLines({ limit: 100, gapLine: (dropped) => `${dropped} lost` });
  const push = (count: number, line = 'ten bytes!') => {
    for (let n = 0; n < count; n++) lines.push(line);
  };
  const drain = (count = Number.POSITIVE_INFINITY) => {
    const left: string[] = [];
    while (left.length < count && !lines.isEmpty()) left.push(lines.shift() ?? 'nothing');
    return left;
  };
  return { ...lines, push, drain };
}

test('what fits leaves as it came', () => {
  const lines = tenLines();
  for (const line of ['a', 'b', 'c']) lines.push(1, line);
  expect(lines.drain()).toEqual(['a', 'b', 'c']);
  expect(lines.shift()).toBeUndefined();
});

test('what does not fit is counted, and the count stands where it is missing', () => {
  const lines = tenLines();
  lines.push(13);
  expect(lines.drain()).toEqual([...Array(10).fill('ten bytes!'), '3 lost']);
});

test('once lines are missing, more are dropped until half of the room is free: gaps are few', () => {
  const lines = tenLines();
  lines.push(11);
  lines.drain(4);
  lines.push(1, 'too early');
  lines.drain(1);
  lines.push(1, 'in time');
  expect(lines.drain()).toEqual([...Array(5).fill('ten bytes!'), '2 lost', 'in time']);
});

test('bytes are counted, not characters', () => {
  const lines = tenLines();
  lines.push(11, '€€€'); // nine bytes each
  lines.push(1, '€€€');
  expect(lines.drain()).toEqual([...Array(11).fill('€€€'), '1 lost']);
});

test('a line that is larger than all the room is dropped alone', () => {
  const lines = tenLines();
  lines.push(1, 'x'.repeat(101));
  lines.push(1, 'small');
  expect(lines.drain()).toEqual(['1 lost', 'small']);
});

test('what was cleared is not told of any more', () => {
  const lines = tenLines();
  lines.push(20);
  lines.clear();
  expect(lines.isEmpty()).toBe(true);
  lines.push(10);
  expect(lines.drain()).toHaveLength(10);
});
