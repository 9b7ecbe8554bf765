import { Command, CommanderError } from 'commander';
import { printable } from '../config/printable.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { addAccountCommands } from './program/account-commands.ts';
import { addDaemonCommands } from './program/daemon-commands.ts';
import { addFailoverCommand } from './program/failover-command.ts';
import { addLookCommands } from './program/look-commands.ts';
import type { Runner } from './program/runner.ts';
import { addSessionCommands } from './program/session-commands.ts';
import { addTaskCommands } from './program/task-commands.ts';
import { reportError } from './report-error.ts';
import { withSameConfig } from './same-config.ts';
import type { CliWorld, CommonOptions } from './world.ts';

/** Runs one command line (without node and script) and resolves to its exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], world: CliWorld): Promise<number> {
  let exitCode: number = EXIT.OK;
  let refusing: Command | null = null;
  const run: Runner = (load) =>
    async function (this: Command) {
      const { args } = this;
      exitCode = await load(advising(world, this), { args, options: this.optsWithGlobals() });
    };
  const program = createProgram(world, run);
  tellWhoRefuses(program, (command) => {
    refusing = command;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, refusing ?? program, world);
    advising(world, program).terminal.say(reportError(error));
    return exitCodeOf(error);
  }
}

/** The same world, in which what people are advised to do next names the config they had named. */
function advising(world: CliWorld, command: Command): CliWorld {
  const { config } = command.optsWithGlobals<Partial<CommonOptions>>();
  const { terminal } = world;
  const say = (text: string) => terminal.say(withSameConfig(text, config));
  return { ...world, terminal: { ...terminal, say } };
}

/** Commander throws without saying which of its commands could not be used so. */
function tellWhoRefuses(command: Command, told: (command: Command) => void): void {
  command.exitOverride((error) => {
    told(command);
    throw error;
  });
  for (const below of command.commands) tellWhoRefuses(below, told);
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
    .configureOutput({
      writeOut: (text) => world.terminal.print(text.replace(/\n$/, '')),
      writeErr: (text) => world.terminal.say(text.replace(/\n$/, '')),
      // Said by `usage`, in the form of every other error.
      outputError: () => {},
    })
    .addHelpText('after', EXAMPLES);
  addDaemonCommands(program, run);
  addLookCommands(program, run);
  addTaskCommands(program, run);
  addSessionCommands(program, run);
  addAccountCommands(program, run);
  addFailoverCommand(program, run);
  return program;
}

const EXAMPLES = `
Examples:
  claude-failover init                       a first config
  claude-failover start                      bring the pool up and keep it alive
  claude-failover status --watch             see it
  claude-failover task add 'Fix the tests'   give it something to do
  claude-failover session attach ccl-auto-11 look over an agent's shoulder
  claude-failover demo                       try it without an account`;

const HELP = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version']);

/** What commander adds on a line of its own; other line ends are in what was given. */
const HINT = /\n(?=\(Did you mean )/;

function usage(error: CommanderError, command: Command, { terminal }: CliWorld): number {
  if (HELP.has(error.code)) return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
  const [what = '', ...hints] = error.message.replace(/^error: /, '').split(HINT);
  const meant = what === "unknown command 'version'" ? ['(Did you mean --version?)'] : hints;
  terminal.say(
    [`claude-failover: ${printable(what)} [USAGE]`, ...meant, ...whereToRead(command)].join('\n'),
  );
  return EXIT.USAGE;
}

function whereToRead(command: Command): readonly string[] {
  if (command.parent === null) return ['All commands: claude-failover --help'];
  const usage = command.createHelp().commandUsage(command);
  return [`Usage: ${usage}`, `More: ${usage.split(' [')[0]} --help`];
}
