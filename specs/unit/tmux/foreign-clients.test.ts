import { expect, test } from '@jest/globals';
import { foreignOutputReaders } from '../../../actors/tmux/foreign-clients.ts';

test('only control clients of others that take output count', () => {
  const lines = [
    '10 1 attached,control-mode,ignore-size,no-output,UTF-8',
    '11 1 attached,control-mode,UTF-8',
    '12 0 attached,focused,UTF-8',
    '13 1 attached,control-mode,no-output',
    '14 1 attached,control-mode,pause-after=5',
  ];
  expect(foreignOutputReaders(lines, [10, 11])).toEqual([14]);
  expect(foreignOutputReaders(lines, [10])).toEqual([11, 14]);
});
