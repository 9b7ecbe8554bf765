import { expect, test } from '@jest/globals';
import { withSameConfig } from '../../../cli/same-config.ts';
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
  [['session', 'hold'], 'name sessions, or say --all'],
  [['session', 'reset', 'ccl-auto-11', '--all'], 'names or --all, not both'],
  [['status', 'too', 'much'], "too many arguments for 'status'"],
  [['start', '--wait-lock', 'soon'], "argument 'soon' is invalid. It is a number with a unit"],
  [['--config'], "option '-c, --config <file>' argument missing"],
])('%j is refused with 64', async (args, what) => {
  const cli = makeTestCli();
  expect(await cli.run(...args)).toBe(64);
  expect(cli.stderr()).toContain(what);
});

test.each([
  [['session', 'show'], 'Usage: claude-failover session show [options] <name>'],
  [['session', 'reset'], 'Usage: claude-failover session reset [options] <names...>|--all'],
  [['status', '--jsno'], 'Usage: claude-failover status [options]'],
  [['start', '--wait-lock', 'soon'], 'Usage: claude-failover start [options]'],
])('%j is answered with how that command is used', async (args, line) => {
  const cli = makeTestCli();
  await cli.run(...args);
  expect(cli.stderr().split('\n')).toContain(line);
});

test('whoever asks for the version in another way is told the way', async () => {
  const cli = makeTestCli();
  expect(await cli.run('version')).toBe(64);
  expect(cli.stderr()).toContain("unknown command 'version' [USAGE]\n(Did you mean --version?)");
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
  '%j explains its usage, with examples, on stdout',
  async (args) => {
    const cli = makeTestCli();
    expect(await cli.run(...args)).toBe(0);
    expect(cli.stdout()).toMatch(/^Usage: claude-failover /);
    expect(cli.stdout()).toMatch(/\n\nExamples:\n {2}claude-failover /);
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
  'init|start|stop|demo|check|status|doctor|inspect|failover',
  'list|show|attach|adopt|restart|reset|hold|release|link|prepare',
  'limit|clear|enable|disable',
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

test.each(['status', 'check', 'stop'])(
  'without any config %s shows the way to a first one',
  async (verb) => {
    const cli = makeTestCli();
    expect(await cli.run(verb)).toBe(78);
    expect(cli.stderr()).toMatch(/\nTo write a first one: claude-failover init\n$/);
    expect(cli.stderr()).not.toContain('Mend');
  },
);

test.each(['status', 'check'])('of a missing file %s says how to write it', async (verb) => {
  const cli = makeTestCli();
  expect(await cli.run(verb, '--config', '/nowhere/c.yaml')).toBe(78);
  expect(cli.stderr()).toMatch(
    /\nTo write a first one: claude-failover --config \/nowhere\/c\.yaml init\n$/,
  );
});

test.each([
  ['Start it: claude-failover start', 'Start it: claude-failover --config /c.yaml start'],
  ['the claude-failover daemon', 'the claude-failover daemon'],
  ['claude-failover failover', 'claude-failover --config /c.yaml failover'],
  ['/x/claude-failover/status', '/x/claude-failover/status'],
])('with a config of its own, "%s" becomes "%s"', (text, becomes) => {
  expect(withSameConfig(text, '/c.yaml')).toBe(becomes);
  expect(withSameConfig(text, undefined)).toBe(text);
});

test('a config whose name a shell would take apart is quoted in advice', () => {
  expect(withSameConfig('claude-failover check', "/my pool's.yaml")).toBe(
    "claude-failover --config '/my pool'\\''s.yaml' check",
  );
});
