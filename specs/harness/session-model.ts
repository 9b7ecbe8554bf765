/**
 * What a session machine should do, written down a second time and without XState: states, events
 * and a pure step. Time is an event; the restart window is left out (a property of its own has it).
 */
export type Where =
  | 'launching'
  | 'delayed'
  | 'booting'
  | 'ready'
  | 'running'
  | 'waiting'
  | 'blocked'
  | 'adopting'
  | 'held'
  | 'backingOff'
  | 'recreating'
  | 'failed';

export interface ModelState {
  readonly where: Where;
  /** An operator has said `hold`, whether or not it has taken hold yet. */
  readonly held: boolean;
  readonly agent: boolean;
  /** An agent is to be confirmed dead before the next one starts. */
  readonly leaving: boolean;
  /** We have started the agent, and it has not been at its prompt yet. */
  readonly comingUp: boolean;
  readonly crashes: number;
  readonly launchFailures: number;
  /** The status file of a booting agent is being looked at. */
  readonly reading: boolean;
  /** The adoption under way is to be followed by a restart. */
  readonly adoptsAnew: boolean;
}

export const FIRST_STATE: ModelState = {
  where: 'launching',
  held: false,
  agent: false,
  leaving: false,
  comingUp: false,
  crashes: 0,
  launchFailures: 0,
  reading: false,
  adoptsAnew: false,
};

type Says = 'says idle' | 'says busy' | 'says waiting' | 'says shell';
const SAYS = {
  'says idle': 'ready',
  'says busy': 'running',
  'says waiting': 'waiting',
  'says shell': 'running',
} as const satisfies Record<Says, Where>;

/** Restarts, and launch failures in a row, that are allowed. */
export const INTENSITY = 1;

type Step = (state: ModelState) => ModelState;
type Steps = { readonly [E in ModelEvent]?: Step };

const go = (where: Where, more: Partial<ModelState> = {}): Step => {
  return (state) => ({ ...state, where, reading: where === 'booting', adoptsAnew: false, ...more });
};
const stay = (more: Partial<ModelState>): Step => {
  return (state) => ({ ...state, ...more });
};
const either = (condition: (state: ModelState) => boolean, then: Step, otherwise: Step): Step => {
  return (state) => (condition(state) ? then(state) : otherwise(state));
};
const isHeld = ({ held }: ModelState) => held;

const RUNS = { agent: true, leaving: false, comingUp: false, launchFailures: 0 } as const;
const COMES_UP = { ...RUNS, comingUp: true } as const;
const LEAVES = { agent: false, leaving: true, comingUp: false } as const;
const RENAMED = { agent: false, leaving: false, comingUp: false } as const;
const SPEAKS = { comingUp: false } as const;
const FORGIVEN = { crashes: 0, launchFailures: 0 } as const;

const EVERYWHERE: Steps = {
  hold: stay({ held: true }),
  release: stay({ held: false }),
  reset: stay(FORGIVEN),
};

const crash: Step = (state) => {
  const crashes = state.crashes + 1;
  return go(crashes > INTENSITY ? 'failed' : 'backingOff', { ...LEAVES, crashes })(state);
};
const cannotRun: Step = (state) => ({ ...crash(state), where: 'failed' });

const WITH_AGENT: Steps = {
  hold: go('held', { held: true }),
  restart: go('launching', LEAVES),
  'another is found': go('booting', RUNS),
  'is renamed': go('launching', RENAMED),
  dies: crash,
  'is not found': either(({ comingUp }) => comingUp, cannotRun, crash),
  'says idle': go(SAYS['says idle'], SPEAKS),
  'says busy': go(SAYS['says busy'], SPEAKS),
  'says waiting': go(SAYS['says waiting'], SPEAKS),
  'says shell': go(SAYS['says shell'], SPEAKS),
};

const afterLaunch = (retry: Where): Steps => ({
  'launch succeeds': either(isHeld, go('held', COMES_UP), go('booting', COMES_UP)),
  'launch fails': (state) => {
    if (state.launchFailures >= INTENSITY) return go('failed')(state);
    return go(state.held ? 'held' : retry, { launchFailures: state.launchFailures + 1 })(state);
  },
  'name is taken': go('blocked', { agent: false }),
  'session was renamed': go('launching', RENAMED),
  'launch is hopeless': go('failed'),
});

const BLOCKED: Steps = {
  'slot is freed': either(isHeld, go('held'), go('launching')),
  'another is found': either(isHeld, go('held', RUNS), go('booting', RUNS)),
  'the leaving one is found': either(isHeld, go('held', RUNS), go('booting', RUNS)),
};

const WAITS: Steps = {
  hold: go('held', { held: true }),
  reset: go('launching', FORGIVEN),
  'another is found': go('booting', RUNS),
};

const STEPS: { readonly [W in Where]: Steps } = {
  launching: afterLaunch('delayed'),
  delayed: { ...WAITS, restart: go('launching'), 'wait elapses': go('launching') },
  booting: {
    ...WITH_AGENT,
    'start times out': either(({ comingUp }) => comingUp, crash, stay({})),
    'file says idle': go('ready', SPEAKS),
    'file says nothing': stay({ reading: false }),
    'file is unreadable': stay({ reading: false }),
  },
  ready: WITH_AGENT,
  running: WITH_AGENT,
  waiting: WITH_AGENT,
  blocked: {
    ...BLOCKED,
    adopt: go('adopting'),
    'adopt --restart': go('adopting', { adoptsAnew: true }),
  },
  adopting: {
    ...BLOCKED,
    'adoption succeeds': either(
      ({ adoptsAnew }) => adoptsAnew,
      go('launching', { launchFailures: 0, ...LEAVES }),
      either(isHeld, go('held', RUNS), go('booting', RUNS)),
    ),
    'adoption is refused': go('blocked'),
  },
  held: {
    release: either(
      ({ agent }) => agent,
      go('booting', { held: false }),
      go('launching', { held: false }),
    ),
    'says idle': stay(SPEAKS),
    'says busy': stay(SPEAKS),
    'says waiting': stay(SPEAKS),
    'says shell': stay(SPEAKS),
    dies: stay(LEAVES),
    'is not found': stay(LEAVES),
    'another is found': stay(RUNS),
    'the leaving one is found': stay(RUNS),
    'is renamed': stay(RENAMED),
  },
  backingOff: { ...WAITS, restart: go('recreating'), 'wait elapses': go('recreating') },
  recreating: afterLaunch('backingOff'),
  failed: {
    reset: either(isHeld, go('held', FORGIVEN), go('launching', FORGIVEN)),
  },
};

/** Everything that can happen to a session, in words. */
export const MODEL_EVENTS = [
  'says idle',
  'says busy',
  'says waiting',
  'says shell',
  'another says busy',
  'dies',
  'is not found',
  'an earlier one dies',
  'another is found',
  'the same is found',
  'the leaving one is found',
  'is renamed',
  'an earlier one is renamed',
  'slot is freed',
  'hold',
  'release',
  'restart',
  'reset',
  'adopt',
  'adopt --restart',
  'launch succeeds',
  'launch fails',
  'name is taken',
  'session was renamed',
  'launch is hopeless',
  'adoption succeeds',
  'adoption is refused',
  'file says idle',
  'file says nothing',
  'file is unreadable',
  'wait elapses',
  'start times out',
] as const;
export type ModelEvent = (typeof MODEL_EVENTS)[number];

const launches = ({ where }: ModelState) => where === 'launching' || where === 'recreating';
const hasAgent = ({ agent }: ModelState) => agent;
const isAdopting = ({ where }: ModelState) => where === 'adopting';
const isReading = ({ reading }: ModelState) => reading;

const NEEDS: { readonly [E in ModelEvent]?: (state: ModelState) => boolean } = {
  'says idle': hasAgent,
  'says busy': hasAgent,
  'says waiting': hasAgent,
  'says shell': hasAgent,
  dies: hasAgent,
  'is not found': hasAgent,
  'the same is found': hasAgent,
  'the leaving one is found': ({ leaving }) => leaving,
  'is renamed': hasAgent,
  'launch succeeds': launches,
  'launch fails': launches,
  'name is taken': launches,
  'session was renamed': launches,
  'launch is hopeless': launches,
  'adoption succeeds': isAdopting,
  'adoption is refused': isAdopting,
  'file says idle': isReading,
  'file says nothing': isReading,
  'file is unreadable': isReading,
  'wait elapses': ({ where }) => where === 'delayed' || where === 'backingOff',
  'start times out': ({ where }) => where === 'booting',
};

/** Whether the event can happen at all in this state: an effect must be under way to end. */
export function isPossible(state: ModelState, event: ModelEvent): boolean {
  return NEEDS[event]?.(state) ?? true;
}

/** The state that follows; the same one when the event changes nothing. */
export function nextState(state: ModelState, event: ModelEvent): ModelState {
  const step = STEPS[state.where][event] ?? EVERYWHERE[event];
  return step ? step(state) : state;
}
