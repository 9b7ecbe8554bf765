import { expect, test } from '@jest/globals';
import type { FailoverMove } from '../../../supervisor/status-report.ts';
import { cliWithDaemon, cliWithoutDaemon } from '../../harness/cli-with-daemon.ts';
import { makeTestCli } from '../../harness/cli-world.ts';
import { TOY_MOVES } from '../../harness/toy-pool.ts';

const LEAVES: FailoverMove = {
  session: 'toy-1',
  from: 'first',
  to: 'second',
  action: 'move',
  reason: 'it is at its prompt',
  rule: 'second is the preferred account that can be used',
  passedOver: [{ account: 'third', why: 'is limited until 2026-11-24T18:13:50.000Z' }],
};
const WAITS: FailoverMove = { ...LEAVES, session: 'toy-2', action: 'wait', reason: 'a turn runs' };
const STAYS: FailoverMove = {
  ...LEAVES,
  session: 'toy-3',
  from: 'second',
  to: null,
  action: 'none',
  reason: 'it is there already',
  rule: null,
  passedOver: [],
};

function moving(moves: readonly FailoverMove[]) {
  return cliWithDaemon({ failover: async () => ({ ok: true, moves }) });
}

test('what moves, what waits and what stays is shown in a table, with the reasons and the choice', async () => {
  const cli = await moving([LEAVES, WAITS, STAYS]);
  expect(await cli.run('failover')).toBe(0);
  expect(cli.stdout()).toBe(`SESSION  FROM    TO      WHEN   WHY
toy-1    first   second  now    it is at its prompt
toy-2    first   second  later  a turn runs
toy-3    second  -       stays  it is there already

from first: second is the preferred account that can be used; third is limited until 2026-11-24T18:13:50.000Z
`);
  expect(cli.stderr()).toMatch(
    /^2 sessions to be moved; to see it: claude-failover .*status --watch\n$/,
  );
});

test('names and options reach the daemon as they are meant', async () => {
  const cli = await cliWithDaemon();
  const args = ['--from', 'first', '--to', 'second', '--dry-run', 'toy-1', 'toy-3'];
  expect(await cli.run('failover', ...args)).toBe(0);
  expect(await cli.run('failover')).toBe(0);
  expect(cli.asked).toEqual([
    'failover {"from":"first","to":"second","sessions":["toy-1","toy-3"],"dryRun":true}',
    'failover {"from":null,"to":null,"sessions":[],"dryRun":false}',
  ]);
});

test('a dry run says that nothing was done', async () => {
  const cli = await moving([LEAVES]);
  expect(await cli.run('failover', '--dry-run')).toBe(0);
  expect(cli.stderr()).toBe('A dry run: 1 session would move, and nothing was done.\n');
});

test.each([[[]], [[STAYS]]])('with nothing to move (%j) it says so and is 0', async (moves) => {
  const cli = await moving(moves);
  expect(await cli.run('failover', '--from', 'first')).toBe(0);
  expect(cli.stderr()).toBe('There is nothing to move.\n');
});

test('for a program it is the answer of the daemon', async () => {
  const cli = await cliWithDaemon();
  expect(await cli.run('failover', '--json')).toBe(0);
  expect(JSON.parse(cli.stdout())).toEqual({ v: 1, moves: TOY_MOVES });
  expect(cli.stderr()).toBe('');
});

test.each([
  [['--from', 'frist'], 'no account is named frist: did you mean first?'],
  [['--to', 'secnd'], 'no account is named secnd: did you mean second?'],
  [['toy-1', 'toy-9'], 'no session of the pool is named toy-9: the pool has toy-1 to toy-3'],
])('%j is 66, and nothing is asked', async (args, what) => {
  const cli = await cliWithDaemon();
  expect(await cli.run('failover', ...args)).toBe(66);
  expect(cli.stderr()).toContain(what);
  expect(cli.asked).toEqual([]);
});

test('a target that cannot be used is 69, with the reason', async () => {
  const message = 'second is limited until 18:00';
  const cli = await cliWithDaemon({
    failover: async () => ({ ok: false, code: 'ACCOUNT_UNAVAILABLE', message }),
  });
  expect(await cli.run('failover', '--to', 'second')).toBe(69);
  expect(cli.stderr()).toBe(`claude-failover: ${message} [ACCOUNT_UNAVAILABLE]\n`);
});

test('without a daemon it is 69', async () => {
  const cli = cliWithoutDaemon();
  expect(await cli.run('failover')).toBe(69);
  expect(cli.stderr()).toContain('[DAEMON_DOWN]');
});

test('it explains itself, and what it does with sessions that are at work', async () => {
  const cli = makeTestCli();
  expect(await cli.run('failover', '--help')).toBe(0);
  expect(cli.stdout()).toContain('Usage: claude-failover failover [options] [sessions...]');
  expect(cli.stdout()).toContain('in the middle of a turn is left to finish it');
  expect(cli.stdout()).toMatch(/\n\nExamples:\n {2}claude-failover failover --from/);
});
