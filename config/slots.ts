import type { AutonomousPool, Config } from './types.ts';

/** One place in the pool: the name a session must have and what is meant to run there. */
export interface Slot {
  readonly name: string;
  readonly kind: 'autonomous' | 'dedicated';
  /** null for dedicated sessions. */
  readonly index: number | null;
  readonly workdir: string;
  /** The account a dedicated session is bound to; null = any. */
  readonly account: string | null;
}

/** The one function that makes a name of the pool (a missing dash once made a pool look for itself in vain). */
export function sessionName(pool: Pick<AutonomousPool, 'prefix'>, index: number): string {
  return `${pool.prefix}${index}`;
}

/** Every slot of the config: indexes of [start_index, start_index + max) lowest first, then dedicated ones. */
export function slotsOf(config: Pick<Config, 'pool'>): readonly Slot[] {
  const { autonomous, dedicated } = config.pool;
  const indexes = Array.from({ length: autonomous.max }, (_, i) => autonomous.startIndex + i);
  return [
    ...indexes.map((index) => ({
      name: sessionName(autonomous, index),
      kind: 'autonomous' as const,
      index,
      workdir: autonomous.workdir,
      account: null,
    })),
    ...dedicated.map(({ name, project, account }) => ({
      name,
      kind: 'dedicated' as const,
      index: null,
      workdir: project,
      account,
    })),
  ];
}
