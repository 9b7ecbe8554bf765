/**
 * What a session machine should do, written down a second time and without XState. Here: what the
 * model knows of a session. Time is an event; the restart window is left out (a property of its own has it).
 */
export type Where =
  | 'launching'
  | 'delayed'
  | 'booting'
  | 'ready'
  | 'relaunching'
  | 'arriving'
  | 'pasting'
  | 'coming'
  | 'atPrompt'
  | 'looking'
  | 'pressing'
  | 'running'
  | 'lingering'
  | 'settling'
  | 'lookingBack'
  | 'waiting'
  | 'blocked'
  | 'adopting'
  | 'held'
  | 'backingOff'
  | 'recreating'
  | 'failed';

/** News of a task, in a word each. */
export type NewsWord =
  | 'confirmed'
  | 'confirmed again'
  | 'completed'
  | 'failed'
  | 'dead'
  | 'returned'
  | 'undelivered'
  | 'cancelled';

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
  /** The status file of an agent that comes up is being looked at. */
  readonly reading: boolean;
  /** The adoption under way is to be followed by a restart. */
  readonly adoptsAnew: boolean;
  /** The last word of its agent. */
  readonly said: 'idle' | 'busy' | 'shell' | 'waiting' | null;
  /** Its conversation has a transcript. */
  readonly used: boolean;
  readonly task: 'none' | 'unconfirmed' | 'confirmed';
  /** The task has a conversation; `here`: it is the one of the session. */
  readonly begun: boolean;
  readonly here: boolean;
  readonly attempts: number;
  readonly counts: boolean;
  readonly mayHave: boolean;
  /** A launch that failed may have left an agent that nobody has seen. */
  readonly unseen: boolean;
  /** The turn of the task is over but for what it left running. */
  readonly stopped: boolean;
  readonly given: 'argument' | 'paste' | null;
  readonly presses: number;
  readonly parting: NewsWord | null;
  /** An agent ended by itself last: what it had counts as tried. */
  readonly byDeath: boolean;
  /** In which conversation the launch under way is to start the task; null = it is not to. */
  readonly starts: 'resumed' | 'new' | 'same' | null;
  /** What was told in the last step. */
  readonly news: readonly NewsWord[];
}

export const NO_TASK = {
  task: 'none',
  begun: false,
  here: false,
  attempts: 0,
  counts: true,
  mayHave: false,
  unseen: false,
  stopped: false,
  given: null,
  presses: 0,
  parting: null,
} as const satisfies Partial<ModelState>;

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
  said: null,
  used: false,
  ...NO_TASK,
  byDeath: false,
  starts: null,
  news: [],
};

/** Restarts, and launch failures in a row, that are allowed. */
export const INTENSITY = 1;
/** Attempts after which a task whose agent dies is dead. */
export const MAX_ATTEMPTS = 1;

export type Step = (state: ModelState) => ModelState;

export const stay = (more: Partial<ModelState>): Step => {
  return (state) => ({ ...state, ...more });
};

export const either = (
  condition: (state: ModelState) => boolean,
  then: Step,
  otherwise: Step,
): Step => {
  return (state) => (condition(state) ? then(state) : otherwise(state));
};

export const inTurn = (...steps: readonly Step[]): Step => {
  return (state) => steps.reduce((before, step) => step(before), state);
};

export const isHeld = ({ held }: ModelState) => held;
export const holdsTask = ({ task }: ModelState) => task !== 'none';
export const isLaunching = ({ where }: ModelState) =>
  where === 'launching' || where === 'relaunching' || where === 'recreating';

/** An agent of ours, or of an operator, is there. */
export const RUNS = {
  agent: true,
  leaving: false,
  comingUp: false,
  launchFailures: 0,
  said: null,
  given: null,
  unseen: false,
  stopped: false,
} as const;
const NO_AGENT = { agent: false, comingUp: false, said: null, stopped: false } as const;
export const DIES = { ...NO_AGENT, leaving: true } as const;
/** Ended by us. */
export const LEAVES = { ...DIES, byDeath: false } as const;
export const RENAMED = { ...NO_AGENT, leaving: false, byDeath: false } as const;

/** Whether the launch under way brings the task. */
export const carries = ({ starts }: ModelState) => starts !== null;
