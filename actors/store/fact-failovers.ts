import { type Kysely, sql } from 'kysely';
import type { PastFailover } from '../../machines/failovers.ts';
import type { FactStore } from '../../machines/ports.ts';
import { failoverOfRow, rowOfFailover } from './failover-row.ts';
import type { Schema } from './schema.ts';
import type { FactShelf } from './shelf.ts';

/** Per session, of those that have ended: for a person who asks what became of it. */
const ENDED_KEPT = 50;

/**
 * The journal of failovers: `saveFailover`, `openFailovers` and `pastFailovers` of the port. A second open one of a
 * session is refused, by the table itself: the first one has to be ended before.
 */
export function failoversOn({
  engine,
  scope,
  write,
}: FactShelf): Pick<FactStore, 'saveFailover' | 'openFailovers' | 'pastFailovers'> {
  return {
    saveFailover: (facts) =>
      write(async (tx) => {
        const row = { scope, ...rowOfFailover(facts) };
        await tx
          .insertInto('failover')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
        if (facts.endedAt !== null) await keepNewestEnded(tx, scope, facts.session);
      }),

    openFailovers: async () => {
      const oldestFirst = await engine.db
        .selectFrom('failover')
        .selectAll()
        .where('scope', '=', scope)
        .where('ended_at', 'is', null)
        .orderBy('seq')
        .execute();
      return oldestFirst.map(failoverOfRow);
    },

    pastFailovers: async () => {
      const { rows } = await sql<PastRow>`select session, max(ended_at) as endedAt,
        max(case when step = 'completed' and to_account <> from_account then ended_at end) as movedAt
        from failover where scope = ${scope} and ended_at is not null group by session`.execute(
        engine.db,
      );
      return new Map(rows.map(({ session, ...past }) => [session, past]));
    },
  };
}

interface PastRow extends PastFailover {
  readonly session: string;
}

/** One at a time is open, so the order in which they began is the order in which they ended. */
async function keepNewestEnded(tx: Kysely<Schema>, scope: string, session: string): Promise<void> {
  const ended = sql`from failover where scope = ${scope} and session = ${session}
    and ended_at is not null`;
  await sql`delete ${ended} and seq <= (
    select seq ${ended} order by seq desc limit 1 offset ${ENDED_KEPT})`.execute(tx);
}
