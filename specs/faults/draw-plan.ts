import { type Chance, createChance } from '../bench/chance.ts';
import { type Chore, type Fault, type FaultKind, MAX_ATTEMPTS, type Plan } from './plan.ts';

/** How often a kind of fault is drawn, beside the others. */
const FAULTS: readonly (readonly [FaultKind, number])[] = [
  ['agent killed', 5],
  ['agent stopped', 2],
  ['session killed', 2],
  ['server killed', 2],
  ['server stopped', 2],
  ['server stutters', 1],
  ['tmux fails', 2],
  ['tmux slow', 1],
  ['daemon killed', 2],
  ['daemon killed at a step', 6],
  ['daemon ended', 1],
  ['daemon stopped', 1],
  ['disk full', 1],
  ['clock jumps', 2],
];

const CHORES: readonly (readonly [Chore, number])[] = [
  ['answers', 4],
  ['works', 6],
  ['dies once', 2],
  ['meets a limit', 2],
  ['leaves a child', 2],
  ['fails once', 2],
  ['dies early', 1],
];

/** Each of these may cost a running task an attempt. */
const COSTLY: readonly FaultKind[] = ['agent killed', 'session killed', 'server killed'];

/** What is missing on a server that an operator uses as well: it is not ours to kill. */
const OWN_ONLY: readonly FaultKind[] = ['server killed'];

/** Draws a round. The same seed gives the same plan, on every machine. */
export function drawPlan(seed: number): Plan {
  const chance = createChance(seed);
  const sessions = between(chance, 3, 6);
  const server = chance.below(3) < 1 ? 'shared' : 'own';
  const lengthMs = between(chance, 5000, 9000);
  return {
    seed,
    sessions,
    server,
    lengthMs,
    accounts: between(chance, 2, 3),
    strategy: chance.below(2) < 1 ? 'priority' : 'spread',
    reconcileMs: one(chance, [1000, 5000, 15_000]),
    exitMs: one(chance, [0, 300, 1500]),
    tasks: many(between(chance, 3, 8), () => ({
      atMs: between(chance, 0, lengthMs),
      chore: weighted(chance, CHORES),
      workMs: between(chance, 100, 2500),
    })),
    faults: withinBudget(
      many(between(chance, 4, 10), () => ({
        atMs: between(chance, 0, lengthMs),
        ...drawFault(chance, { sessions, server }),
      })),
    ),
  };
}

type Setting = Pick<Plan, 'sessions' | 'server'>;

function drawFault(chance: Chance, { sessions, server }: Setting): Fault {
  const kinds = FAULTS.filter(([kind]) => server === 'own' || !OWN_ONLY.includes(kind));
  return faultOf(weighted(chance, kinds), chance, sessions);
}

function faultOf(kind: FaultKind, chance: Chance, sessions: number): Fault {
  const slot = () => between(chance, 0, sessions - 1);
  switch (kind) {
    case 'agent killed':
    case 'session killed':
      return { kind, slot: slot() };
    case 'agent stopped':
      return { kind, slot: slot(), forMs: between(chance, 200, 4000) };
    case 'server killed':
      return { kind };
    case 'tmux fails':
      return { kind, times: between(chance, 1, 4) };
    case 'daemon killed at a step':
      return { kind, step: between(chance, 1, 30) };
    case 'daemon killed':
    case 'daemon ended':
      return { kind, downMs: between(chance, 0, 1500) };
    case 'clock jumps':
      return { kind, byDays: one(chance, [-1, 1]), forMs: between(chance, 500, 5000) };
    default:
      return { kind, forMs: between(chance, 500, 5000) };
  }
}

/** In the order of their times; of those that cost a task an attempt, fewer than make it dead. */
function withinBudget<F extends { readonly kind: FaultKind; readonly atMs: number }>(
  faults: readonly F[],
): readonly F[] {
  let costs = 0;
  return faults
    .toSorted((first, second) => first.atMs - second.atMs)
    .filter(({ kind }) => {
      if (COSTLY.includes(kind)) costs += 1;
      return !COSTLY.includes(kind) || costs < MAX_ATTEMPTS - 1;
    });
}

function many<T>(count: number, draw: () => T): readonly T[] {
  return Array.from({ length: count }, draw);
}

/** A whole number, both ends included. */
function between(chance: Chance, least: number, most: number): number {
  return least + Math.floor(chance.below(most - least + 1));
}

function one<T>(chance: Chance, items: readonly [T, ...T[]]): T {
  return chance.pick(items, 1)[0] ?? items[0];
}

function weighted<T>(chance: Chance, items: readonly (readonly [T, number])[]): T {
  const total = items.reduce((sum, [, weight]) => sum + weight, 0);
  let left = chance.below(total);
  for (const [item, weight] of items) {
    left -= weight;
    if (left < 0) return item;
  }
  throw new Error('nothing to draw from');
}
