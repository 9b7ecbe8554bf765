/** How restarts of one session are counted and paced, written a second time: numbers in, numbers out. */
export interface RestartRules {
  readonly intensity: number;
  readonly periodMs: number;
  readonly initialMs: number;
  readonly maxMs: number;
  readonly stableAfterMs: number;
  /** How long an agent that was started may take to its prompt. */
  readonly startTimeoutMs: number;
}

/** What the model says of a session at the time it was last asked about. */
export interface RestartState {
  /** Times of all deaths since the last reset. */
  readonly deaths: readonly number[];
  /** The same of the starts that never came to their prompt, which have a budget of their own. */
  readonly lates: readonly number[];
  readonly hasFailed: boolean;
  /** Deaths in a row without a stable run between them. */
  readonly inARow: number;
  readonly launches: number;
  /** When the next launch is due; null while an agent lives, or after giving up. */
  readonly dueAt: number | null;
  /** When the living agent first came to its prompt. */
  readonly readyAt: number | null;
  /** When the agent was started that is not at its prompt yet; null = none is waited for. */
  readonly startedAt: number | null;
}

export const NEW_SESSION: RestartState = {
  deaths: [],
  lates: [],
  hasFailed: false,
  inARow: 0,
  launches: 1,
  dueAt: null,
  readyAt: null,
  startedAt: 0,
};

/** The agent lives; null stands for one that does not. */
export function comesUp(state: RestartState, now: number): RestartState {
  if (state.dueAt !== null || state.hasFailed) return state;
  return { ...state, readyAt: state.readyAt ?? now, startedAt: null };
}

export function dies(state: RestartState, now: number, rules: RestartRules): RestartState {
  if (state.dueAt !== null || state.hasFailed) return state;
  const deaths = [...state.deaths, now];
  return isReplaced({ ...state, deaths }, deaths, now, rules);
}

/** An agent was not at its prompt in time. */
function isLate(state: RestartState, now: number, rules: RestartRules): RestartState {
  const lates = [...state.lates, now];
  return isReplaced({ ...state, lates }, lates, now, rules);
}

/** Once more, unless it has happened too often. */
function isReplaced(
  state: RestartState,
  times: readonly number[],
  now: number,
  rules: RestartRules,
): RestartState {
  const hasFailed = times.filter((at) => now - at < rules.periodMs).length > rules.intensity;
  const wasStable = state.readyAt !== null && now - state.readyAt >= rules.stableAfterMs;
  const inARow = wasStable ? 1 : state.inARow + 1;
  const ceiling = Math.min(rules.maxMs, rules.initialMs * 2 ** (inARow - 1));
  // Chance is in the middle in these specs: three quarters of the ceiling.
  const dueAt = hasFailed ? null : now + Math.round(ceiling * 0.75);
  return { ...state, hasFailed, inARow, dueAt, readyAt: null, startedAt: null };
}

/** Time has come to `now`; a launch that was due has happened, and who was waited for is late. */
export function passes(state: RestartState, now: number, rules: RestartRules): RestartState {
  const { dueAt, startedAt, launches } = state;
  if (dueAt !== null && now >= dueAt) {
    return { ...state, dueAt: null, launches: launches + 1, startedAt: now };
  }
  const isOver = startedAt !== null && now - startedAt >= rules.startTimeoutMs;
  return isOver ? isLate(state, now, rules) : state;
}

/** The operator forgives: what was given up or waits is launched at once. */
export function isReset(state: RestartState, now: number): RestartState {
  const forgiven = { ...state, deaths: [], lates: [], hasFailed: false, inARow: 0, dueAt: null };
  if (!state.hasFailed && state.dueAt === null) return forgiven;
  return { ...forgiven, launches: state.launches + 1, startedAt: now };
}

/**
 * Another daemon takes over: what counts is what the store knows. A wait is over with the daemon that waited, and how
 * long an agent has run is not known.
 */
export function daemonIsReplaced(
  state: RestartState,
  now: number,
  { periodMs }: Pick<RestartRules, 'periodMs'>,
): RestartState {
  const inARow = [...state.deaths, ...state.lates].filter((at) => now - at < periodMs).length;
  const isAdopted = state.dueAt === null;
  return {
    ...state,
    launches: isAdopted ? state.launches : state.launches + 1,
    inARow,
    dueAt: null,
    readyAt: null,
    // Of one that was there before, nothing is waited for.
    startedAt: isAdopted ? null : now,
  };
}
