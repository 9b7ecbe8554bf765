import { expect, test } from '@jest/globals';
import { sessionText } from '../../../cli/format/session-text.ts';
import { createPaint } from '../../../cli/terminal/colours.ts';
import type { HistoryReport, SessionReport } from '../../../supervisor/status-report.ts';
import { failoverReport, sessionReport } from '../../harness/reports.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');

const OF_MOVE = { session: 'ccl-auto-11', index: 11, conversation: 'c', from: 'compte1' } as const;

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

const SEEN = {
  source: 'signal',
  at: NOW - 3000,
  session: 'ccl-auto-11',
  conversation: 'c-1',
  prompt: 'p-1',
  error: 'rate_limit',
  status: null,
  message: "You've hit your session limit",
} as const;

test('of a move under way it tells what led to it, where it goes, and by which rule', () => {
  const why = 'compte2 is the preferred account that can be used; compte3 is disabled';
  const failover = failoverReport({ step: 'moving', to: 'compte2', why, evidence: SEEN });
  const session = { state: 'working', substate: 'moving', failover } as const;
  expect(text({ session })).toContain(`
  failover      has to leave compte1: its turn ended at the limit (3s ago, 2026-11-24T11:59:57.000Z)
  because       a turn in ccl-auto-11 ended with rate_limit: "You've hit your session limit" (told by a hook of the client 3s ago, 2026-11-24T11:59:57.000Z)
  goes to       compte2: ${why}`);
});

test('of a move that waits it tells for what, and where an operator wants it', () => {
  const why = 'its turn ends first';
  const failover = failoverReport({ reason: 'operator', wanted: 'compte3', why });
  expect(text({ session: { failover } })).toMatch(
    /failover {6}has to leave compte1: the operator wants it .*\n {2}goes to {7}compte3\n {2}waits {9}its turn ends first$/,
  );
});

test('one that is crashed and has to leave tells both', () => {
  const session = { reason: 'signal 9', failover: failoverReport() } as const;
  expect(text({ session })).toMatch(/reason {8}signal 9\n {2}failover {6}has to leave compte1/);
});

test('history tells what the client said when a session had to leave, and how old that was', () => {
  const facts = { ...OF_MOVE, reason: 'limit', evidence: SEEN };
  const entry = (at: number) => ({
    at: new Date(at).toISOString(),
    event: 'failover.started',
    facts,
  });
  const begun = 'has to leave compte1: its turn ended at the limit';
  const said = 'rate_limit, "You\'ve hit your session limit", told by a hook of the client';
  expect(text({ history: [entry(SEEN.at)] })).toContain(`${begun} (${said})`);
  expect(text({ history: [entry(NOW)] })).toContain(`${begun} (${said} 3s before)`);
});

test('history tells a move step by step: why it left, the rule by which it went, and how long it took', () => {
  const at = new Date(NOW).toISOString();
  const history = [
    {
      at,
      event: 'failover.started',
      facts: { ...OF_MOVE, reason: 'unavailable', evidence: null },
    },
    { at, event: 'failover.decided', facts: { ...OF_MOVE, to: 'compte2', why: 'it is preferred' } },
    { at, event: 'failover.completed', facts: { ...OF_MOVE, to: 'compte2', ms: 3870 } },
  ];
  const lines = text({ history }).split('\n').slice(-3);
  expect(lines.map((line) => line.split('ago  ').at(-1))).toEqual([
    'has to leave compte1: that account cannot be used now',
    'is to go on with compte2: it is preferred',
    'goes on with compte2 instead of compte1, after 3870 ms',
  ]);
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
