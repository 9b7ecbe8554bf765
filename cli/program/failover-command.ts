import type { Command } from 'commander';
import type { FailoverOptions } from '../commands/failover.ts';
import type { Runner } from './runner.ts';

/** Moving sessions to another account by hand. */
export function addFailoverCommand(program: Command, run: Runner): void {
  program
    .command('failover [sessions...]')
    .description(
      'move sessions to another account, with their conversations; without names and options those whose account cannot be used',
    )
    .option('--from <account>', 'only those on this account')
    .option('--to <account>', 'to this account (else to whichever suits)')
    .option('--dry-run', 'only show what would move, and where to')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
A session in the middle of a turn is left to finish it; one at which a person is at work, too.

Examples:
  claude-failover failover --from compte1 --dry-run
  claude-failover failover --from compte1 --to compte2
  claude-failover failover ccl-auto-11 ccl-auto-12`,
    )
    .action(
      run<Omit<FailoverOptions, 'sessions'>>(async (world, { args: sessions, options }) =>
        (await import('../commands/failover.ts')).failover(world, { ...options, sessions }),
      ),
    );
}
