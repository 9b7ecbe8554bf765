import { type Command, Option } from 'commander';
import { TASK_PRIORITIES } from '../../supervisor/task-report.ts';
import type { AddOptions } from '../commands/task-add.ts';
import type { TaskListOptions } from '../commands/task-list.ts';
import type { TaskVerb } from '../commands/task-verb.ts';
import type { JsonOptions } from '../world.ts';
import { requireOneOf } from './one-of-two.ts';
import type { Runner } from './runner.ts';
import { directory, key, limit, taskIds, taskStates } from './task-options.ts';
import { moment } from './values.ts';

/** The tasks: adding them, looking at them, and taking back what was asked. No daemon is needed. */
export function addTaskCommands(program: Command, run: Runner): void {
  const task = program
    .command('task')
    .description('add tasks, look at them, cancel and retry them; also while no daemon runs')
    .addHelpText(
      'after',
      `
Examples:
  claude-failover task add 'Fix the failing test'
  claude-failover task add --key nightly-1 --project ~/api --file prompt.md
  claude-failover task list --state queued,running
  claude-failover task show t_01JD8Z6Q0V3K5N7R9T1W3Y5A7C`,
    );
  addAdd(task, run);
  addLooks(task, run);
  addVerbs(task, run);
}

function addAdd(task: Command, run: Runner): void {
  task
    .command('add [text]')
    .usage('[options] <text>|--file <file>')
    .description('accept a task, durably, and print its id')
    .option('-f, --file <file>', 'read the text from there; - is stdin')
    .option('--key <key>', 'the same key in the same project is the same task', key)
    .option('--project <directory>', "where it is worked on (else the pool's workdir)", directory)
    .addOption(
      new Option('--priority <priority>', 'higher ones begin first')
        .choices(TASK_PRIORITIES)
        .default('default'),
    )
    .option(
      '--depends-on <ids>',
      'whole ids of tasks that must be done first, with commas; again for more',
      taskIds,
    )
    .option('--not-before <time>', 'a time (local without a zone), or a duration from now', moment)
    .option('--json', 'as JSON')
    .addHelpText('after', ADD_EXAMPLES)
    .hook('preAction', requireOneText)
    .action(
      run<AddOptions>(async (world, { args: [text = null], options }) =>
        (await import('../commands/task-add.ts')).taskAdd(world, { ...options, text }),
      ),
    );
}

const ADD_EXAMPLES = `
Examples:
  claude-failover task add 'Fix the failing test'
  claude-failover task add --file prompt.md --project ~/api --priority high
  git diff | claude-failover task add --file - --key review-$(git rev-parse HEAD)
  claude-failover task add --not-before 2026-12-24T22:00 --depends-on t_01JD… 'Deploy it'
  claude-failover task add -- '- a text that begins with a dash'`;

function requireOneText(command: Command): void {
  const isFile = command.opts<Partial<AddOptions>>().file !== undefined;
  const isGiven = command.args.length > 0;
  requireOneOf(command, [isFile, isGiven], {
    both: 'a text or --file, not both',
    neither: 'give a text, or --file with a file, or --file - for stdin',
  });
}

function addLooks(task: Command, run: Runner): void {
  task
    .command('list')
    .description('tasks, oldest first')
    .option('--state <states>', 'only these, with commas; again for more', taskStates)
    .option('--limit <n>', 'only the newest', limit)
    .option('--json', 'as JSON; all of them, without --limit')
    .action(
      run<TaskListOptions>(async (world, { options }) =>
        (await import('../commands/task-list.ts')).taskList(world, options),
      ),
    );

  task
    .command('show <id>')
    .description('one of them, its text, and what happened to it')
    .option('--json', 'as JSON')
    .action(
      run<JsonOptions>(async (world, { args: [id = ''], options }) =>
        (await import('../commands/task-show.ts')).taskShow(world, { ...options, id }),
      ),
    );
}

const VERBS: Readonly<Record<TaskVerb, string>> = {
  cancel: 'take it back; the agent of one that runs is ended',
  retry: 'queue it again, dead or cancelled, with a clean count',
};

function addVerbs(task: Command, run: Runner): void {
  for (const [verb, description] of Object.entries(VERBS)) {
    task
      .command(`${verb} <ids...>`)
      .description(description)
      .option('--json', 'as JSON, a line for each')
      .action(
        run<JsonOptions>(async (world, { args: ids, options }) => {
          const { taskVerb } = await import('../commands/task-verb.ts');
          return await taskVerb(world, { ...options, verb: verb as TaskVerb, ids });
        }),
      );
  }
}
