import { FailoverError } from '../../config/errors.ts';
import type { TaskBook } from '../../supervisor/compose-tasks.ts';
import type { TaskState } from '../../supervisor/task-report.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { requireConfig } from '../find-config.ts';
import { NOTHING_BESIDE, waitNote } from '../format/task-words.ts';
import { noSuchTask, wholeTaskId } from '../named-task.ts';
import { nudgeDaemon } from '../nudge-daemon.ts';
import { reportError } from '../report-error.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

export type TaskVerb = 'cancel' | 'retry';

export interface TaskVerbRequest extends CommonOptions {
  readonly verb: TaskVerb;
  /** Or their beginnings. */
  readonly ids: readonly string[];
  readonly json?: boolean;
}

type Outcome = 'cancelled' | 'requested' | 'queued' | 'already';

/**
 * Carries out a verb on each task, in order, and says what became of it. One that does not exist does
 * not keep the others from it; the exit code is that of the first refusal.
 */
export async function taskVerb(world: CliWorld, request: TaskVerbRequest): Promise<number> {
  const config = requireConfig(world, request);
  const { withTaskBook } = await import('../../supervisor/compose-tasks.ts');
  const said = await withTaskBook(config, 'writing', async (book) => {
    const all: Said[] = [];
    for (const id of request.ids) all.push(await tellOne(world, book, { ...request, id }));
    return all;
  });
  if (said.some(isChange)) await nudgeDaemon(config);
  const refusal = said.find((one) => one instanceof FailoverError);
  return refusal === undefined ? EXIT.OK : exitCodeOf(refusal);
}

/** A refusal is a value, so that the next task is dealt with, too. */
type Said = Outcome | FailoverError;

interface One extends TaskVerbRequest {
  readonly id: string;
}

async function tellOne({ terminal }: CliWorld, book: TaskBook, request: One): Promise<Said> {
  try {
    const id = await wholeTaskId(book, request.id);
    const outcome = request.verb === 'cancel' ? await book.cancel(id) : await retried(book, id);
    const words = outcome === 'already' ? await alreadySo(book, request.verb, id) : WORDS[outcome];
    terminal.print(request.json ? JSON.stringify({ v: 1, id, outcome }) : `${id}: ${words}`);
    return outcome;
  } catch (error) {
    if (!(error instanceof FailoverError) || !REFUSALS.has(error.code)) throw error;
    terminal.say(reportError(error));
    return error;
  }
}

async function retried(book: TaskBook, id: string): Promise<Outcome> {
  return (await book.retry(id)) ? 'queued' : 'already';
}

function isChange(said: Said): boolean {
  return !(said instanceof FailoverError) && said !== 'already';
}

/** What is said about one task; anything else (no store) is the same for all of them. */
const REFUSALS = new Set<FailoverError['code']>(['NOT_FOUND', 'AMBIGUOUS']);

const WORDS: Readonly<Record<Exclude<Outcome, 'already'>, string>> = {
  cancelled: 'cancelled',
  requested: 'to be cancelled: the daemon ends its agent',
  queued: 'queued again',
};

/** How it stands, so that nothing was to be done. */
async function alreadySo(book: TaskBook, verb: TaskVerb, id: string): Promise<string> {
  const task = await book.show(id);
  if (task === null) throw noSuchTask(id);
  const { state } = task;
  if (verb === 'cancel') {
    return state === 'running' ? 'its end was asked for already' : `has ended already (${state})`;
  }
  if (state !== 'blocked') return STANDS[state];
  const outlines = await book.outlines(task.dependsOn);
  return `is blocked: ${waitNote(task, { ...NOTHING_BESIDE, outlines })}`;
}

const STANDS: Readonly<Record<Exclude<TaskState, 'blocked'>, string>> = {
  queued: 'is queued already',
  running: 'runs',
  done: 'is done',
  // Ended since, by somebody else.
  dead: 'is dead since: retry it once more',
  cancelled: 'is cancelled since: retry it once more',
};
