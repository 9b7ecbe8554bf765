import { expect, test } from '@jest/globals';
import { makeTestCli } from '../../harness/cli-world.ts';

const ID = 't_01JD8Z6Q0V3K5N7R9T1W3Y5A7C';

test.each([
  [['add'], 'give a text, or --file with a file, or --file - for stdin'],
  [['add', 'a text', '--file', '-'], 'a text or --file, not both'],
  [['add', 'two', 'words'], "too many arguments for 'add'"],
  [['add', 'x', '--priority', 'urgent'], 'Allowed choices are critical, high, default, low'],
  [['add', 'x', '--key', ''], 'It has 0 characters; a key has 1 to 200'],
  [['add', 'x', '--key', 'k'.repeat(201)], 'It has 201 characters'],
  [['add', 'x', '--key', 'a\nb'], 'A key has printable characters only'],
  [['add', 'x', '--key', 'a\u202eb'], 'A key has printable characters only'],
  [['add', 'x', '--key', 'caf\ufffd'], 'A key has printable characters only'],
  [['add', 'x', '--project', ''], 'It is no path of a directory'],
  [['add', 'x', '--project', '~root/x'], 'It is no path of a directory'],
  [['add', 'x', '--depends-on', 'first'], '"first" is no id of a task'],
  [['add', 'x', '--depends-on', `${ID},`], '"" is no id of a task'],
  [['add', 'x', '--depends-on', ID.replace('J', 'I')], 'is no id of a task'],
  [['add', 'x', '--not-before', 'tomorrow'], 'It is a time such as 2026-12-24T18:00 (local)'],
  [['list', '--state', 'queued,lost'], 'The states are queued, blocked, running, done, dead'],
  [['list', '--limit', '0'], 'It is a whole number from 1 on'],
  [['list', '--limit', '1e3'], 'It is a whole number from 1 on'],
  [['show'], "missing required argument 'id'"],
  [['cancel'], "missing required argument 'ids'"],
  [['retry'], "missing required argument 'ids'"],
])('task %j is refused with 64', async (args, what) => {
  const cli = makeTestCli();
  expect(await cli.run('task', ...args)).toBe(64);
  expect(cli.stdout()).toBe('');
  expect(cli.stderr()).toContain(what);
  expect(cli.stderr()).toContain('[USAGE]');
});

test('a line end in what was refused does not split the message', async () => {
  const cli = makeTestCli();
  await cli.run('task', 'add', 'x', '--key', 'a\nb');
  expect(cli.stderr()).toMatch(/^claude-failover: .*'a\\nb' is invalid\. .* \[USAGE\]\n/);
});

test('what was refused is shown printably', async () => {
  const cli = makeTestCli();
  await cli.run('task', 'add', 'x', '--depends-on', '\u001b[2Jt_1');
  expect(cli.stderr()).not.toContain('\u001b');
});

test.each([['add'], ['list'], ['show'], ['cancel'], ['retry']])(
  'task %s explains itself, and task --help knows it',
  async (verb) => {
    const cli = makeTestCli();
    expect(await cli.run('task', verb, '--help')).toBe(0);
    expect(await cli.run('task', '--help')).toBe(0);
    expect(cli.stdout()).toContain(`Usage: claude-failover task ${verb} `);
    expect(cli.stdout()).toMatch(new RegExp(`^ {2}${verb} .*\\w`, 'm'));
  },
);
