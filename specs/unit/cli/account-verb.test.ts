import { expect, test } from '@jest/globals';
import type { AccountDetail } from '../../../supervisor/status-report.ts';
import { cliWithDaemon, cliWithoutDaemon } from '../../harness/cli-with-daemon.ts';
import { makeTestCli } from '../../harness/cli-world.ts';

const SOME_TIME = '2100-01-02T03:04:05Z';

test.each([
  ['clear', 'first: cleared: it counts neither as limited nor as logged out any more\n'],
  ['disable', 'first: taken out of use: nothing is started on it\n'],
  ['enable', 'first: in use again\n'],
])('account %s is told to the daemon, and what changed to the person', async (verb, said) => {
  const cli = await cliWithDaemon();
  expect(await cli.run('account', verb, 'first')).toBe(0);
  expect(cli.stdout()).toBe(said);
  expect(cli.asked).toEqual([`${verb} first`]);
});

test('a limit is given by its end, or by how long it lasts', async () => {
  const cli = await cliWithDaemon();
  expect(await cli.run('account', 'limit', 'first', '--until', SOME_TIME)).toBe(0);
  expect(cli.stdout()).toMatch(
    /^first: limited until 2100-01-02T03:04:05\.000Z \(in \d+d(\d+h)?\)\n$/,
  );
  const before = Date.now();
  expect(await cli.run('account', 'limit', 'first', '--for', '2h')).toBe(0);
  const [byTime = '', byLength = ''] = cli.asked;
  expect(byTime).toBe(`limit first until ${Date.parse(SOME_TIME)}`);
  const [, until] = /^limit first until (\d+)$/.exec(byLength) ?? [];
  expect(Number(until) - before).toBeGreaterThanOrEqual(7_200_000);
  expect(Number(until) - Date.now()).toBeLessThanOrEqual(7_200_000);
});

test('what is so already is said, and is no failure', async () => {
  const cli = await cliWithDaemon({ accountVerb: () => ({ ok: true, changed: false }) });
  for (const args of [['clear'], ['enable'], ['disable'], ['limit', '--for', '1h']]) {
    expect(await cli.run('account', ...args, 'first')).toBe(0);
  }
  expect(cli.stdout()).toBe('first: nothing to change\n'.repeat(4));
});

const DETAIL: AccountDetail = {
  name: 'first',
  state: 'disabled',
  limitedUntil: '2100-01-02T03:04:05.000Z',
  usage: { fiveHour: null, sevenDay: null },
  usageOver: { fiveHour: null, sevenDay: null },
  probes: 0,
  window: null,
  since: null,
  evidence: null,
  history: [],
};

test.each([
  [
    'clear',
    'disabled',
    'disabled: taken out of use; to use it again: claude-failover account enable first',
  ],
  ['clear', 'quarantined', 'quarantined: .*see: claude-failover check'],
  [
    'enable',
    'limited',
    'limited until 2100-01-02T03:04:05.000Z: .*claude-failover account clear first',
  ],
  [
    'enable',
    'unauthenticated',
    'unauthenticated: .*log in: CLAUDE_CONFIG_DIR=\\S+/first claude, then',
  ],
] as const)('account %s that leaves it %s says so, and what helps', async (verb, state, what) => {
  const cli = await cliWithDaemon({
    accountVerb: () => ({ ok: true, changed: false }),
    account: async () => ({ ...DETAIL, state }),
  });
  expect(await cli.run('account', verb, 'first')).toBe(0);
  expect(cli.stdout()).toMatch(new RegExp(`^first: nothing to change, and it is ${what}`));
});

test.each([[['clear']], [['enable']], [['disable']], [['limit', '--for', '1h']]])(
  'for a program account %j tells whether something changed',
  async (args) => {
    for (const changed of [true, false]) {
      const cli = await cliWithDaemon({ accountVerb: () => ({ ok: true, changed }) });
      expect(await cli.run('account', ...args, 'first', '--json')).toBe(0);
      expect(JSON.parse(cli.stdout())).toEqual({ v: 1, ok: true, changed });
    }
  },
);

test('a name that is empty can be seen', async () => {
  const cli = await cliWithDaemon();
  expect(await cli.run('account', 'clear', '')).toBe(66);
  expect(await cli.run('session', 'hold', '')).toBe(66);
  expect(cli.stderr()).toContain('no account is named "": there is first');
  expect(cli.stderr()).toContain('no session of the pool is named "": the pool has');
});

test.each([['clear'], ['enable'], ['disable'], ['limit', '--for', '1h'], ['show']])(
  'account %s of an unknown account is 66, names the nearest, and asks nothing',
  async (...args) => {
    const cli = await cliWithDaemon();
    expect(await cli.run('account', ...args, 'frist')).toBe(66);
    expect(cli.stderr()).toContain(
      'no account is named frist: did you mean first? (there is first, second) [NOT_FOUND]',
    );
    expect(cli.asked).toEqual([]);
  },
);

test('an account that only the config knows is 66, in the words of the daemon', async () => {
  const cli = await cliWithDaemon();
  expect(await cli.run('account', 'clear', 'second')).toBe(66);
  expect(cli.stderr()).toContain('no account is named second [NOT_FOUND]');
});

test('an account that nothing resembles is told with those that there are', async () => {
  const cli = await cliWithDaemon();
  expect(await cli.run('account', 'clear', 'xyz')).toBe(66);
  expect(cli.stderr()).toContain('no account is named xyz: there is first, second [NOT_FOUND]');
});

test.each([['clear'], ['enable'], ['disable'], ['limit', '--for', '1h']])(
  'account %s without a daemon is 69, and says how to start one',
  async (...args) => {
    const cli = cliWithoutDaemon();
    expect(await cli.run('account', ...args, 'first')).toBe(69);
    expect(cli.stderr()).toContain('no daemon runs for this config [DAEMON_DOWN]');
    expect(cli.stderr()).toMatch(/Start it: claude-failover --config \S+ start\n$/);
  },
);

test.each([
  [['limit', 'first'], 'say when it is over: --until with a time, or --for with a duration'],
  [['limit', 'first', '--until', SOME_TIME, '--for', '1h'], '--until or --for, not both'],
  [['limit', 'first', '--until', '2020-01-01T00:00Z'], 'It is in the past'],
  [['limit', 'first', '--until', 'tomorrow'], 'It is a time such as 2026-12-24T18:00 (local)'],
  [['limit', 'first', '--for', 'long'], 'It is a number with a unit, as in 60s'],
  [['limit', 'first', '--for', '0s'], 'It is no time at all'],
  [['limit', '--for', '1h'], "missing required argument 'name'"],
  [['clear'], "missing required argument 'name'"],
  [['enable', 'first', 'second'], "too many arguments for 'enable'"],
])('account %j is refused with 64', async (args, what) => {
  const cli = makeTestCli();
  expect(await cli.run('account', ...args)).toBe(64);
  expect(cli.stdout()).toBe('');
  expect(cli.stderr()).toContain(what);
  expect(cli.stderr()).toContain('[USAGE]');
});

test('account limit shows how it is used, and explains itself with examples', async () => {
  const refused = makeTestCli();
  await refused.run('account', 'limit', 'first');
  const usage =
    'Usage: claude-failover account limit [options] <name> --until <time>|--for <duration>';
  expect(refused.stderr().split('\n')).toContain(usage);
  const cli = makeTestCli();
  expect(await cli.run('account', 'limit', '--help')).toBe(0);
  expect(cli.stdout()).toContain('Examples:\n  claude-failover account limit compte1 --for 2h\n');
});
