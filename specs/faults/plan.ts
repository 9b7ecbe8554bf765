/** One round, as drawn from its seed: everything that is decided before it begins. */
export interface Plan {
  readonly seed: number;
  /** How many sessions; the first is `ccl-auto-<FIRST_INDEX>`. */
  readonly sessions: number;
  readonly accounts: number;
  readonly strategy: 'priority' | 'spread';
  /** Whose tmux server the pool lives on: its own, or one that an operator uses as well. */
  readonly server: 'own' | 'shared';
  readonly reconcileMs: number;
  /** How long an agent that is asked to end takes to do so. */
  readonly exitMs: number;
  /** How long tasks and faults come; then everything is mended, and the pool has to settle. */
  readonly lengthMs: number;
  readonly tasks: readonly PlannedTask[];
  readonly faults: readonly PlannedFault[];
}

/** What the agent does that is given it. The last one never comes to an answer, and ends dead. */
export type Chore =
  | 'answers'
  | 'works'
  | 'dies once'
  | 'meets a limit'
  | 'leaves a child'
  | 'fails once'
  | 'dies early';

export interface PlannedTask {
  readonly atMs: number;
  readonly chore: Chore;
  readonly workMs: number;
}

/** Something bad, and when it begins, in milliseconds since the pool was first ready. */
export type PlannedFault = Fault & { readonly atMs: number };

/** A slot is counted from 0. What has a duration is undone after it, and at the end of the round at the latest. */
export type Fault =
  | { readonly kind: 'agent killed'; readonly slot: number }
  | { readonly kind: 'agent stopped'; readonly slot: number; readonly forMs: number }
  | { readonly kind: 'session killed'; readonly slot: number }
  | { readonly kind: 'server killed' }
  | { readonly kind: 'server stopped'; readonly forMs: number }
  | { readonly kind: 'server stutters'; readonly forMs: number }
  | { readonly kind: 'tmux fails'; readonly times: number }
  | { readonly kind: 'tmux slow'; readonly forMs: number }
  | { readonly kind: 'daemon killed'; readonly downMs: number }
  | { readonly kind: 'daemon killed at a step'; readonly step: number }
  | { readonly kind: 'daemon ended'; readonly downMs: number }
  | { readonly kind: 'daemon stopped'; readonly forMs: number }
  | { readonly kind: 'disk full'; readonly forMs: number }
  | { readonly kind: 'clock jumps'; readonly byDays: number; readonly forMs: number };

export type FaultKind = Fault['kind'];

/** The index of the first slot. */
export const FIRST_INDEX = 11;

/** A task is given up after so many attempts: more than there are faults in a round that cost one. */
export const MAX_ATTEMPTS = 9;

/** The name of the session in a slot. */
export function sessionIn(slot: number): string {
  return `ccl-auto-${FIRST_INDEX + slot}`;
}

/** Whether the policy lets this task end dead; any other is to be done. */
export function isDoomed({ chore }: Pick<PlannedTask, 'chore'>): boolean {
  return chore === 'dies early';
}

/** A fault in words, for a trace. */
export function inWords(fault: Fault): string {
  const { kind, ...facts } = fault;
  const rest = Object.entries(facts)
    .filter(([name]) => name !== 'atMs')
    .map(([name, value]) => (name === 'slot' ? sessionIn(value) : `${name} ${value}`));
  return [kind, ...rest].join(', ');
}
