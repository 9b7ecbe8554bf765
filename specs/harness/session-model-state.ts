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
  | 'lookingAside'
  | 'asked'
  | 'blocked'
  | 'adopting'
  | 'held'
  | 'moving.awaiting'
  | 'moving.launching'
  | 'moving.delayed'
  | 'moving.ending'
  | 'parked'
  | 'backingOff'
  | 'recreating'
  | 'failed';

/** News of a task, or of trouble with the account, in a word each. */
export type NewsWord =
  | 'troubled'
  | 'confirmed'
  | 'confirmed again'
  | 'completed'
  | 'failed'
  | 'dead'
  | 'returned'
  | 'undelivered'
  | 'cancelled';

export type AccountName = 'first' | 'second';

export interface ModelState {
  readonly where: Where;
  /** An operator has said `hold`, whether or not it has taken hold yet. */
  readonly held: boolean;
  /** The pool has escalated. */
  readonly halted: boolean;
  readonly agent: boolean;
  /** An agent is to be confirmed dead before the next one starts. */
  readonly leaving: boolean;
  /** That one has ended by itself, as was heard. */
  readonly dead: boolean;
  /** It is to make room only if nobody is at work with it. */
  readonly spared: boolean;
  /** It is to end as an operator has asked for it. */
  readonly byOperator: boolean;
  /** A launch has failed since that agent was there: it may have ended it. */
  readonly unsure: boolean;
  /** We have started the agent, and it has not been at its prompt yet. */
  readonly comingUp: boolean;
  readonly crashes: number;
  /** Starts that did not come to their prompt in time. */
  readonly unready: number;
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
  /** Its last trouble with its account: `open` as long as nothing has gone on since. */
  readonly trouble: 'none' | 'open' | 'over';
  readonly account: AccountName;
  /** Where it comes from while it is on its way to `account`. */
  readonly from: AccountName | null;
  /** Its last move, or launch, was refused. */
  readonly refused: boolean;
  /** The move under way leaves an agent alone at which somebody is at work. */
  readonly asks: boolean;
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
  halted: false,
  agent: false,
  leaving: false,
  dead: false,
  spared: false,
  byOperator: false,
  unsure: false,
  comingUp: false,
  crashes: 0,
  unready: 0,
  launchFailures: 0,
  reading: false,
  adoptsAnew: false,
  said: null,
  used: false,
  ...NO_TASK,
  byDeath: false,
  trouble: 'none',
  account: 'first',
  from: null,
  refused: false,
  asks: false,
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
export const isIn =
  (...places: readonly Where[]) =>
  ({ where }: Pick<ModelState, 'where'>) =>
    places.includes(where);
export const isLaunching = isIn('launching', 'relaunching', 'recreating', 'moving.launching');
/** An effect on its agent runs, and says what became of it. */
export const isUnderWay = (state: Pick<ModelState, 'where'>) =>
  isLaunching(state) || state.where === 'moving.ending';
export const isOpen = ({ trouble }: ModelState) => trouble === 'open';

/** An agent of ours, or of an operator, is there. */
export const RUNS = {
  agent: true,
  leaving: false,
  comingUp: false,
  launchFailures: 0,
  said: null,
  given: null,
  unseen: false,
  unsure: false,
  stopped: false,
  from: null,
} as const;
export const NO_AGENT = { agent: false, comingUp: false, said: null, stopped: false } as const;
export const DIES = {
  ...NO_AGENT,
  leaving: true,
  dead: true,
  spared: false,
  byOperator: false,
} as const;
/** Ended by us. */
export const LEAVES = { ...DIES, dead: false, byDeath: false } as const;
export const LEAVES_FOR_TASK = { ...LEAVES, spared: true } as const;
export const LEAVES_FOR_OPERATOR = { ...LEAVES, byOperator: true } as const;

/** What comes next is another turn, or it has gone on. */
export const over: Step = (state) => ({
  ...state,
  trouble: state.trouble === 'open' ? 'over' : state.trouble,
});
/** An operator has it now, under another name. */
export const goesToOperator: Step = inTurn(
  stay({ ...NO_AGENT, leaving: false, byDeath: false, from: null }),
  over,
);

/** It is not on its way any more, and did not get there. */
export const stayOnAccount: Step = (state) => ({
  ...state,
  account: state.from ?? state.account,
  from: null,
});

/** Whether the launch under way brings the task. */
export const carries = ({ starts }: ModelState) => starts !== null;
