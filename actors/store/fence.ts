import type { Kysely } from 'kysely';
import { FailoverError } from '../../config/errors.ts';
import type { Schema } from './schema.ts';

/** A daemon's proof that it is the newest one of its sessions: `value` grows by one at each start. */
export interface Fence {
  readonly key: string;
  readonly value: number;
}

/** Takes the next number; from now on every older holder of the key is refused. */
export async function takeFence(tx: Kysely<Schema>, key: string): Promise<Fence> {
  const { value } = await tx
    .insertInto('fence')
    .values({ key, value: 1 })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((expression) => ({ value: expression('fence.value', '+', 1) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return { key, value };
}

/** Throws `CONFLICT` when a newer daemon has taken the fence. Call it inside the write's transaction. */
export async function refuseWhenFencedOff(tx: Kysely<Schema>, fence: Fence): Promise<void> {
  const newest = await tx
    .selectFrom('fence')
    .select('value')
    .where('key', '=', fence.key)
    .executeTakeFirst();
  if (newest?.value === fence.value) return;
  throw new FailoverError(
    'CONFLICT',
    'a newer daemon has taken over these sessions; this one must not write any more: stop it',
    { fenceKey: fence.key, fence: fence.value, newest: newest?.value ?? null },
  );
}
