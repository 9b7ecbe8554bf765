import { type Command, InvalidArgumentError } from 'commander';
import type { AccountVerb } from '../../web/daemon-api.ts';
import type { JsonOptions } from '../world.ts';
import { requireOneOf } from './one-of-two.ts';
import type { Runner } from './runner.ts';
import { duration, moment } from './values.ts';

interface LimitWish extends JsonOptions {
  /** Epoch milliseconds. */
  readonly until?: number;
  /** Milliseconds. */
  readonly for?: number;
}

/** What an operator says of an account, as the daemon is not to find out by itself. */
export function addAccountVerbs(account: Command, run: Runner): void {
  addLimit(account, run);
  for (const [verb, description] of Object.entries(VERBS)) {
    account
      .command(`${verb} <name>`)
      .description(description)
      .option('--json', 'as JSON')
      .action(
        run<JsonOptions>(async (world, { args: [name = ''], options }) => {
          const { accountVerb } = await import('../commands/account-verb.ts');
          return await accountVerb(world, {
            ...options,
            verb: verb as AccountVerb,
            name,
            until: null,
          });
        }),
      );
  }
}

const VERBS: Readonly<Record<Exclude<AccountVerb, 'limit'>, string>> = {
  clear: 'forget its limit and its lost login: use it again',
  disable: 'take it out of use; its sessions move to others',
  enable: 'use it again',
};

function addLimit(account: Command, run: Runner): void {
  account
    .command('limit <name>')
    .usage('[options] <name> --until <time>|--for <duration>')
    .description('treat it as limited until then: nothing is started on it, its sessions move')
    .option('--until <time>', 'a time (local without a zone), or a duration from now', coming)
    .option('--for <duration>', 'from now on', lasting)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Examples:
  claude-failover account limit compte1 --for 2h
  claude-failover account limit compte1 --until 2026-12-24T18:00
  claude-failover account clear compte1            use it again at once`,
    )
    .hook('preAction', requireOneEnd)
    .action(
      run<LimitWish>(async (world, { args: [name = ''], options }) => {
        const { accountVerb } = await import('../commands/account-verb.ts');
        const until = options.until ?? Date.now() + (options.for ?? 0);
        return await accountVerb(world, { ...options, verb: 'limit', name, until });
      }),
    );
}

function requireOneEnd(command: Command): void {
  const { until, for: lasts } = command.opts<LimitWish>();
  requireOneOf(command, [until !== undefined, lasts !== undefined], {
    both: '--until or --for, not both',
    neither: 'say when it is over: --until with a time, or --for with a duration',
  });
}

function coming(text: string): number {
  const at = moment(text);
  if (at > Date.now()) return at;
  throw new InvalidArgumentError('It is in the past.');
}

function lasting(text: string): number {
  const ms = duration(text);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('It is no time at all.');
}
