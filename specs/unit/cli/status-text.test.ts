import { expect, test } from '@jest/globals';
import { ago, span, until, wait } from '../../../cli/format/ago.ts';
import { sessionTable } from '../../../cli/format/session-table.ts';
import { statusText } from '../../../cli/format/status-text.ts';
import { createPaint, wantsColour } from '../../../cli/terminal/colours.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';
import { pageStyleOf } from '../../../cli/world.ts';
import type { SessionReport, StatusReport } from '../../../supervisor/status-report.ts';
import { makeTestCli } from '../../harness/cli-world.ts';
import { failoverReport, poolReport, sessionReport } from '../../harness/reports.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const PLAIN = createPaint(false);

function text(overrides: Partial<StatusReport> = {}): string {
  return statusText(poolReport(overrides), { paint: PLAIN, now: NOW, width: null });
}

test('a healthy pool fits on a page', () => {
  expect(
    text({
      daemon: {
        state: 'ready',
        pid: 1000,
        version: '0.1.0',
        startedAt: '2026-11-24T10:00:00.000Z',
        ...{ tmux: 'answers', tmuxSilentSince: null },
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

test('a session that asks a person says so, and how to answer, with whatever else there is', () => {
  const waiting = { state: 'working', substate: 'waiting' } as const;
  const asks = 'waits for a person: session attach ccl-auto-11';
  expect(text({ sessions: [sessionReport(waiting)] })).toMatch(new RegExp(`  ${asks}$`, 'm'));
  const reason = 'wants to run rm';
  expect(text({ sessions: [sessionReport({ ...waiting, reason })] })).toContain(
    `${asks}; ${reason}`,
  );
});

test.each([
  [{ why: 'its turn ends first' }, 'is to leave compte1: its turn ends first'],
  [{}, 'is to leave compte1'],
  [
    { wanted: 'compte3', why: 'somebody is at work there' },
    'is to leave compte1 for compte3: somebody is at work there',
  ],
  [{ step: 'moving', to: 'compte2', why: 'a rule' }, 'leaves compte1 for compte2'],
  [{ step: 'resuming', to: 'compte1' }, 'goes on with compte1 again'],
] as const)('of a session with the failover %j it is said: %s', (facts, words) => {
  const failover = failoverReport(facts);
  expect(text({ sessions: [sessionReport({ failover })] })).toMatch(
    new RegExp(` {2}${words}$`, 'm'),
  );
  const moving = sessionReport({ failover, substate: 'moving', reason: 'x' });
  expect(text({ sessions: [moving] })).toMatch(new RegExp(` {2}${words}; x$`, 'm'));
});

test('what a session asks a person, or waits for when it is parked, is said before its failover', () => {
  const failover = failoverReport({ why: 'w' });
  const asking = sessionReport({ state: 'working', substate: 'waiting', failover });
  expect(text({ sessions: [asking] })).toMatch(
    / {2}waits for a person: session attach ccl-auto-11$/m,
  );
  const parked = sessionReport({ substate: 'parked', failover });
  expect(text({ sessions: [parked] })).toMatch(
    / {2}waits for an account, then goes on by itself$/m,
  );
});

test('a daemon of an older version, which tells nothing of failovers, is understood', () => {
  const { failover: _, ...older } = sessionReport({ substate: 'moving' });
  expect(text({ sessions: [older as SessionReport] })).toMatch(/ {2}leaves its account$/m);
});

test('the task that a session has is told by its beginning, and goes where there is no room', () => {
  const task = 't_01JD8Z6Q0V3K5N7R9T1W3Y5A7C';
  const sessions = [sessionReport({ task }), sessionReport({ name: 'ccl-auto-12' })];
  const shown = text({ sessions });
  expect(shown).toContain('ccl-auto-11  idle ready  compte1  4242  t_01JD8Z6Q0V3K  0eee75cb');
  expect(shown).toContain('ccl-auto-12  idle ready  compte1  4242                  0eee75cb');
  expect(inTerminal(60, [{ ...LONG, task }])[0]).not.toContain('TASK');
});

test('a pool with too few usable sessions says that it is degraded', () => {
  expect(text({ pool: { min: 8, max: 10, usable: 7, degraded: true } })).toContain(
    'pool    7 of 10 usable, degraded: at least 8 are wanted',
  );
});

const DOWN = {
  state: 'down',
  pid: null,
  version: '0.1.0',
  startedAt: null,
  tmux: null,
  tmuxSilentSince: null,
} as const;

test('a tmux that does not answer is said, since when, and what that means', () => {
  const silent = { tmux: 'silent', tmuxSilentSince: '2026-11-24T11:59:15.000Z' } as const;
  const daemon = { ...DOWN, ...silent, state: 'ready', pid: 1 } as const;
  expect(text({ daemon })).toContain(
    'tmux    does not answer since 2026-11-24T11:59:15.000Z (45s ago), nothing is decided',
  );
  expect(text()).not.toContain('tmux');
});

test('when no daemon runs the page tells what was stored, and makes nothing up', () => {
  const sessions = [
    sessionReport({ substate: null }),
    sessionReport({ name: 'ccl-auto-12', substate: 'held' }),
    sessionReport({ name: 'ccl-auto-13', state: 'failed', substate: null, reason: 'gave up' }),
  ];
  expect(text({ daemon: DOWN, sessions })).toBe(
    `daemon  down: what it stored last is shown
pool    not known while no daemon runs; start it: claude-failover start

SESSION      STATE   ACCOUNT  PID   CONVERSATION  RESTARTS  LAST CRASH  REASON
ccl-auto-11  -       compte1  4242  0eee75cb      0
ccl-auto-12  held    compte1  4242  0eee75cb      0
ccl-auto-13  failed  compte1  4242  0eee75cb      0                     gave up

ACCOUNT  STATE  LIMITED  5 HOURS  7 DAYS
compte1  -`,
  );
});

test('when nothing is stored either, that is said', () => {
  const sessions = [sessionReport({ substate: null, conversation: null })];
  expect(text({ daemon: DOWN, sessions })).toMatch(/^daemon {2}down: nothing is stored yet$/m);
});

test.each([
  ['quarantined', 'no agent is started there.*claude-failover check'],
  ['unauthenticated', 'its login does not work; log in.*claude-failover account clear compte1'],
  ['disabled', 'taken out of use;.*claude-failover account enable compte1'],
] as const)('what %s means is said, and what helps, and only where it is', (state, advice) => {
  const [account] = poolReport().accounts;
  if (account === undefined) throw new Error('no account');
  const accounts = [
    { ...account, state },
    { ...account, name: 'compte2' },
  ];
  expect(text({ daemon: DOWN, accounts })).toMatch(
    new RegExp(`compte1 {2}${state}\ncompte2 +-\ncompte1 is ${state}: ${advice}$`),
  );
  expect(text()).not.toContain(state);
});

test.each([
  ['working', 'moving', 'leaves its account'],
  ['idle', 'moving', 'leaves its account'],
  ['working', 'parked', 'waits for an account, then goes on by itself'],
  ['idle', 'parked', 'waits for an account, then goes on by itself'],
] as const)('a session that is %s %s says what it waits for', (state, substate, words) => {
  const session = sessionReport({ state, substate, pid: null });
  expect(text({ sessions: [session] })).toMatch(
    new RegExp(`ccl-auto-11 {2}${state} ${substate} .*  ${words}$`, 'm'),
  );
});

const PARKED = sessionReport({ state: 'working', substate: 'parked', pid: null });

/** The accounts of a page whose limits end so many milliseconds from now; null = it is available. */
function limitedAccounts(...ends: readonly (number | null)[]): StatusReport['accounts'] {
  return ends.map((ms, index) => ({
    name: `compte${index}`,
    state: ms === null ? 'available' : 'limited',
    limitedUntil: ms === null ? null : new Date(NOW + ms).toISOString(),
    usage: { fiveHour: null, sevenDay: null },
    usageOver: { fiveHour: null, sevenDay: null },
  }));
}

const MINUTE = 60_000;

test.each([
  [[90 * MINUTE, 14 * MINUTE - 30_000], 14 * MINUTE, /^\d\d:\d\d$/],
  [[2880 * MINUTE], 2880 * MINUTE, /^\d{4}-\d\d-\d\d \d\d:\d\d$/],
])(
  'a parked session tells when the first of the accounts limited for %j ms is due',
  (ends, due, form) => {
    const page = text({ sessions: [PARKED], accounts: limitedAccounts(...ends) });
    const [, told = ''] =
      /waits for an account until (.+), then goes on by itself$/m.exec(page) ?? [];
    expect(told).toMatch(form);
    expect(told).toContain(new Date(NOW + due).toTimeString().slice(0, 5));
  },
);

test.each([[[null, MINUTE]], [[]]])(
  'a parked session tells no time when one can be used, or none is due (%j)',
  (ends) => {
    const page = text({ sessions: [PARKED], accounts: limitedAccounts(...ends) });
    expect(page).toContain('waits for an account, then goes on by itself');
  },
);

test('who has to log in is told where', () => {
  const accounts = poolReport().accounts.map((one) => ({
    ...one,
    state: 'unauthenticated' as const,
  }));
  const style = { paint: PLAIN, now: NOW, width: null };
  const page = (home: string) =>
    statusText(poolReport({ accounts }), style, new Map([['compte1', home]]));
  expect(page('/home/me/.claude-compte1')).toContain(
    'log in: CLAUDE_CONFIG_DIR=/home/me/.claude-compte1 claude, then',
  );
  expect(page("/home/it's me")).toContain("CLAUDE_CONFIG_DIR='/home/it'\\''s me' claude");
});

function inTerminal(width: number, sessions: readonly SessionReport[]): readonly string[] {
  const style = { paint: PLAIN, now: NOW, width };
  return sessionTable({ ...poolReport(), sessions }, style).split('\n');
}

const LONG = sessionReport({
  state: 'failed',
  substate: null,
  crashedAt: '2026-11-24T11:00:00.000Z',
  reason: `the directory /home/operator/work does not exist: ${'x'.repeat(100)}`,
});

test.each([80, 100, 60])('in %i columns no line wraps, and the reason is still told', (width) => {
  const [header = '', row = ''] = inTerminal(width, [LONG]);
  expect(row.length).toBe(width);
  expect(row).toMatch(/the directory \/home\/operator.*…$/);
  expect(header).toMatch(/REASON$/);
  expect(header).toContain('SESSION      STATE ');
});

test.each([
  [{ isTTY: true, columns: 60 }, 60],
  [{ isTTY: false, columns: 60 }, null],
  [{ isTTY: true, columns: 0 }, null],
])('a page for %j has the width %s', (stdout, width) => {
  const { world } = makeTestCli();
  const terminal = { ...world.terminal, stdout: stdout as Terminal['stdout'] };
  expect(pageStyleOf({ ...world, terminal }, { color: true })).toMatchObject({ width });
});

test('columns are spared only where there is no room for them', () => {
  expect(inTerminal(80, [LONG])[0]).toBe('SESSION      STATE   ACCOUNT  PID   RESTARTS  REASON');
  expect(inTerminal(300, [LONG])[1]).toMatch(/0eee75cb .*x{100}$/);
  expect(inTerminal(80, [sessionReport()])[0]).toContain('LAST CRASH  REASON');
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
          fiveHour: { usedPercent: 99.6, resetsAt: '2026-11-24T12:10:00.000Z', toldAt: null },
          sevenDay: { usedPercent: 34, resetsAt: '2026-11-27T12:00:00.000Z', toldAt: null },
        },
        usageOver: { fiveHour: null, sevenDay: null },
      },
    ],
  });
  expect(page).toContain('queue   3 queued, 1 running\n');
  expect(page).toContain('compte1  limited  free in 10m  100%, resets in 10m  34%, resets in 3d');
});

test('usage is told with its age, and that its window is over when it was given back since', () => {
  const fiveHour = { usedPercent: 63, resetsAt: '2026-11-24T12:10:00.000Z' };
  const toldAt = '2026-11-24T11:58:00.000Z';
  const accounts = poolReport().accounts.map((one) => ({
    ...one,
    usage: { fiveHour: { ...fiveHour, toldAt }, sevenDay: null },
    usageOver: { fiveHour: null, sevenDay: '2026-11-23T12:00:00.000Z' },
  }));
  expect(text({ accounts })).toContain('63%, resets in 10m, told 2m ago  over 1d ago');
});

test('a reason with control characters stays on its line', () => {
  const page = text({ sessions: [sessionReport({ reason: 'a\nb\u001b[31mc' })] });
  expect(page).toContain('a\\nb\\u001b[31mc');
});

test('colours change nothing but the colours', () => {
  const coloured = statusText(poolReport(), {
    paint: createPaint(true),
    now: NOW,
    width: null,
  });
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

test.each([
  [-5000, '0s'],
  [0, '0s'],
  [58_001, '59s'],
  [59_001, '1m'],
  [3_599_999, '1h'],
  [3_600_001, '1h1m'],
  [5_400_000, '1h30m'],
  [86_399_999, '1d'],
  [86_400_000 * 3, '3d'],
  [86_400_000 * 2 + 1, '2d1h'],
])('a wait of %i ms is said as %s: nobody comes too early', (ms, said) => {
  expect(wait(ms)).toBe(said);
});

test('a time that is not known is not said', () => {
  expect(ago(null, NOW)).toBe('');
  expect(until(null, NOW)).toBe('');
});
