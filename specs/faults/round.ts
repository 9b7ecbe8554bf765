import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from '../harness/scope.ts';
import { carryOut, wakeAll } from './carry-out.ts';
import { drawPlan } from './draw-plan.ts';
import type { Evidence } from './evidence.ts';
import { type FaultWorld, makeFaultWorld } from './fault-world.ts';
import { finishAll, gather } from './gather.ts';
import { judge } from './judge.ts';
import { inWords, type Plan } from './plan.ts';
import { mend, settle } from './settle.ts';
import { createTaskBook, type TaskBook } from './task-book.ts';
import { startTrace } from './trace.ts';

/** How a round went. */
export interface RoundResult {
  readonly plan: Plan;
  /** Promises that were broken; none when all is well. */
  readonly breaches: readonly string[];
  readonly trace: readonly string[];
}

/** Draws a round from its seed, lets it happen in the sandbox `root`, and judges it. */
export async function runRound(seed: number, root: string): Promise<RoundResult> {
  const plan = drawPlan(seed);
  const trace = startTrace();
  tellPlan(plan, trace.note);
  const world = makeFaultWorld(plan, trace);
  // Before anything else is ended: what is stopped would never end, and a daemon would be followed by another.
  atEnd(() => world.keeper.finish());
  atEnd(() => wakeAll(world));
  return { plan, breaches: await breachesIn(world, root), trace: trace.lines() };
}

async function breachesIn(world: FaultWorld, root: string): Promise<readonly string[]> {
  try {
    return judge(await happen(world, root));
  } catch (error) {
    return [`it could not be judged: ${error instanceof Error ? error.stack : error}`];
  }
}

async function happen(world: FaultWorld, root: string): Promise<Evidence> {
  const { keeper, pool, operator } = world;
  const book = createTaskBook(world);
  const portrait = operator.portrait();
  await keeper.begin();
  await pool.allAre('idle.ready').catch((error) => world.trace.note(`at the start: ${error}`));
  await letHappen(world, book);
  await mend(world);
  const unrest = await settle(world, book);
  const seen = await gather(world, book, portrait);
  return { ...seen, unrest, ...(await finishAll(world, root)) };
}

/** Tasks and faults come at their times; resolves when the time for them is over. */
async function letHappen(world: FaultWorld, book: TaskBook): Promise<void> {
  const { plan } = world;
  const over = new AbortController();
  const tasks = plan.tasks.map(async ({ atMs }, n) => {
    await sleep(atMs);
    await book.add(n);
  });
  const faults = plan.faults.map(async ({ atMs, ...fault }) => {
    await sleep(atMs);
    await carryOut(fault, world, over.signal);
  });
  await sleep(plan.lengthMs);
  over.abort();
  await Promise.all([...tasks, ...faults]);
}

function tellPlan(plan: Plan, note: (text: string) => void): void {
  const { faults, tasks, ...rest } = plan;
  note(`plan ${JSON.stringify(rest)}`);
  for (const task of tasks) note(`plan: at ${task.atMs} ms a task that ${task.chore}`);
  for (const fault of faults) note(`plan: at ${fault.atMs} ms ${inWords(fault)}`);
}
