import { expect, test } from '@jest/globals';
import { type AccountShown, accountText } from '../../../cli/format/account-text.ts';
import { evidenceText } from '../../../cli/format/evidence-words.ts';
import { createPaint } from '../../../cli/terminal/colours.ts';
import { cliWithDaemon, cliWithoutDaemon } from '../../harness/cli-with-daemon.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const AT = NOW - 720_000;
const TOLD = new Date(NOW - 120_000).toISOString();

type Evidence = Parameters<typeof evidenceText>[0];

const LIMIT_SEEN: Evidence = {
  source: 'signal',
  at: AT,
  session: 'ccl-auto-11',
  conversation: 'c-1',
  prompt: 'p-1',
  error: 'rate_limit',
  status: null,
  message: "You've hit your session limit · resets 2:13pm (UTC)",
};

const LIMITED: AccountShown = {
  name: 'compte1',
  state: 'limited',
  limitedUntil: '2026-11-24T14:14:00.000Z',
  usage: {
    fiveHour: { usedPercent: 100, resetsAt: '2026-11-24T14:13:20.000Z', toldAt: TOLD },
    sevenDay: { usedPercent: 34, resetsAt: '2026-11-27T12:00:00.000Z', toldAt: null },
  },
  usageOver: { fiveHour: null, sevenDay: null },
  probes: 0,
  window: 'five_hour',
  since: '2026-11-24T11:48:00.000Z',
  evidence: LIMIT_SEEN,
  history: [],
  home: '/home/me/.claude-compte1',
  priority: 1,
  sessions: ['ccl-auto-12'],
  moves: [],
};

function text(account: Partial<AccountShown> = {}, isStored = false): string {
  const options = { paint: createPaint(false), now: NOW, isStored, marginMs: 30_000 };
  return accountText({ ...LIMITED, ...account }, options);
}

const AVAILABLE: Partial<AccountShown> = {
  state: 'available',
  limitedUntil: null,
  usage: { fiveHour: null, sevenDay: null },
  window: null,
  evidence: null,
};

test('a limited account tells which limit, until when, and what led to it', () => {
  expect(text()).toBe(`compte1  limited for 12m

  reached   limit of 5 hours
  until     2026-11-24T14:14:00.000Z (in 2h14m); used again 30s later
  because   a turn in ccl-auto-11 ended with rate_limit: "You've hit your session limit · resets 2:13pm (UTC)" (told by a hook of the client 12m ago, 2026-11-24T11:48:00.000Z)
  5 hours   100%, resets in 2h14m, told 2m ago
  7 days    34%, resets in 3d
  home      /home/me/.claude-compte1
  priority  1
  sessions  ccl-auto-12`);
});

test('a limit of which nobody knows the end says so', () => {
  expect(text({ window: 'model', probes: 2 })).toMatch(
    /until +2026-11-24T14:14:00\.000Z \(in 2h14m\); used again 30s later; a guess: no reset was told/,
  );
  expect(text({ ...AVAILABLE, probes: 2 })).not.toContain('a guess');
});

test('a usage window that was given back since is over', () => {
  const usage = { fiveHour: null, sevenDay: null };
  const usageOver = { fiveHour: '2026-11-24T09:00:00.000Z', sevenDay: null };
  expect(text({ usage, usageOver })).toMatch(/\n {2}5 hours +over 3h ago\n {2}home/);
});

test('an available one tells only what there is to tell', () => {
  expect(text({ ...AVAILABLE, since: null, sessions: [] })).toBe(`compte1  available

  home      /home/me/.claude-compte1
  priority  1
  sessions  none`);
});

test.each([
  [
    'unauthenticated',
    'log in: CLAUDE_CONFIG_DIR=/home/me/.claude-compte1 claude, then: claude-failover account clear compte1',
  ],
  ['quarantined', 'its links are not in order; see: claude-failover check'],
  ['disabled', 'to use it again: claude-failover account enable compte1'],
] as const)('of one that is %s it says what a person has to do', (state, advice) => {
  expect(text({ ...AVAILABLE, state })).toMatch(new RegExp(`^ {2}to do +.*${advice}$`, 'm'));
});

test('while no daemon runs it is not said to be available, and a limit is what was stored last', () => {
  expect(text(AVAILABLE, true).split('\n')[0]).toBe(
    'compte1  -  (no daemon runs: what it stored last is shown)',
  );
  expect(text({}, true)).toMatch(/^compte1 {2}limited for 12m {2}\(no daemon runs/);
});

test.each<readonly [Partial<Evidence>, string]>([
  [
    { source: 'transcript', status: 429 },
    'a turn in ccl-auto-11 ended with rate_limit, HTTP 429: "You\'ve hit your session limit · resets 2:13pm (UTC)" (read in the transcript 12m ago, 2026-11-24T11:48:00.000Z)',
  ],
  [
    { session: null, error: null, message: '' },
    'a turn ended with an error (told by a hook of the client 12m ago, 2026-11-24T11:48:00.000Z)',
  ],
  [
    { source: 'guard', message: 'projects is missing' },
    'projects is missing (found by the guard 12m ago, 2026-11-24T11:48:00.000Z)',
  ],
  [{ source: 'operator', message: '' }, 'an operator said so (12m ago, 2026-11-24T11:48:00.000Z)'],
])('the evidence %j is told in words', (evidence, words) => {
  expect(evidenceText({ ...LIMIT_SEEN, ...evidence }, NOW)).toBe(words);
});

test('what a client said cannot move a cursor', () => {
  const evidence = { ...LIMIT_SEEN, message: 'a\nb\u001b[2J' };
  expect(text({ evidence })).toContain('"a\\nb\\u001b[2J"');
});

test('history is told in the sentences of the log, without the name of the account', () => {
  const facts = {
    account: 'compte1',
    until: '2026-11-24T14:14:00.000Z',
    window: 'five_hour',
    evidence: LIMIT_SEEN,
  };
  const history = [{ at: new Date(AT).toISOString(), event: 'account.limited', facts }];
  expect(text({ history })).toMatch(
    /\n\nhistory, newest last:\n {2}2026-11-24T11:48:00\.000Z +12m ago {2}its limit of 5 hours is reached, until 2026-11-24T14:14/,
  );
});

const limitEntry = (evidence: unknown) => ({
  at: new Date(AT).toISOString(),
  event: 'account.limited',
  facts: { account: 'compte1', until: '2026-11-24T14:14:00.000Z', window: 'five_hour', evidence },
});

test('history tells in whose turn it was, how that ended, what the client said, and who has it from where', () => {
  expect(text({ history: [limitEntry(LIMIT_SEEN)] })).toMatch(
    /until 2026-11-24T14:14:00\.000Z \(a turn in ccl-auto-11, rate_limit, "You've hit your session limit · resets 2:13pm \(UTC\)", told by a hook of the client\)$/,
  );
  const login = { ...LIMIT_SEEN, message: 'Please run /login' };
  const facts = { account: 'compte1', reason: login.message, evidence: login };
  const entry = { at: new Date(AT).toISOString(), event: 'account.unauthenticated', facts };
  const [line] = text({ history: [entry] })
    .split('\n')
    .slice(-1);
  expect(line?.match(/Please run/g)).toHaveLength(1);
  expect(line).toMatch(/\(a turn in ccl-auto-11, rate_limit, told by a hook of the client\)$/);
});

test.each([
  [{ ...LIMIT_SEEN, source: 'operator', session: null, message: 'limited by the operator' }],
  [null],
  [[{ message: 'projects is missing' }]],
])('of the evidence %j history adds nothing', (evidence) => {
  const known = Array.isArray(evidence) || evidence === null ? { source: 'operator' } : evidence;
  const entry = { ...limitEntry(known), facts: { ...limitEntry(known).facts, evidence } };
  expect(
    text({ history: [entry] })
      .split('\n')
      .at(-1),
  ).not.toMatch(/["(]/);
});

test('of a long history a person reads the newest 20, and how many there are before', () => {
  const entry = (minute: number) => ({
    at: new Date(NOW - minute * 60_000).toISOString(),
    event: 'account.available',
    facts: { account: 'compte1' },
  });
  const history = Array.from({ length: 23 }, (_, index) => entry(23 - index));
  const lines = text({ history }).split('\n\n').at(-1)?.split('\n') ?? [];
  expect(lines.slice(0, 2)).toEqual([
    'history, newest last:',
    '  3 earlier ones (--json has them)',
  ]);
  expect(lines).toHaveLength(22);
  expect(lines[2]).toContain('20m ago');
  expect(text({ history: history.slice(3) })).not.toContain('earlier');
});

test('account show gives a program what the daemon, the config and the sessions say', async () => {
  const cli = await cliWithDaemon();
  expect(await cli.run('account', 'show', 'first', '--json')).toBe(0);
  expect(JSON.parse(cli.stdout())).toEqual({
    name: 'first',
    state: 'available',
    limitedUntil: null,
    usage: {
      fiveHour: { usedPercent: 62, resetsAt: expect.any(String), toldAt: expect.any(String) },
      sevenDay: null,
    },
    usageOver: { fiveHour: null, sevenDay: null },
    window: null,
    probes: 0,
    since: expect.any(String),
    evidence: null,
    history: [expect.objectContaining({ event: 'account.limited' })],
    home: expect.stringMatching(/\/first$/),
    priority: 1,
    sessions: ['toy-1', 'toy-2', 'toy-3'],
    moves: [],
  });
});

test('account show works while no daemon runs: links are looked at even then', async () => {
  const cli = cliWithoutDaemon();
  expect(await cli.run('account', 'show', 'second', '--json')).toBe(0);
  expect(JSON.parse(cli.stdout())).toMatchObject({
    name: 'second',
    state: 'quarantined',
    limitedUntil: null,
    evidence: { source: 'guard', message: expect.stringMatching(/missing/) },
    priority: 2,
    sessions: [],
  });
});

test('of an account that was never seen nobody knows since when it is so', async () => {
  const cli = cliWithoutDaemon();
  expect(await cli.run('account', 'show', 'second', '--json')).toBe(0);
  expect(JSON.parse(cli.stdout())).toMatchObject({ since: null });
});
