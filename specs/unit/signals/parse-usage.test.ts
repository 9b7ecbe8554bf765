import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseUsage } from '../../../actors/signals/parse-usage.ts';

const REAL = new URL('../../fixtures/client-payloads/status-line.json', import.meta.url);
const TOLD = 1_795_330_000_000;

test('the status line of the real client tells both windows', () => {
  expect(parseUsage(readFileSync(REAL, 'utf8'), TOLD)).toEqual({
    fiveHour: { usedPercent: 100, resetsAt: 1_795_335_595_000, toldAt: TOLD },
    sevenDay: { usedPercent: 34, resetsAt: 1_795_587_595_000, toldAt: TOLD },
  });
});

test('a window that is not told is null', () => {
  const five_hour = { used_percentage: 1.5, resets_at: 1 };
  expect(parseUsage(JSON.stringify({ rate_limits: { five_hour } }), TOLD)).toEqual({
    fiveHour: { usedPercent: 1.5, resetsAt: 1000, toldAt: TOLD },
    sevenDay: null,
  });
});

test.each([
  ['before the first answer, or by an API key', '{"model":{"id":"m"}}'],
  ['nothing', ''],
  ['half a file', '{"rate_limits":{"five_hour":{"used_per'],
  ['null', '{"rate_limits":null}'],
  ['words for numbers', '{"rate_limits":{"five_hour":{"used_percentage":"9","resets_at":"1"}}}'],
  ['no number', '{"rate_limits":{"five_hour":{"used_percentage":null,"resets_at":1}}}'],
  ['less than nothing', '{"rate_limits":{"five_hour":{"used_percentage":-1,"resets_at":1}}}'],
])('%s tells no usage', (_what, text) => {
  expect(parseUsage(text, TOLD)).toBeNull();
});
