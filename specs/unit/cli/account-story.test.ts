import { expect, test } from '@jest/globals';
import { historyText } from '../../../cli/format/history-text.ts';
import { movesFolded } from '../../../cli/format/move-story.ts';
import { createPaint } from '../../../cli/terminal/colours.ts';
import type {
  FailoverReport,
  HistoryReport,
  StatusReport,
} from '../../../supervisor/status-report.ts';
import { cliWithDaemon } from '../../harness/cli-with-daemon.ts';
import { failoverReport, poolReport, sessionReport } from '../../harness/reports.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');

const OF_MOVE = {
  session: 'ccl-auto-11',
  index: 11,
  conversation: 'c-1',
  from: 'compte1',
  reason: 'limit',
} as const;

const WHY =
  'compte2 is the preferred account that can be used; compte3 is limited until 2026-11-24T18:13:50.000Z';

function entry(event: string, facts: HistoryReport['facts'] = {}): HistoryReport {
  return { at: new Date(NOW).toISOString(), event, facts: { ...OF_MOVE, ...facts } };
}

const DECIDED = entry('failover.decided', { to: 'compte2', why: WHY });
const COMPLETED = entry('failover.completed', { to: 'compte2', ms: 3870 });

/** The lines of the history of an account, without their times. */
function told(history: readonly HistoryReport[], name = 'compte1'): readonly string[] {
  const style = { paint: createPaint(false), now: NOW };
  const text = historyText({ name, history: movesFolded(history) }, style);
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^ {2}\S+ +\S+ ago {2}/, ''));
}

test('a move that was completed is one line: why it left, where it went, how long that took, and the rule', () => {
  expect(told([DECIDED, COMPLETED])).toEqual([
    `ccl-auto-11: has to leave compte1: its turn ended at the limit; goes on with compte2 instead of compte1, after 3870 ms: ${WHY}`,
  ]);
});

test('a decision that is still under way, or came to nothing, is told as it is', () => {
  const other = entry('failover.decided', { to: 'compte3', why: 'it is preferred' });
  expect(told([other, DECIDED, COMPLETED])).toHaveLength(2);
  expect(told([other, DECIDED, COMPLETED])[0]).toBe(
    'ccl-auto-11: is to go on with compte3: it is preferred',
  );
  expect(told([other, COMPLETED])).toEqual([
    'ccl-auto-11: is to go on with compte3: it is preferred',
    'ccl-auto-11: goes on with compte2 instead of compte1, after 3870 ms',
  ]);
  expect(told([DECIDED])).toEqual([`ccl-auto-11: is to go on with compte2: ${WHY}`]);
});

test('moves of several sessions at once are not mixed up, and one of another version has no rule', () => {
  const second = { session: 'ccl-auto-12', index: 12 };
  const lines = told([
    DECIDED,
    entry('failover.decided', { ...second, to: 'compte3', why: 'another rule' }),
    entry('failover.completed', { ...second, to: 'compte3', ms: 1 }),
    COMPLETED,
    entry('failover.completed', { session: 'ccl-auto-13', to: 'compte2', ms: 2 }),
  ]);
  expect(lines.map((line) => line.split(':').at(0))).toEqual([
    'ccl-auto-12',
    'ccl-auto-11',
    'ccl-auto-13',
  ]);
  expect(lines[0]).toMatch(/after 1 ms: another rule$/);
  expect(lines[1]).toContain(WHY);
  expect(lines[2]).toMatch(/after 2 ms$/);
});

const MOVING: FailoverReport = failoverReport({ step: 'moving', to: 'second', from: 'first' });

/** What `account show` prints of an account while these sessions move. */
async function shown(account: string, ...args: readonly string[]) {
  const sessions = [
    sessionReport({ name: 'toy-1', account: 'first', failover: MOVING }),
    sessionReport({ name: 'toy-2', account: 'first' }),
  ];
  const status = (): StatusReport => poolReport({ sessions });
  const cli = await cliWithDaemon({ status });
  expect(await cli.run('account', 'show', account, ...args)).toBe(0);
  return cli.stdout();
}

test('who is about to leave an account is told of it', async () => {
  expect(await shown('first')).toMatch(/^ {2}move +toy-1 leaves first for second$/m);
});

test('a program gets the whole of a move that is under way', async () => {
  expect(JSON.parse(await shown('first', '--json'))).toMatchObject({
    moves: [{ session: 'toy-1', ...MOVING }],
  });
});
