import type { Command } from 'commander';
import type { LinkOptions } from '../commands/account-link.ts';
import type { CommonOptions } from '../world.ts';
import { addAccountVerbs } from './account-verbs.ts';
import type { Runner } from './runner.ts';

interface PrepareWish extends CommonOptions {
  readonly trust?: readonly string[];
}

/** The accounts: looking at them, saying what they are, and making their homes fit for the pool. */
export function addAccountCommands(program: Command, run: Runner): void {
  const account = program
    .command('account')
    .description('look at accounts, take them out of use, and make their homes fit for the pool')
    .addHelpText(
      'after',
      `
Examples:
  claude-failover account list
  claude-failover account show compte1             its state, and what led to it
  claude-failover account limit compte1 --for 2h   its sessions move; clear takes it back
  claude-failover account link                     show what is missing; --apply creates it
  claude-failover account prepare --trust ~/work`,
    );

  account
    .command('list')
    .description('all of them')
    .option('--json', 'as JSON')
    .action(
      run(async (world, { options }) =>
        (await import('../commands/account-list.ts')).accountList(world, options),
      ),
    );

  account
    .command('show <name>')
    .description('one of them: its state and what led to it, its usage, and what happened to it')
    .option('--json', 'as JSON')
    .action(
      run(async (world, { args: [name = ''], options }) =>
        (await import('../commands/account-show.ts')).accountShow(world, { ...options, name }),
      ),
    );

  account
    .command('link')
    .description('show what every home must link to the shared state, and create it with --apply')
    .option('--apply', 'create what is missing; nothing that is there is moved or overwritten')
    .option('--json', 'as JSON')
    .action(
      run<LinkOptions>(async (world, { options }) =>
        (await import('../commands/account-link.ts')).accountLink(world, options),
      ),
    );

  account
    .command('prepare [names...]')
    .description("answer the client's first questions beforehand, in these homes or in all")
    .option('--trust <directories...>', "directories to trust, beside the pool's own")
    .action(
      run<PrepareWish>(async (world, { args: names, options }) =>
        (await import('../commands/account-prepare.ts')).accountPrepare(world, {
          ...options,
          names,
        }),
      ),
    );

  addAccountVerbs(account, run);
}
