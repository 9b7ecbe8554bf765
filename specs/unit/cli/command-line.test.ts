import { expect, test } from '@jest/globals';
import { makeTestCli } from '../../harness/cli-world.ts';

test.each([
  [['statu'], "unknown command 'statu'", 'status'],
  [['session', 'atach', 'x'], "unknown command 'atach'", 'attach'],
  [['status', '--jsno'], "unknown option '--jsno'", '--json'],
])('%j is refused with 64, and what was meant is suggested', async (args, what, meant) => {
  const cli = makeTestCli();
  expect(await cli.run(...args)).toBe(64);
  expect(cli.stdout()).toBe('');
  expect(cli.stderr()).toContain(`claude-failover: ${what} [USAGE]\n(Did you mean ${meant}?)`);
});

test.each([
  [['session', 'show'], "missing required argument 'name'"],
  [['session', 'hold'], "missing required argument 'names'"],
  [['status', 'too', 'much'], "too many arguments for 'status'"],
  [['start', '--wait-lock', 'soon'], "argument 'soon' is invalid. It is a number with a unit"],
  [['--config'], "option '-c, --config <file>' argument missing"],
])('%j is refused with 64', async (args, what) => {
  const cli = makeTestCli();
  expect(await cli.run(...args)).toBe(64);
  expect(cli.stderr()).toContain(what);
});

test('without a command, and with half of one, the help goes to stderr and the exit code is 64', async () => {
  for (const args of [[], ['session'], ['account']]) {
    const cli = makeTestCli();
    expect(await cli.run(...args)).toBe(64);
    expect(cli.stdout()).toBe('');
    expect(cli.stderr()).toContain('Usage: claude-failover');
  }
});

test.each([[['--help']], [['help', 'status']], [['session', '-h']], [['status', '--help']]])(
  '%j explains with examples first, on stdout',
  async (args) => {
    const cli = makeTestCli();
    expect(await cli.run(...args)).toBe(0);
    expect(cli.stdout()).toMatch(/^Examples:\n {2}claude-failover /);
    expect(cli.stdout()).toContain('\n\nUsage: ');
    expect(cli.stderr()).toBe('');
  },
);

test('every command has a description and every command line of the design is known', async () => {
  const cli = makeTestCli();
  await cli.run('--help');
  await cli.run('session', '--help');
  await cli.run('account', '--help');
  for (const verb of DESIGNED) expect(cli.stdout()).toMatch(new RegExp(`^ {2}${verb} .*\\w`, 'm'));
});

const DESIGNED = [
  'init|start|stop|demo|check|status|doctor|inspect',
  'list|show|attach|adopt|restart|reset|hold|release|link|prepare',
].flatMap((words) => words.split('|'));

test('the version is data', async () => {
  const cli = makeTestCli();
  expect(await cli.run('--version')).toBe(0);
  expect(cli.stdout()).toBe('0.0.0-spec\n');
});

test('a config that is named and missing is 78, before or after the command', async () => {
  for (const args of [
    ['--config', '/nowhere/c.yaml', 'status'],
    ['status', '--config', '/nowhere/c.yaml'],
    ['session', 'list', '--no-color', '-c', '/nowhere/c.yaml'],
  ]) {
    const cli = makeTestCli();
    expect(await cli.run(...args)).toBe(78);
    expect(cli.stderr()).toContain('/nowhere/c.yaml cannot be used [CONFIG_INVALID]');
  }
});

test('without any config the way to a first one is shown', async () => {
  const cli = makeTestCli();
  expect(await cli.run('status')).toBe(78);
  expect(cli.stderr()).toContain('claude-failover init');
});
