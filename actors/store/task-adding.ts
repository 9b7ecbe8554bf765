import type { InsertObject, Kysely } from 'kysely';
import { monotonicFactory } from 'ulid';
import type { NewTask, TaskBook } from '../../machines/tasks.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import type { OpenShelf } from './shelf.ts';
import { addDependencies, blockIfWaiting, refuseUnknown } from './task-dependencies.ts';
import { noteHappening } from './task-history.ts';
import { rankOf } from './task-row.ts';

const ulid = monotonicFactory();

/** Accepting tasks: `add` of the port. */
export function addingOn({ engine, write }: OpenShelf): Pick<TaskBook, 'add'> {
  return {
    add: (task) =>
      write(async (tx) => {
        const known = await taskOfKey(tx, task);
        if (known !== undefined) return { id: known.id, created: false };
        const needed = [...new Set(task.dependsOn)];
        await refuseUnknown(tx, needed);
        // Made here, where one writes at a time, so that ids sort as tasks were accepted.
        const id = `t_${ulid()}`;
        await tx
          .insertInto('task')
          .values(rowOfNew(id, task, engine))
          .execute();
        await tx.insertInto('task_text').values({ task: id, text: task.text }).execute();
        await noteHappening(tx, engine, id, 'accepted');
        await addDependencies(tx, id, needed);
        if (needed.length > 0) await blockIfWaiting(tx, id);
        return { id, created: true };
      }),
  };
}

async function taskOfKey(tx: Kysely<Schema>, { project, key }: NewTask) {
  if (key === null) return undefined;
  return await tx
    .selectFrom('task')
    .select('id')
    .where('project', '=', project)
    .where('key', '=', key)
    .executeTakeFirst();
}

function rowOfNew(id: string, task: NewTask, { now }: Engine): InsertObject<Schema, 'task'> {
  return {
    id,
    key: task.key,
    project: task.project,
    priority: rankOf(task.priority),
    depends_on: JSON.stringify(task.dependsOn),
    not_before: task.notBefore,
    state: 'queued',
    start_at: task.notBefore ?? now,
    created_at: now,
  };
}
