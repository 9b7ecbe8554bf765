import { expect, test } from '@jest/globals';
import { requestedSize } from '../../../web/terminal.ts';

test('the page says how large its terminal is', () => {
  expect(requestedSize('{"cols":120,"rows":40}')).toEqual({ cols: 120, rows: 40 });
});

test('a size is kept within what a screen may have', () => {
  expect(requestedSize('{"cols":1,"rows":1}')).toEqual({ cols: 20, rows: 5 });
  expect(requestedSize('{"cols":9999,"rows":9999}')).toEqual({ cols: 400, rows: 200 });
});

test.each([
  'ls\r',
  '\u0003',
  '{"cols":80}',
  '{"cols":-1,"rows":24}',
  '{"cols":80,"rows":24,"keys":"x"}',
  '{"cols":1e3,"rows":24}',
  '{"cols":99999,"rows":24}',
  ' {"cols":80,"rows":24}',
  '[]',
  '',
])('%j is no size', (message) => {
  expect(requestedSize(message)).toBeNull();
});
