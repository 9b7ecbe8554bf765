import { expect, test } from '@jest/globals';
import { type LogEvent, levelOf, messageOf } from '../../../machines/log-events.ts';
import type { DeathCause } from '../../../machines/ports.ts';

const AGENT = {
  session: 'pool-11',
  index: 11,
  account: 'first',
  conversation: 'c-1',
  pid: 5151,
} as const;

test('a crash tells who died of what, and which restart of how many comes when', () => {
  expect(messageOf(crashed({ cause: { kind: 'signal', signal: 9 } }))).toBe(
    'pool-11: agent 5151 on first was ended by signal 9; restart 2 of 10 in 500 ms',
  );
});

test.each<readonly [DeathCause, string]>([
  [{ kind: 'exit', code: 0 }, 'exited with code 0'],
  [{ kind: 'vanished' }, 'vanished'],
  [{ kind: 'server_lost' }, 'was lost with its tmux server'],
  [{ kind: 'not_ready' }, 'did not reach its prompt in time'],
  [{ kind: 'unknown' }, 'ended, and nothing tells how'],
])('a crash by $kind is told in words', (cause, words) => {
  expect(messageOf(crashed({ cause }))).toContain(words);
});

test('a crash that is the last one allowed promises no restart', () => {
  const message = messageOf(crashed({ pid: null, delayMs: null }));
  expect(message).toBe('pool-11: the agent on first exited with code 1; not restarted');
});

test('a session that was given up names the verb that starts it again', () => {
  const { session, index, account, conversation } = AGENT;
  const message = messageOf({
    event: 'session.failed',
    ...{ session, index, account, conversation },
    code: 'WORKDIR_MISSING',
    reason: 'its directory is gone',
    evidence: null,
  });
  expect(message).toBe(
    'pool-11: given up: its directory is gone; `session reset pool-11` starts it again',
  );
});

test('a reason that names the verb itself is not followed by it again', () => {
  const reason = 'no directory: mkdir -p /w, then claude-failover session reset pool-11';
  const { session, index, account, conversation } = AGENT;
  const facts = { session, index, account, conversation, code: 'WORKDIR_MISSING', evidence: null };
  expect(messageOf({ event: 'session.failed', ...facts, reason })).toBe(
    `pool-11: given up: ${reason}`,
  );
});

test('a task that stands still is told with what its client said last, and that nothing was ended', () => {
  const stalled = {
    event: 'task.stalled',
    session: 'pool-11',
    index: 11,
    task: 't_01',
    silentMs: 3_600_000,
    action: 'report',
  } as const;
  expect(messageOf({ ...stalled, status: 'busy' })).toBe(
    't_01: no sign of progress in pool-11 for 3600 s (busy); nothing was ended',
  );
  expect(messageOf({ ...stalled, status: null })).toContain('(its client says nothing)');
  expect(levelOf('task.stalled')).toBe('warn');
});

const HIT: LogEvent<'account.limited'>['evidence'] = {
  source: 'signal',
  at: 0,
  session: 'pool-11',
  conversation: 'c-1',
  prompt: 'p-1',
  error: 'rate_limit',
  status: null,
  message: 'a limit',
};
const UNTIL = '2026-11-24T14:14:00.000Z';

test.each([
  ['five_hour', 'first: its limit of 5 hours is reached, until 2026-11-24T14:14:00.000Z'],
  ['seven_day', 'first: its limit of 7 days is reached, until 2026-11-24T14:14:00.000Z'],
  ['model', 'first: its limit of a model is reached, until 2026-11-24T14:14:00.000Z'],
  ['overage', 'first: its limit of usage credits is reached, until 2026-11-24T14:14:00.000Z'],
  ['unknown', 'first: its usage limit is reached, until 2026-11-24T14:14:00.000Z'],
] as const)(
  'an account that has reached its limit (%s) says which and until when',
  (window, sentence) => {
    const limited = { event: 'account.limited', account: 'first', until: UNTIL, window } as const;
    expect(messageOf({ ...limited, evidence: HIT })).toBe(sentence);
  },
);

test('a limit that the operator has said is told as such', () => {
  const evidence = { ...HIT, source: 'operator' } as const;
  const limited = { event: 'account.limited', account: 'first', until: UNTIL, evidence } as const;
  expect(messageOf({ ...limited, window: 'unknown' })).toBe(
    'first: not used until 2026-11-24T14:14:00.000Z, as the operator says',
  );
});

test('an account whose login does not work names the verb that helps', () => {
  expect(
    messageOf({
      event: 'account.unauthenticated',
      account: 'first',
      reason: 'Please run /login',
      evidence: HIT,
    }),
  ).toBe('first: its login does not work (Please run /login); log in, then `account clear first`');
});

const MOVE = { session: 'pool-11', index: 11, conversation: 'c-1', from: 'first' } as const;

test.each([
  ['limit', 'pool-11: has to leave first: its turn ended at the limit'],
  ['login', 'pool-11: has to leave first: its turn ended because the login does not work'],
  ['unavailable', 'pool-11: has to leave first: that account cannot be used now'],
  ['operator', 'pool-11: has to leave first: the operator wants it'],
  ['proactive', 'pool-11: is to leave first: that account is nearly used up'],
  ['return', 'pool-11: is to leave first: a preferred account can be used again'],
] as const)('a failover because of %s says why', (reason, sentence) => {
  expect(messageOf({ event: 'failover.started', ...MOVE, reason, evidence: null })).toBe(sentence);
});

test.each([
  ['second', 'pool-11: goes on with second instead of first, after 812 ms'],
  ['first', 'pool-11: goes on with first again, after 812 ms'],
])('a failover that ends on %s says where it goes on', (to, sentence) => {
  expect(messageOf({ event: 'failover.completed', ...MOVE, to, reason: 'limit', ms: 812 })).toBe(
    sentence,
  );
});

test('where a session is to go on is said with the rule', () => {
  const why = 'second is the preferred account that can be used';
  const event = { event: 'failover.decided', ...MOVE, to: 'second', reason: 'limit', why } as const;
  expect(messageOf(event)).toBe(`pool-11: is to go on with second: ${why}`);
});

test('a session that need not leave any more is told to stay', () => {
  expect(messageOf({ event: 'failover.stayed', ...MOVE })).toBe(
    'pool-11: stays on first after all',
  );
});

test.each([
  [
    UNTIL,
    'pool-11: parked until an account can be used (the first is due at 2026-11-24T14:14:00.000Z)',
  ],
  [null, 'pool-11: parked until an account can be used'],
])('what is parked says when the first account is due, if that is known', (until, sentence) => {
  expect(messageOf({ event: 'failover.parked', ...MOVE, until })).toBe(sentence);
});

test.each([
  [0, 'ready: 3 sessions, 0 at their prompt yet'],
  [3, 'ready: 3 sessions, 3 at their prompt'],
])('a start with %i usable sessions is no fault', (usable, sentence) => {
  expect(messageOf({ event: 'daemon.ready', sessions: 3, usable, durationMs: 1 })).toBe(sentence);
});

test('what needs a person is an error, what heals by itself a warning, the rest is information', () => {
  expect(
    ['session.failed', 'guard.failed', 'account.quarantined', 'daemon.escalated'].map(level),
  ).toEqual(Array(4).fill('error'));
  expect(['session.crashed', 'session.blocked', 'reconcile.drifted'].map(level)).toEqual(
    Array(3).fill('warn'),
  );
  expect(['session.recreated', 'daemon.ready', 'session.adopted'].map(level)).toEqual(
    Array(3).fill('info'),
  );
});

function level(event: string): string {
  return levelOf(event as LogEvent['event']);
}

function crashed(overrides: Partial<LogEvent<'session.crashed'>>): LogEvent<'session.crashed'> {
  return {
    event: 'session.crashed',
    ...AGENT,
    task: null,
    cause: { kind: 'exit', code: 1 },
    attempt: 2,
    of: 10,
    delayMs: 500,
    evidence: null,
    ...overrides,
  };
}
