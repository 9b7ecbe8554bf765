import type { Command } from 'commander';
import type { StatusOptions } from '../commands/status.ts';
import type { JsonOptions } from '../world.ts';
import type { Runner } from './runner.ts';

/** What only looks. */
export function addLookCommands(program: Command, run: Runner): void {
  program
    .command('check')
    .description('check config and shared state, and start nothing')
    .option('--json', 'every mistake as JSON')
    .action(
      run(async (world, { options }) =>
        (await import('../commands/check.ts')).check(world, options),
      ),
    );

  program
    .command('status')
    .description('show the pool, its sessions and accounts')
    .option('--json', 'as JSON')
    .option('-w, --watch', 'again and again; q to quit')
    .addHelpText(
      'after',
      `
Examples:
  claude-failover status
  claude-failover status --watch
  claude-failover status --json | jq '.sessions[] | select(.state == "failed")'`,
    )
    .action(
      run<StatusOptions>(async (world, { options }) =>
        (await import('../commands/status.ts')).status(world, options),
      ),
    );

  program
    .command('doctor')
    .description('look at the machine: tmux, the client, accounts, and what could end sessions')
    .option('--json', 'as JSON')
    .action(
      run<JsonOptions>(async (world, { options }) =>
        (await import('../commands/doctor.ts')).doctor(world, options),
      ),
    );

  program
    .command('inspect')
    .description('print a link to the page that shows the machines live')
    .action(
      run(async (world, { options }) =>
        (await import('../commands/inspect.ts')).inspect(world, options),
      ),
    );
}
