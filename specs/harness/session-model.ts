/** The model of a session: a pure step for each event in each state. */
import type { ModelEvent } from './session-model-events.ts';
import {
  leaveIfStuck,
  letGoAfterLaunch,
  MOVING,
  move,
  moveFromRest,
  refuse,
  staysOnAccount,
} from './session-model-moves.ts';
import {
  carries,
  DIES as ENDED,
  either,
  goesToOperator,
  holdsTask,
  INTENSITY,
  inTurn,
  isHeld,
  isLaunching,
  isUnderWay,
  LEAVES_FOR_OPERATOR,
  type ModelState,
  over,
  RUNS,
  type Step,
  stay,
  type Where,
} from './session-model-state.ts';
import {
  choose,
  DELIVERY,
  drop,
  end,
  FRESH,
  getIntoTrouble,
  go,
  goAway,
  goUnlessHeld,
  isAtRest,
  isPrompted,
  lastHolderGoes,
  launched,
  loseAgent,
  part,
  partWays,
  partWithAgent,
  startNothing,
  staysForPerson,
  take,
  whereItIs,
} from './session-model-tasks.ts';

type Steps = { readonly [E in ModelEvent]?: Step };
type Word = 'idle' | 'busy' | 'shell' | 'waiting';

/** Whoever is to end is to be replaced. */
const BY_OPERATOR = { byDeath: false, spared: false, byOperator: true } as const;
const FORGIVEN = { crashes: 0, unready: 0, launchFailures: 0 } as const;
const isComingUp = ({ comingUp }: ModelState) => comingUp;

const whileUnderWay = (then: Step, otherwise: Step): Step => either(isUnderWay, then, otherwise);
const isConfirmed = ({ task, parting }: ModelState) => task === 'confirmed' && parting === null;

/** Its turn is over but for what it left running. */
const leaveWork: Step = inTurn(
  stay({ stopped: true }),
  either(({ where }) => where === 'settling', go('lingering'), stay({})),
);

/** Heard wherever a state says nothing more particular. */
const EVERYWHERE: Steps = {
  'pool escalates': stay({ halted: true }),
  'pool goes on': stay({ halted: false }),
  hold: stay({ held: true }),
  release: stay({ held: false }),
  reset: stay(FORGIVEN),
  'turn goes on': whileUnderWay(stay({}), either(isConfirmed, inTurn(leaveWork, over), over)),
  'turn hits a limit': getIntoTrouble,
  'is prompted': inTurn(isPrompted, over),
  'another is prompted': over,
  'turn ends': whileUnderWay(stay({}), either(isConfirmed, end, over)),
  'another is assigned': (state) => ({ ...state, news: [...state.news, 'returned'] }),
  'is cancelled': either(
    holdsTask,
    inTurn(part('cancelled'), whileUnderWay(stay({}), partWays)),
    stay({}),
  ),
};

interface End {
  /** tmux has reaped it; of any other it is not known whether it lives on. */
  readonly reaped: boolean;
  /** What its exit code says is missing; heard of an agent that has not been at its prompt yet. */
  readonly missing: 'program' | 'directory' | null;
  /** What it counts as. */
  readonly as?: 'crashes' | 'unready';
}

const crash = ({ reaped, missing, as = 'crashes' }: End): Step => {
  return (state) => {
    const lacks = state.comingUp ? missing : null;
    const isTasks = lacks === 'directory' && state.task !== 'none' && state.parting === null;
    const count = state[as] + 1;
    const next = inTurn(
      loseAgent(reaped, isTasks),
      stay({ ...ENDED, [as]: count, byDeath: true }),
      partWays,
    )(state);
    if (lacks !== null && !isTasks) return go('failed')(next);
    return count > INTENSITY ? failTooOften(next) : go('backingOff')(next);
  };
};

/** What makes a session fail is suspect when no agent ever took it. */
const failTooOften: Step = (state) => {
  const isSuspect = state.task === 'unconfirmed' && !state.mayHave && state.parting === null;
  return inTurn(isSuspect ? inTurn(drop('undelivered'), FRESH) : stay({}), go('failed'))(state);
};

const DIES: Steps = {
  dies: crash({ reaped: true, missing: null }),
  vanishes: crash({ reaped: false, missing: null }),
  'has no program': crash({ reaped: true, missing: 'program' }),
  'has no directory': crash({ reaped: true, missing: 'directory' }),
};
const isLate = crash({ reaped: false, missing: null, as: 'unready' });
/** Its agent is replaced, unless nothing may be launched. */
const standStill: Step = either(
  (state) => holdsTask(state) && state.parting === null && !state.halted,
  crash({ reaped: false, missing: null }),
  stay({}),
);

/** It may be the agent of a launch whose answer was lost. */
const foundIn: Step = (state) => ({ ...state, ...RUNS, mayHave: state.task !== 'none' });
const find: Step = inTurn(foundIn, (state) => goUnlessHeld('booting')(state));
const findAnother: Step = inTurn(over, find);

const WITH_AGENT: Steps = {
  ...DIES,
  hold: go('held', { held: true }),
  restart: go('launching', LEAVES_FOR_OPERATOR),
  'another is found': findAnother,
  'is renamed': inTurn(goAway, FRESH, goesToOperator, go('launching')),
  'is cancelled': either(holdsTask, inTurn(part('cancelled'), partWithAgent), stay({})),
};

/** What runs in the background has woken it, or a person has. */
const goesOn = (word: Word, before: ModelState['said']) =>
  word === 'waiting' || (word === 'busy' && isAtRest(before));
const goesOnByItself = (word: Word, before: ModelState['said']) =>
  word === 'busy' && (before === 'waiting' || isAtRest(before));
const hear = (said: Word): Step => {
  return (state) => ({
    ...(goesOnByItself(said, state.said) ? over(state) : state),
    said,
    comingUp: false,
    stopped: state.stopped && !goesOn(said, state.said),
  });
};
/** The agent goes on in another conversation; a task that had begun in the one before stays there. */
const leave: Step = inTurn(
  either(isConfirmed, drop('returned'), stay({})),
  stay({ used: false, here: false }),
);

const says = (then: (word: Word) => Step): Steps => ({
  'says idle': then('idle'),
  'says busy': then('busy'),
  'says shell': then('shell'),
  'says waiting': then('waiting'),
  'leaves, idle': inTurn(leave, then('idle')),
});
const NOTES = says(hear);

const inTurnOf = (word: Word): Step => {
  const heard = hear(word);
  if (word === 'idle') return inTurn(heard, either(holdsTask, go('settling'), go('ready')));
  if (word === 'shell') return inTurn(heard, either(holdsTask, go('running'), go('ready')));
  return inTurn(heard, go(word === 'waiting' ? 'waiting' : 'running'));
};
const saidSo =
  (word: Word) =>
  ({ said, task }: ModelState) =>
    said === word && task !== 'none';
/** An agent at rest that says so again is no news. */
const atRest = (word: Word): Step =>
  isAtRest(word) ? either(saidSo(word), stay({}), inTurnOf(word)) : inTurnOf(word);

/** So is no dialog that it says again; another word may be how its turn ended. */
const asksOn = (word: Word): Step =>
  word === 'busy' ? inTurnOf(word) : either(saidSo(word), hear(word), inTurnOf(word));

const ENDS: Steps = { 'turn ends': either(isConfirmed, inTurn(end, go('ready')), over) };
const AT_WORK: Steps = { ...WITH_AGENT, ...ENDS, 'is moved': moveFromRest };
const ASKS: Steps = {
  ...AT_WORK,
  ...says(asksOn),
  'nobody answers': either(
    ({ stopped }) => stopped,
    inTurn(end, go('ready')),
    either(holdsTask, inTurn(part('failed'), partWithAgent), stay({})),
  ),
};
const LOOKS_BACK: Steps = {
  'look shows nothing': go('asked'),
  'look shows the prompt': go('asked'),
  'look shows the end': inTurn(end, go('ready')),
  'look shows a limit': getIntoTrouble,
  'look shows the known limit': go('asked'),
};
const DELIVERING: Steps = {
  ...WITH_AGENT,
  ...NOTES,
  'is prompted': inTurn(isPrompted, go('running')),
};

const fail = (retry: Where): Step => {
  return (state) => {
    const isUnseen = carries(state) ? { mayHave: true, unseen: true } : {};
    const noted = inTurn(stay({ ...isUnseen, unsure: true }), letGoAfterLaunch);
    if (state.launchFailures >= INTENSITY) return inTurn(noted, go('failed'))(state);
    const launchFailures = state.launchFailures + 1;
    return inTurn(noted, go(state.held ? 'held' : retry, { launchFailures }))(state);
  };
};
const cannotLaunch: Step = inTurn(startNothing, letGoAfterLaunch, go('failed', { unsure: true }));

const afterLaunch = (retry: Where): Steps => ({
  'launch succeeds': launched('argument'),
  'launch succeeds, to paste': launched('paste'),
  'launch finds an agent': launched('found'),
  'launch finds the end': launched('ended'),
  'launch finds a limit': launched('limit'),
  'launch fails': fail(retry),
  'account is refused': refuse,
  'name is taken': inTurn(
    letGoAfterLaunch,
    stay({ agent: false, said: null, stopped: false }),
    go('blocked'),
  ),
  'session was renamed': inTurn(goAway, FRESH, goesToOperator, go('launching')),
  'launch is hopeless': cannotLaunch,
  'a person is there': staysForPerson,
  'directory is missing': either(
    carries,
    inTurn(part('dead'), partWays, either(isHeld, go('held'), go('launching'))),
    cannotLaunch,
  ),
});

const letGoAtOnce: Step = either(holdsTask, inTurn(drop('cancelled'), FRESH), stay({}));

const BLOCKED: Steps = {
  'slot is freed': either(isHeld, go('held'), go('launching')),
  'another is found': findAnother,
  'the leaving one is found': find,
  'is cancelled': letGoAtOnce,
};

const WAITS: Steps = {
  hold: go('held', { held: true }),
  reset: go('launching', { ...FORGIVEN, ...BY_OPERATOR }),
  'another is found': findAnother,
};

const giveBackAtAdoption: Step = (state) =>
  inTurn(drop(state.parting ?? 'returned'), over, stay(RUNS))(state);

const STEPS: { readonly [W in Where]: Steps } = {
  launching: afterLaunch('delayed'),
  relaunching: afterLaunch('delayed'),
  delayed: {
    ...WAITS,
    restart: go('launching', BY_OPERATOR),
    'pool goes on': go('launching', { halted: false }),
    'wait elapses': go('launching'),
  },
  booting: {
    ...WITH_AGENT,
    ...says((word) =>
      inTurn(
        hear(word),
        either(({ task }) => task === 'unconfirmed', go('coming'), inTurnOf(word)),
      ),
    ),
    'start times out': either(
      isComingUp,
      isLate,
      either(({ task }) => task === 'unconfirmed', go('looking'), stay({})),
    ),
  },
  ready: {
    ...WITH_AGENT,
    ...says(inTurnOf),
    'is moved': move,
    'is assigned': take(false),
    'is assigned its own': take(true),
  },
  arriving: {
    ...DELIVERING,
    ...says((word) => inTurn(hear(word), isAtRest(word) ? choose : stay({}))),
    'start times out': either(isComingUp, isLate, inTurn(drop('undelivered'), whereItIs)),
  },
  pasting: { ...DELIVERING, ...DELIVERY },
  coming: {
    ...DELIVERING,
    ...says((word) => inTurn(hear(word), go('atPrompt'))),
    'start times out': either(isComingUp, isLate, go('looking')),
  },
  atPrompt: { ...DELIVERING, 'confirm times out': go('looking') },
  looking: { ...DELIVERING, ...DELIVERY },
  pressing: { ...DELIVERING, ...DELIVERY },
  running: { ...AT_WORK, ...says(inTurnOf), 'nothing moves': standStill },
  lingering: {
    ...AT_WORK,
    ...says(atRest),
    'nobody answers': either(({ stopped }) => stopped, inTurn(end, go('ready')), go('lookingBack')),
  },
  settling: { ...AT_WORK, ...says(atRest), 'settle time elapses': go('lookingBack') },
  lookingBack: { ...AT_WORK, ...says(atRest), ...LOOKS_BACK, 'look fails': go('settling') },
  waiting: { ...ASKS, 'settle time elapses': either(holdsTask, go('lookingAside'), stay({})) },
  lookingAside: { ...ASKS, ...LOOKS_BACK, 'look fails': go('waiting') },
  asked: ASKS,
  blocked: {
    ...BLOCKED,
    adopt: go('adopting'),
    'the holder is gone': lastHolderGoes,
    'adopt --restart': inTurn(go('adopting'), stay({ adoptsAnew: true })),
  },
  adopting: {
    ...BLOCKED,
    'adoption succeeds': inTurn(
      giveBackAtAdoption,
      either(
        ({ adoptsAnew }) => adoptsAnew,
        go('launching', LEAVES_FOR_OPERATOR),
        either(isHeld, go('held'), go('booting')),
      ),
    ),
    'adoption is refused': go('blocked'),
  },
  held: {
    ...NOTES,
    release: either(
      ({ agent }) => agent,
      go('booting', { held: false }),
      go('launching', { held: false, ...BY_OPERATOR }),
    ),
    dies: die(true),
    vanishes: die(false),
    'has no program': die(true),
    'has no directory': die(true),
    'another is found': inTurn(over, foundIn),
    'the leaving one is found': foundIn,
    'is renamed': inTurn(goAway, FRESH, goesToOperator),
    'is cancelled': either(holdsTask, inTurn(part('cancelled'), partInHold), stay({})),
  },
  ...MOVING,
  'moving.awaiting': { ...MOVING['moving.awaiting'], 'another is found': findAnother },
  'moving.launching': { ...afterLaunch('moving.delayed'), 'a person is there': staysOnAccount },
  'moving.delayed': { ...MOVING['moving.delayed'], 'another is found': findAnother },
  parked: { ...MOVING.parked, 'another is found': findAnother },
  backingOff: {
    ...WAITS,
    'is moved': move,
    restart: go('recreating'),
    'pool goes on': go('recreating', { halted: false }),
    'wait elapses': go('recreating'),
  },
  recreating: afterLaunch('backingOff'),
  failed: {
    reset: either(
      isHeld,
      go('held', { ...FORGIVEN, ...BY_OPERATOR }),
      go('launching', { ...FORGIVEN, ...BY_OPERATOR }),
    ),
    'the holder is gone': lastHolderGoes,
    'is cancelled': letGoAtOnce,
  },
};

/** Nothing is counted in a hold. */
function die(reaped: boolean): Step {
  return (state) => inTurn(stay({ ...ENDED, mayHave: state.mayHave && !reaped }), partWays)(state);
}

/** The agent stays in its conversation. */
function partInHold(state: ModelState): ModelState {
  if (!state.agent) return partWays(state);
  return state.mayHave || state.parting === null ? state : drop(state.parting)(state);
}

/** The state that follows; the same one, but for its news, when the event changes nothing. */
export function nextState(state: ModelState, event: ModelEvent): ModelState {
  const quiet = { ...state, news: [] };
  if (event === 'file says idle') return nextState({ ...quiet, reading: false }, 'says idle');
  if (event === 'file says nothing' || event === 'file is unreadable') {
    return { ...quiet, reading: false };
  }
  const step = STEPS[state.where][event] ?? EVERYWHERE[event];
  return step ? waitIfHalted(state, event, leaveIfStuck(step(quiet))) : quiet;
}

const WAITS_IN: { readonly [W in Where]?: Where } = {
  launching: 'delayed',
  relaunching: 'delayed',
  recreating: 'backingOff',
  'moving.launching': 'moving.delayed',
};

/** A pool that has escalated launches nothing but what had begun, or what an operator asks for. */
function waitIfHalted(before: ModelState, event: ModelEvent, after: ModelState): ModelState {
  const where = WAITS_IN[after.where];
  if (!after.halted || where === undefined || isAskedFor(before, event)) return after;
  const isUnderWayStill = isLaunching(before) && !endsLaunch(event);
  if (isUnderWayStill) return after;
  return after.held ? go('held')(after) : { ...after, where, starts: null };
}

function isAskedFor({ adoptsAnew, agent }: ModelState, event: ModelEvent): boolean {
  switch (event) {
    case 'adoption succeeds':
      return adoptsAnew;
    case 'release':
      return !agent;
    default:
      return event === 'restart' || event === 'reset' || event === 'is cancelled';
  }
}

function endsLaunch(event: ModelEvent): boolean {
  return event.startsWith('launch ') || LAUNCH_ENDS.includes(event);
}

const LAUNCH_ENDS: readonly ModelEvent[] = [
  'account is refused',
  'name is taken',
  'session was renamed',
  'directory is missing',
  'a person is there',
];
