import { expect, test } from '@jest/globals';
import { sessionText } from '../../../cli/format/session-text.ts';
import { createPaint } from '../../../cli/terminal/colours.ts';
import type { HistoryReport, SessionReport } from '../../../supervisor/status-report.ts';
import { sessionReport } from '../../harness/reports.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');

interface Told {
  readonly history?: readonly HistoryReport[];
  readonly lastScreen?: string | null;
  readonly isStored?: boolean;
  readonly session?: Partial<SessionReport>;
}

function text({ history = [], lastScreen = null, isStored = false, session = {} }: Told): string {
  const report = sessionReport({ crashedAt: '2026-11-24T11:58:00.000Z', ...session });
  const options = { paint: createPaint(false), now: NOW, lastScreen, isStored };
  return sessionText({ ...report, history }, options);
}

test('the facts are told, and those that are absent are left out', () => {
  expect(text({})).toBe(`ccl-auto-11  idle ready

  account       compte1
  agent         pid 4242
  conversation  0eee75cb-f0d0-4c54-92eb-fab325406c68
  restarts      0
  last crash    2m ago (2026-11-24T11:58:00.000Z)`);
});

test('one that asks a person says how to answer', () => {
  expect(text({ session: { state: 'working', substate: 'waiting' } })).toContain(
    'reason        waits for a person: session attach ccl-auto-11',
  );
});

test('how long it has been so is a span', () => {
  const since = '2026-11-24T11:59:58.000Z';
  expect(text({ session: { since } })).toMatch(/^ccl-auto-11 {2}idle ready for 2s\n/);
});

test.each([
  [{ substate: null }, '-  (no daemon runs: what it stored last is shown)'],
  [{ substate: 'held' }, 'held  (no daemon runs: what it stored last is shown)'],
  [{ substate: null, conversation: null }, '-  (no daemon runs: nothing is stored yet)'],
] as const)('while no daemon runs, %j is told as %s', (session, told) => {
  expect(text({ isStored: true, session }).split('\n')[0]).toBe(`ccl-auto-11  ${told}`);
});

test('history is told in sentences, with the time and how long ago it was', () => {
  const entry = {
    at: new Date(NOW - 60_000).toISOString(),
    event: 'session.crashed',
    facts: {
      session: 'ccl-auto-11',
      index: 11,
      account: 'compte1',
      conversation: 'c',
      pid: 7,
      cause: { kind: 'signal', signal: 9 },
      attempt: 1,
      of: 10,
      delayMs: 250,
      evidence: null,
    },
  };
  expect(text({ history: [entry] })).toContain(
    '2026-11-24T11:59:00.000Z    1m ago  agent 7 on compte1 was ended by signal 9; restart 1 of 10 in 250 ms',
  );
});

test('an event that this version does not know is named', () => {
  const entry = { at: new Date(NOW).toISOString(), event: 'session.levitated', facts: {} };
  expect(text({ history: [entry] })).toMatch(/0s ago {2}session\.levitated$/);
});

test('the last screen is shown as what it is: marked, its end only, unable to do anything', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
  const shown = text({
    lastScreen: [...lines, '\u001b]52;c;AAAA\u0007 [ERROR] not true', ''].join('\n'),
  });
  expect(shown).toContain('its screen at the last crash, which proves nothing:\n  │ line 26\n');
  expect(shown).toMatch(/│ \\u001b\]52;c;AAAA\\u0007 \[ERROR\] not true$/);
});

test('an empty screen is not shown', () => {
  expect(text({ lastScreen: '\n\n  \n' })).not.toContain('screen');
});
