import type { Command } from 'commander';
import type { SessionVerb } from '../../web/daemon-api.ts';
import type { CommonOptions } from '../world.ts';
import { requireOneOf } from './one-of-two.ts';
import type { Load, Runner } from './runner.ts';

interface AttachWish extends CommonOptions {
  readonly readOnly?: boolean;
}

interface VerbWish extends CommonOptions {
  readonly restart?: boolean;
  readonly all?: boolean;
}

/** The sessions of the pool: looking at them, and the operator's verbs. */
export function addSessionCommands(program: Command, run: Runner): void {
  const session = program
    .command('session')
    .description('look at sessions, attach to them, and tell them what to do')
    .addHelpText(
      'after',
      `
Examples:
  claude-failover session list
  claude-failover session show ccl-auto-11
  claude-failover session attach ccl-auto-11 --read-only
  claude-failover session reset ccl-auto-11 ccl-auto-12
  claude-failover session reset --all`,
    );

  session
    .command('list')
    .description('all of them')
    .option('--json', 'as JSON')
    .action(
      run(async (world, { options }) =>
        (await import('../commands/session-list.ts')).sessionList(world, options),
      ),
    );

  session
    .command('show <name>')
    .description('one of them, and what happened to it')
    .option('--json', 'as JSON')
    .action(
      run(async (world, { args: [name = ''], options }) =>
        (await import('../commands/session-show.ts')).sessionShow(world, { ...options, name }),
      ),
    );

  session
    .command('attach <name>')
    .description('show it in this terminal')
    .option('-r, --read-only', 'look without touching')
    .action(
      run<AttachWish>(async (world, { args: [name = ''], options }) =>
        (await import('../commands/session-attach.ts')).sessionAttach(world, { ...options, name }),
      ),
    );

  addVerbs(session, run);
}

const VERBS: Readonly<Record<Exclude<SessionVerb, 'adopt'>, string>> = {
  restart: 'end the agent and resume its conversation in a new one',
  reset:
    'forget the crashes, and start a failed session again; --all: also a pool that has escalated',
  hold: 'keep the session as it is: no restart, no task',
  release: 'end a hold',
};

function addVerbs(session: Command, run: Runner): void {
  for (const [verb, description] of Object.entries(VERBS)) {
    session
      .command(`${verb} [names...]`)
      .usage('[options] <names...>|--all')
      .description(description)
      .option('--all', 'every session of the pool')
      .hook('preAction', requireNamesOrAll)
      .action(run<VerbWish>(tell(verb as SessionVerb)));
  }
  session
    .command('adopt <name>')
    .description('take over a session that has a name of the pool and is not ours')
    .option('--restart', 'relaunch it instead of taking it over as it is')
    .action(run<VerbWish>(tell('adopt')));
}

function requireNamesOrAll(command: Command): void {
  const isAll = command.opts<VerbWish>().all === true;
  requireOneOf(command, [isAll, command.args.length > 0], {
    both: 'names or --all, not both',
    neither: 'name sessions, or say --all',
  });
}

function tell(verb: SessionVerb): Load<VerbWish> {
  return async (world, { args: names, options }) => {
    const { sessionVerb } = await import('../commands/session-verb.ts');
    return await sessionVerb(world, { ...options, verb, names });
  };
}
