import { expect, test } from '@jest/globals';
import { ago, span, until } from '../../../cli/format/ago.ts';
import { statusText } from '../../../cli/format/status-text.ts';
import { createPaint, wantsColour } from '../../../cli/terminal/colours.ts';
import type { StatusReport } from '../../../supervisor/status-report.ts';
import { poolReport, sessionReport } from '../../harness/reports.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const PLAIN = createPaint(false);

function text(overrides: Partial<StatusReport> = {}): string {
  return statusText(poolReport(overrides), { paint: PLAIN, now: NOW });
}

test('a healthy pool fits on a page', () => {
  expect(
    text({
      daemon: {
        state: 'ready',
        pid: 1000,
        version: '0.1.0',
        startedAt: '2026-11-24T10:00:00.000Z',
      },
    }),
  ).toBe(
    `daemon  ready, pid 1000, version 0.1.0, started 2h ago
pool    1 of 1 usable

SESSION      STATE       ACCOUNT  PID   CONVERSATION  RESTARTS  LAST CRASH  REASON
ccl-auto-11  idle ready  compte1  4242  0eee75cb      0

ACCOUNT  STATE      LIMITED  5 HOURS  7 DAYS
compte1  available`,
  );
});

test('what a session has gone through is told in its row', () => {
  const crashed = sessionReport({
    state: 'crashed',
    substate: 'backingOff',
    pid: null,
    restarts: 3,
    crashedAt: '2026-11-24T11:59:15.000Z',
    reason: 'signal 9',
  });
  expect(text({ sessions: [crashed] })).toContain(
    'ccl-auto-11  crashed backingOff  compte1       0eee75cb      3         45s ago     signal 9',
  );
});

test('a pool with too few usable sessions says that it is degraded', () => {
  expect(text({ pool: { min: 8, max: 10, usable: 7, degraded: true } })).toContain(
    'pool    7 of 10 usable, degraded: at least 8 are wanted',
  );
});

test('when no daemon runs the page says that it shows what was stored', () => {
  const daemon = { state: 'down', pid: null, version: '0.1.0', startedAt: null } as const;
  expect(text({ daemon })).toMatch(/^daemon {2}down: what it stored is shown$/m);
});

test('the queue is told when there is one, and limits with the time they end', () => {
  const page = text({
    queue: { queued: 3, blocked: 0, running: 1, done: 0, dead: 0, cancelled: 0 },
    accounts: [
      {
        name: 'compte1',
        state: 'limited',
        limitedUntil: '2026-11-24T12:10:00.000Z',
        usage: {
          fiveHour: { usedPercent: 99.6, resetsAt: '2026-11-24T12:10:00.000Z' },
          sevenDay: { usedPercent: 34, resetsAt: '2026-11-27T12:00:00.000Z' },
        },
      },
    ],
  });
  expect(page).toContain('queue   3 queued, 1 running\n');
  expect(page).toContain('compte1  limited  free in 10m  100%, anew in 10m  34%, anew in 3d');
});

test('a reason with control characters stays on its line', () => {
  const page = text({ sessions: [sessionReport({ reason: 'a\nb\u001b[31mc' })] });
  expect(page).toContain('a\\nb\\u001b[31mc');
});

test('colours change nothing but the colours', () => {
  const coloured = statusText(poolReport(), { paint: createPaint(true), now: NOW });
  expect(coloured).toContain('\u001b[32midle ready\u001b[39m');
  expect(stripped(coloured)).toBe(text());
});

function stripped(text: string): string {
  return text
    .split('\u001b')
    .join('')
    .replace(/\[\d+m/g, '');
}

test.each([
  [{ env: {}, isTTY: true }, true],
  [{ env: {}, isTTY: false }, false],
  [{ env: { NO_COLOR: '1' }, isTTY: true }, false],
  [{ env: { NO_COLOR: '' }, isTTY: true }, true],
  [{ env: { TERM: 'dumb' }, isTTY: true }, false],
])('with %j colours are wanted: %s', (world, expected) => {
  expect(wantsColour(world)).toBe(expected);
});

test.each([
  [0, '0s'],
  [-5000, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [3_599_999, '59m'],
  [3_600_000, '1h'],
  [86_400_000 * 3, '3d'],
])('%i ms are said as %s', (ms, said) => {
  expect(span(ms)).toBe(said);
});

test('a time that is not known is not said', () => {
  expect(ago(null, NOW)).toBe('');
  expect(until(null, NOW)).toBe('');
});
