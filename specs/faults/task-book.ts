import type { FaultWorld } from './fault-world.ts';
import type { Chore, PlannedTask } from './plan.ts';

/** The tasks of a round, and which of them were accepted. */
export interface TaskBook {
  /** Adds the n-th one. Never rejects: what is not accepted is not owed. */
  add(n: number): Promise<void>;
  /** Adds again, with the same keys, those that were not accepted. */
  addAll(): Promise<void>;
  accepted(): ReadonlyMap<string, PlannedTask>;
}

export function createTaskBook({ plan, desk, trace }: FaultWorld): TaskBook {
  const accepted = new Map<string, PlannedTask>();
  const missing = new Set(plan.tasks.keys());
  const add = async (n: number): Promise<void> => {
    const task = plan.tasks[n];
    if (task === undefined) return;
    try {
      const id = await desk.add(textOf(task, n), '--key', `task-${n}`);
      accepted.set(id, task);
      missing.delete(n);
      trace.note(`task ${n} is accepted as ${id}: ${task.chore}`);
    } catch (error) {
      trace.note(`task ${n} is not accepted: ${error}`);
    }
  };
  return {
    add,
    addAll: async () => {
      for (const n of [...missing]) await add(n);
    },
    accepted: () => accepted,
  };
}

/** What the agent reads; its directives say what happens. */
function textOf(task: PlannedTask, n: number): string {
  return `Task number ${n} of a round. ${directivesOf(task)[task.chore]}`;
}

function directivesOf({ workMs }: PlannedTask): Readonly<Record<Chore, string>> {
  const work = `[[demo:work ${workMs}ms]]`;
  return {
    answers: '',
    works: work,
    'dies once': `${work} [[demo:crash]]`,
    'meets a limit': `${work} [[demo:limit 2s]]`,
    'leaves a child': `[[demo:ask setsid sleep 1000 </dev/null >/dev/null 2>&1 &]] ${work}`,
    'dies early': '[[demo:crash early]]',
    'fails once': `${work} [[demo:fail invalid_request]]`,
  };
}
