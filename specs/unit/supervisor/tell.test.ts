import { expect, test } from '@jest/globals';
import type { LogEvent } from '../../../machines/log-events.ts';
import type { HistoryEntry } from '../../../machines/ports.ts';
import { createTeller } from '../../../supervisor/tell.ts';

test('what is about a session or an account is in its history too, with its facts and the time', () => {
  const logged: string[] = [];
  const history: (readonly [string, HistoryEntry])[] = [];
  const accounts: (readonly [string, HistoryEntry])[] = [];
  const tell = createTeller({
    log: ({ event }) => void logged.push(event),
    addHistory: (session, entry) => void history.push([session, entry]),
    addAccountHistory: (account, entry) => void accounts.push([account, entry]),
    now: () => 1234,
  });
  tell({ event: 'task.cancelled', session: 'pool-0', index: 0, task: 't_1' });
  tell({ event: 'account.available', account: 'first' });
  tell({ event: 'daemon.stopping', reason: 'test' });
  expect(logged).toEqual(['task.cancelled', 'account.available', 'daemon.stopping']);
  const facts = { session: 'pool-0', index: 0, task: 't_1' };
  expect(history).toEqual([['pool-0', { at: 1234, event: 'task.cancelled', facts }]]);
  const became = { at: 1234, event: 'account.available', facts: { account: 'first' } };
  expect(accounts).toEqual([['first', became]]);
});

test('who leaves an account or comes to it is in the histories of both, but that it has to leave only in its own', () => {
  const told: string[] = [];
  const tell = createTeller({
    log: () => {},
    addHistory: (session, { event }) => void told.push(`${session}: ${event}`),
    addAccountHistory: (account, { event }) => void told.push(`${account}: ${event}`),
    now: () => 1234,
  });
  const of = { session: 'pool-0', index: 0, conversation: 'c', from: 'first' } as const;
  const ways: readonly (readonly [LogEvent, readonly string[]])[] = [
    [{ event: 'failover.started', ...of, reason: 'limit', evidence: null }, []],
    [
      { event: 'failover.decided', ...of, to: 'second', reason: 'limit', why: 'w' },
      ['first', 'second'],
    ],
    [
      { event: 'failover.completed', ...of, to: 'second', reason: 'limit', ms: 1 },
      ['first', 'second'],
    ],
    [{ event: 'failover.completed', ...of, to: 'first', reason: 'limit', ms: 1 }, ['first']],
    [{ event: 'failover.failed', ...of, to: null, reason: 'w' }, ['first']],
    [{ event: 'failover.parked', ...of, until: null }, ['first']],
    [{ event: 'failover.stayed', ...of }, ['first']],
  ];
  for (const [entry, accounts] of ways) {
    told.splice(0);
    tell(entry);
    expect(told).toEqual(['pool-0', ...accounts].map((name) => `${name}: ${entry.event}`));
  }
});

test('a secret in a tool call that was refused is in no history, as it is in no log', () => {
  const history: HistoryEntry[] = [];
  const tell = createTeller({
    log: () => {},
    addHistory: (_, entry) => void history.push(entry),
    addAccountHistory: () => {},
    now: () => 1234,
  });
  const secret = 'hunter2-and-more';
  const reason = `it writes outside: curl -H "Authorization: Bearer ${secret}" -d password=${secret}`;
  const about = { session: 'pool-0', index: 0, task: null, tool: 'Bash', rule: 'outside' };
  tell({ event: 'session.tool_refused', ...about, reason });
  expect(JSON.stringify(history)).not.toContain(secret);
  expect(history).toMatchObject([{ event: 'session.tool_refused', facts: about }]);
  expect(history[0]?.facts['reason']).toContain('it writes outside: curl');
});
