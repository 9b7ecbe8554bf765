/** How restarts of one session are counted and paced, written a second time: numbers in, numbers out. */
export interface RestartRules {
  readonly intensity: number;
  readonly periodMs: number;
  readonly initialMs: number;
  readonly maxMs: number;
  readonly stableAfterMs: number;
}

/** What the model says of a session at the time it was last asked about. */
export interface RestartState {
  /** Times of all deaths since the last reset. */
  readonly deaths: readonly number[];
  readonly hasFailed: boolean;
  /** Deaths in a row without a stable run between them. */
  readonly inARow: number;
  readonly launches: number;
  /** When the next launch is due; null while an agent lives, or after giving up. */
  readonly dueAt: number | null;
  /** When the living agent first came to its prompt. */
  readonly readyAt: number | null;
}

export const NEW_SESSION: RestartState = {
  deaths: [],
  hasFailed: false,
  inARow: 0,
  launches: 1,
  dueAt: null,
  readyAt: null,
};

/** The agent lives; null stands for one that does not. */
export function comesUp(state: RestartState, now: number): RestartState {
  if (state.dueAt !== null || state.hasFailed) return state;
  return { ...state, readyAt: state.readyAt ?? now };
}

export function dies(state: RestartState, now: number, rules: RestartRules): RestartState {
  if (state.dueAt !== null || state.hasFailed) return state;
  const deaths = [...state.deaths, now];
  const hasFailed = deaths.filter((at) => now - at < rules.periodMs).length > rules.intensity;
  const wasStable = state.readyAt !== null && now - state.readyAt >= rules.stableAfterMs;
  const inARow = wasStable ? 1 : state.inARow + 1;
  const ceiling = Math.min(rules.maxMs, rules.initialMs * 2 ** (inARow - 1));
  // Chance is in the middle in these specs: three quarters of the ceiling.
  const dueAt = hasFailed ? null : now + Math.round(ceiling * 0.75);
  return { ...state, deaths, hasFailed, inARow, dueAt, readyAt: null };
}

/** Time has come to `now`; a launch that was due has happened. */
export function passes(state: RestartState, now: number): RestartState {
  if (state.dueAt === null || now < state.dueAt) return state;
  return { ...state, dueAt: null, launches: state.launches + 1 };
}

/** The operator forgives: what was given up or waits is launched at once. */
export function isReset(state: RestartState): RestartState {
  const launches = state.hasFailed || state.dueAt !== null ? state.launches + 1 : state.launches;
  return { ...state, deaths: [], hasFailed: false, inARow: 0, dueAt: null, launches };
}
