import { Command, CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { addAccountCommands } from './program/account-commands.ts';
import { addDaemonCommands } from './program/daemon-commands.ts';
import { addLookCommands } from './program/look-commands.ts';
import type { Runner } from './program/runner.ts';
import { addSessionCommands } from './program/session-commands.ts';
import { reportError } from './report-error.ts';
import type { CliWorld } from './world.ts';

/** Runs one command line (without node and script) and resolves to its exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], world: CliWorld): Promise<number> {
  let exitCode: number = EXIT.OK;
  const run: Runner = (load) =>
    async function (this: Command) {
      exitCode = await load(world, { args: this.args, options: this.optsWithGlobals() });
    };
  try {
    await createProgram(world, run).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, world);
    world.terminal.say(reportError(error));
    return exitCodeOf(error);
  }
}

function createProgram(world: CliWorld, run: Runner): Command {
  const program = new Command('claude-failover')
    .description('Keeps a pool of Claude Code sessions alive in tmux, across several accounts.')
    .version(world.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand('help [command]', 'explain a command')
    .option('-c, --config <file>', 'the config file ($CLAUDE_FAILOVER_CONFIG)')
    .option('--no-color', 'no colours (also $NO_COLOR)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.terminal.print(text.replace(/\n$/, '')),
      writeErr: (text) => world.terminal.say(text.replace(/\n$/, '')),
      // Said by `usage`, in the form of every other error.
      outputError: () => {},
    })
    .addHelpText('before', EXAMPLES);
  addDaemonCommands(program, run);
  addLookCommands(program, run);
  addSessionCommands(program, run);
  addAccountCommands(program, run);
  return program;
}

const EXAMPLES = `Examples:
  claude-failover init                       a first config
  claude-failover start                      bring the pool up and keep it alive
  claude-failover status --watch             see it
  claude-failover session attach ccl-auto-11 look over an agent's shoulder
  claude-failover demo                       try it without an account
`;

const HELP = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version']);

function usage({ code, message, exitCode }: CommanderError, { terminal }: CliWorld): number {
  if (HELP.has(code)) return exitCode === 0 ? EXIT.OK : EXIT.USAGE;
  const [what = '', ...hints] = message.replace(/^error: /, '').split('\n');
  terminal.say([`claude-failover: ${what} [USAGE]`, ...hints, SEE_HELP].join('\n'));
  return EXIT.USAGE;
}

const SEE_HELP = 'All commands: claude-failover --help';
