/** The model of a session: its events, and a pure step for each in each state. */
import {
  carries,
  DIES as ENDED,
  either,
  holdsTask,
  INTENSITY,
  inTurn,
  isHeld,
  isLaunching,
  LEAVES,
  type ModelState,
  RENAMED,
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
  go,
  goAway,
  hasLastHolder,
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

const FORGIVEN = { crashes: 0, launchFailures: 0 } as const;
const isComingUp = ({ comingUp }: ModelState) => comingUp;

const inLaunch = (then: Step, otherwise: Step): Step => either(isLaunching, then, otherwise);
const isConfirmed = ({ task, parting }: ModelState) => task === 'confirmed' && parting === null;

/** Its turn is over but for what it left running. */
const leaveWork: Step = inTurn(
  stay({ stopped: true }),
  either(({ where }) => where === 'settling', go('lingering'), stay({})),
);

/** Heard wherever a state says nothing more particular. */
const EVERYWHERE: Steps = {
  hold: stay({ held: true }),
  release: stay({ held: false }),
  reset: stay(FORGIVEN),
  'turn goes on': either(isConfirmed, inLaunch(stay({}), leaveWork), stay({})),
  'is prompted': isPrompted,
  'turn ends': either(isConfirmed, inLaunch(stay({}), end), stay({})),
  'another is assigned': (state) => ({ ...state, news: [...state.news, 'returned'] }),
  'is cancelled': either(
    holdsTask,
    inTurn(part('cancelled'), inLaunch(stay({}), partWays)),
    stay({}),
  ),
};

interface End {
  /** tmux has reaped it; of any other it is not known whether it lives on. */
  readonly reaped: boolean;
  /** What its exit code says is missing; heard of an agent that has not been at its prompt yet. */
  readonly missing: 'program' | 'directory' | null;
}

const crash = ({ reaped, missing }: End): Step => {
  return (state) => {
    const lacks = state.comingUp ? missing : null;
    const isTasks = lacks === 'directory' && state.task !== 'none' && state.parting === null;
    const crashes = state.crashes + 1;
    const next = inTurn(
      loseAgent(reaped, isTasks),
      stay({ ...ENDED, crashes, byDeath: true }),
      partWays,
    )(state);
    if (lacks !== null && !isTasks) return go('failed')(next);
    return crashes > INTENSITY ? failTooOften(next) : go('backingOff')(next);
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
const isLate = crash({ reaped: false, missing: null });

const WITH_AGENT: Steps = {
  ...DIES,
  hold: go('held', { held: true }),
  restart: go('launching', LEAVES),
  'another is found': (state) => go('booting', foundIn(state))(state),
  'is renamed': inTurn(goAway, FRESH, go('launching', RENAMED)),
  'is cancelled': either(holdsTask, inTurn(part('cancelled'), partWithAgent), stay({})),
};

/** It may be the agent of a launch whose answer was lost. */
function foundIn({ task }: ModelState): Partial<ModelState> {
  return { ...RUNS, mayHave: task !== 'none' };
}
const find: Step = (state) => go(state.held ? 'held' : 'booting', foundIn(state))(state);

const isAtRest = (said: ModelState['said']) => said === 'idle' || said === 'shell';
/** What runs in the background has woken it, or a person has. */
const goesOn = (word: Word, before: ModelState['said']) =>
  word === 'waiting' || (word === 'busy' && isAtRest(before));
const hear = (said: Word): Step => {
  return (state) => ({
    ...state,
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
  const idle = either(holdsTask, go('settling'), go('ready'));
  return inTurn(
    hear(word),
    word === 'idle' ? idle : go(word === 'waiting' ? 'waiting' : 'running'),
  );
};
const saidSo =
  (word: Word) =>
  ({ said, task }: ModelState) =>
    said === word && task !== 'none';
/** An agent at rest that says so again is no news. */
const atRest = (word: Word): Step =>
  isAtRest(word) ? either(saidSo(word), stay({}), inTurnOf(word)) : inTurnOf(word);

const ENDS: Steps = { 'turn ends': either(isConfirmed, inTurn(end, go('ready')), stay({})) };
const AT_WORK: Steps = { ...WITH_AGENT, ...ENDS };
const DELIVERING: Steps = {
  ...WITH_AGENT,
  ...NOTES,
  'is prompted': inTurn(isPrompted, go('running')),
};

const letGoAfterLaunch: Step = either(carries, partWays, stay({}));

const fail = (retry: Where): Step => {
  return (state) => {
    const isUnseen = carries(state) ? { mayHave: true, unseen: true } : {};
    const noted = inTurn(stay(isUnseen), letGoAfterLaunch);
    if (state.launchFailures >= INTENSITY) return inTurn(noted, go('failed'))(state);
    const launchFailures = state.launchFailures + 1;
    return inTurn(noted, go(state.held ? 'held' : retry, { launchFailures }))(state);
  };
};
const cannotLaunch: Step = inTurn(startNothing, letGoAfterLaunch, go('failed'));

const afterLaunch = (retry: Where): Steps => ({
  'launch succeeds': launched('argument'),
  'launch succeeds, to paste': launched('paste'),
  'launch finds an agent': launched('found'),
  'launch finds the end': launched('ended'),
  'launch fails': fail(retry),
  'name is taken': inTurn(
    letGoAfterLaunch,
    stay({ agent: false, said: null, stopped: false }),
    go('blocked'),
  ),
  'session was renamed': inTurn(goAway, FRESH, go('launching', RENAMED)),
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
  'another is found': find,
  'the leaving one is found': find,
  'is cancelled': letGoAtOnce,
};

const WAITS: Steps = {
  hold: go('held', { held: true }),
  reset: go('launching', { ...FORGIVEN, byDeath: false }),
  'another is found': find,
};

const giveBackAtAdoption: Step = (state) =>
  inTurn(drop(state.parting ?? 'returned'), stay(RUNS))(state);

const STEPS: { readonly [W in Where]: Steps } = {
  launching: afterLaunch('delayed'),
  relaunching: afterLaunch('delayed'),
  delayed: {
    ...WAITS,
    restart: go('launching', { byDeath: false }),
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
    'is assigned': take(false),
    'is assigned its own': take(true),
  },
  arriving: {
    ...DELIVERING,
    ...says((word) => inTurn(hear(word), word === 'idle' ? choose : stay({}))),
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
  running: { ...AT_WORK, ...says(inTurnOf) },
  lingering: {
    ...AT_WORK,
    ...says(atRest),
    'nobody answers': either(({ stopped }) => stopped, inTurn(end, go('ready')), go('lookingBack')),
  },
  settling: { ...AT_WORK, ...says(atRest), 'settle time elapses': go('lookingBack') },
  lookingBack: {
    ...AT_WORK,
    ...says(atRest),
    'look shows nothing': go('waiting'),
    'look shows the prompt': go('waiting'),
    'look shows the end': inTurn(end, go('ready')),
    'look fails': go('settling'),
  },
  waiting: {
    ...AT_WORK,
    ...says(atRest),
    'nobody answers': either(
      ({ stopped }) => stopped,
      inTurn(end, go('ready')),
      either(holdsTask, inTurn(part('failed'), partWithAgent), stay({})),
    ),
  },
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
        go('launching', LEAVES),
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
      go('launching', { held: false, byDeath: false }),
    ),
    dies: die(true),
    vanishes: die(false),
    'has no program': die(true),
    'has no directory': die(true),
    'another is found': (state) => ({ ...state, ...foundIn(state) }),
    'the leaving one is found': (state) => ({ ...state, ...foundIn(state) }),
    'is renamed': inTurn(goAway, FRESH, stay(RENAMED)),
    'is cancelled': either(holdsTask, inTurn(part('cancelled'), partInHold), stay({})),
  },
  backingOff: { ...WAITS, restart: go('recreating'), 'wait elapses': go('recreating') },
  recreating: afterLaunch('backingOff'),
  failed: {
    reset: either(
      isHeld,
      go('held', { ...FORGIVEN, byDeath: false }),
      go('launching', { ...FORGIVEN, byDeath: false }),
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

/** Everything that can happen to a session, in words. */
export const MODEL_EVENTS = [
  'says idle',
  'says busy',
  'says waiting',
  'says shell',
  'leaves, idle',
  'another says busy',
  'dies',
  'vanishes',
  'has no program',
  'has no directory',
  'an earlier one dies',
  'another is found',
  'the same is found',
  'the leaving one is found',
  'is renamed',
  'an earlier one is renamed',
  'slot is freed',
  'is assigned',
  'is assigned its own',
  'is assigned again',
  'another is assigned',
  'is prompted',
  'another is prompted',
  'turn ends',
  'turn goes on',
  'is cancelled',
  'another is cancelled',
  'hold',
  'release',
  'restart',
  'reset',
  'adopt',
  'adopt --restart',
  'launch succeeds',
  'launch succeeds, to paste',
  'launch finds an agent',
  'launch finds the end',
  'launch fails',
  'name is taken',
  'session was renamed',
  'launch is hopeless',
  'directory is missing',
  'a person is there',
  'the holder is gone',
  'adoption succeeds',
  'adoption is refused',
  'file says idle',
  'file says nothing',
  'file is unreadable',
  'paste succeeds',
  'paste is postponed',
  'paste fails',
  'press ends',
  'press fails',
  'look shows nothing',
  'look shows the prompt',
  'look shows the end',
  'look fails',
  'wait elapses',
  'start times out',
  'confirm times out',
  'settle time elapses',
  'nobody answers',
  'nothing moves',
] as const;
export type ModelEvent = (typeof MODEL_EVENTS)[number];

type Possible = (state: ModelState) => boolean;
const isIn =
  (...places: readonly Where[]): Possible =>
  ({ where }) =>
    places.includes(where);
const hasAgent: Possible = ({ agent }) => agent;
const isReading: Possible = ({ reading }) => reading;
const isLooking = isIn('looking', 'lookingBack');

const NEEDS: { readonly [E in ModelEvent]?: Possible } = {
  'says idle': hasAgent,
  'says busy': hasAgent,
  'says waiting': hasAgent,
  'says shell': hasAgent,
  'leaves, idle': hasAgent,
  dies: hasAgent,
  vanishes: hasAgent,
  'has no program': hasAgent,
  'has no directory': hasAgent,
  'the same is found': hasAgent,
  'the leaving one is found': ({ leaving }) => leaving,
  'is renamed': hasAgent,
  'is assigned': isIn('ready'),
  'is assigned its own': isIn('ready'),
  'is assigned again': holdsTask,
  'another is assigned': ({ where }) => where !== 'ready',
  // What is launched for a task that has begun says it in that task's conversation.
  'is prompted': (state) => holdsTask(state) && !(isLaunching(state) && state.begun && !state.here),
  'is cancelled': holdsTask,
  'launch succeeds': isLaunching,
  'launch succeeds, to paste': carries,
  'launch finds an agent': isLaunching,
  'launch finds the end': carries,
  'launch fails': isLaunching,
  'name is taken': isLaunching,
  'session was renamed': isLaunching,
  'launch is hopeless': isLaunching,
  'directory is missing': isLaunching,
  'a person is there': (state) => carries(state) && state.leaving,
  'the holder is gone': (state) => isIn('failed', 'blocked')(state) && hasLastHolder(state),
  'adoption succeeds': isIn('adopting'),
  'adoption is refused': isIn('adopting'),
  'file says idle': isReading,
  'file says nothing': isReading,
  'file is unreadable': isReading,
  'paste succeeds': isIn('pasting'),
  'paste is postponed': isIn('pasting'),
  'paste fails': isIn('pasting'),
  'press ends': isIn('pressing'),
  'press fails': isIn('pressing'),
  'look shows nothing': isLooking,
  'look shows the prompt': isLooking,
  'look shows the end': isLooking,
  'look fails': isLooking,
  'wait elapses': isIn('delayed', 'backingOff'),
  'start times out': isIn('booting', 'arriving', 'coming'),
  'confirm times out': isIn('atPrompt'),
  'settle time elapses': isIn('settling'),
  'nobody answers': isIn('waiting', 'lingering'),
  'nothing moves': isIn('running', 'relaunching', 'pasting', 'looking', 'pressing'),
};

/** Whether the event can happen at all in this state: an effect must be under way to end. */
export function isPossible(state: ModelState, event: ModelEvent): boolean {
  return NEEDS[event]?.(state) ?? true;
}

/** The state that follows; the same one, but for its news, when the event changes nothing. */
export function nextState(state: ModelState, event: ModelEvent): ModelState {
  const quiet = { ...state, news: [] };
  if (event === 'file says idle') return nextState({ ...quiet, reading: false }, 'says idle');
  if (event === 'file says nothing' || event === 'file is unreadable') {
    return { ...quiet, reading: false };
  }
  const step = STEPS[state.where][event] ?? EVERYWHERE[event];
  return step ? step(quiet) : quiet;
}
