/** What the model says of tasks: what is told when, and where it leads. */
import {
  carries,
  either,
  holdsTask,
  INTENSITY,
  inTurn,
  isLaunching,
  isUnderWay,
  LEAVES_FOR_TASK,
  MAX_ATTEMPTS,
  type ModelState,
  type NewsWord,
  NO_TASK,
  over,
  RUNS,
  type Step,
  stay,
  stayOnAccount,
  type Where,
} from './session-model-state.ts';

const tell = (word: NewsWord): Step => {
  return (state) => ({ ...state, news: [...state.news, word] });
};
/** The task goes, and what it was told as. */
export const drop = (word: NewsWord): Step => {
  return either(holdsTask, inTurn(tell(word), stay(NO_TASK)), stay({}));
};
export const FRESH: Step = stay({ used: false, here: false });

export const part = (word: NewsWord): Step => {
  return (state) => ({ ...state, parting: state.parting === 'cancelled' ? 'cancelled' : word });
};

/** Told at once when nobody can have the prompt any more, else later. */
export const partWays: Step = (state) => {
  if (state.task === 'none' || state.parting === null) return state;
  return inTurn(FRESH, state.mayHave ? stay({}) : drop(state.parting))(state);
};

/** Goes somewhere; what begins there by itself begins. */
export const go = (where: Where, more: Partial<ModelState> = {}): Step => {
  return (before) => enter({ ...before, ...more, where, adoptsAnew: false });
};

function enter(state: ModelState): ModelState {
  const { where, task, parting } = state;
  if (where === 'booting' && parting !== null) return partWithAgent(state);
  const next = whereItGoesOn(state);
  if (next !== where) return enter({ ...state, where: next });
  return onArrival({
    ...state,
    reading: where === 'booting' || where === 'arriving' || where === 'coming',
    starts: isLaunching(state) && task !== 'none' && parting === null ? startOf(state) : null,
  });
}

/** What begins, or is forgotten, wherever one comes from. */
function onArrival(state: ModelState): ModelState {
  switch (state.where) {
    case 'held':
      return stayOnAccount({ ...state, given: null });
    case 'pasting':
      return { ...state, given: 'paste', mayHave: true };
    case 'failed':
    case 'blocked':
      return giveBackIfFree(stayOnAccount(state));
    default:
      return state;
  }
}

/** What has been said already decides. */
function whereItGoesOn({ where, said, task, stopped }: ModelState): Where {
  switch (where) {
    case 'coming':
      return said === null ? where : 'atPrompt';
    case 'running':
      return said === 'shell' && task !== 'none' ? 'lingering' : where;
    case 'settling':
      return stopped ? 'lingering' : where;
    default:
      return where;
  }
}

function startOf({ begun, used }: ModelState): ModelState['starts'] {
  if (begun) return 'resumed';
  return used ? 'new' : 'same';
}

/** The agent is ended for the sake of a task that goes. */
export const partWithAgent: Step = (state) =>
  inTurn(stay(LEAVES_FOR_TASK), partWays, go('launching'))(state);

function giveBackIfFree(state: ModelState): ModelState {
  if (state.task === 'none' || state.mayHave) return state;
  return inTurn(drop(state.parting ?? 'returned'), FRESH)(state);
}

/** An agent of the task has ended by itself as often as it may. */
const partIfSpent: Step = (state) => {
  const { byDeath, held, task, attempts, parting } = state;
  if (!byDeath || held || task !== 'confirmed' || attempts < MAX_ATTEMPTS) return state;
  return { ...state, parting: parting ?? 'dead' };
};

/** Heard when its agent had ended already. */
const isConfirmedLate: Step = (state) =>
  inTurn(confirm, stay({ mayHave: state.mayHave }), partIfSpent, partWays)(state);

/** A launch that failed before anything was started. */
export const startNothing: Step = either(carries, partIfSpent, stay({}));

/** The only agent that can have the task is gone. */
export const lastHolderGoes: Step = (state) => {
  const { parting, task, crashes, unready } = state;
  // What makes a session fail is suspect when no agent ever took it.
  const isSuspect = task === 'unconfirmed' && (crashes > INTENSITY || unready > INTENSITY);
  const word = parting ?? (isSuspect ? 'undelivered' : 'returned');
  return inTurn(stay({ leaving: false, mayHave: false }), drop(word), FRESH)(state);
};
export const hasLastHolder = ({ mayHave, unseen, leaving }: ModelState) =>
  mayHave && !unseen && leaving;

const confirm: Step = (state) => {
  const { task, parting, counts, attempts } = state;
  if (task !== 'unconfirmed' || parting !== null) return state;
  return {
    ...tell(counts ? 'confirmed' : 'confirmed again')(state),
    task: 'confirmed',
    begun: true,
    here: true,
    attempts: attempts + (counts ? 1 : 0),
    counts: false,
    mayHave: true,
  };
};

/** The client says that it has the prompt: so it is up, whether or not it has said so. */
export const isPrompted: Step = (state) => {
  if (state.task !== 'unconfirmed' || state.parting !== null) return state;
  if (!state.agent && !isUnderWay(state)) return isConfirmedLate(state);
  return { ...confirm(state), comingUp: state.agent ? false : state.comingUp };
};

/** The turn of the task is over. */
export const end: Step = inTurn(confirm, drop('completed'), stay({ used: true }), over);

/** Without a task, where the client's last word says. */
export const whereItIs: Step = (state) => {
  if (state.said === 'busy') return go('running')(state);
  return go(state.said === 'waiting' ? 'waiting' : 'ready')(state);
};

/** At its prompt, whether or not a shell of it runs on. */
export const isAtRest = (said: ModelState['said']) => said === 'idle' || said === 'shell';

const begin: Step = inTurn(confirm, (state) => {
  if (state.said === 'waiting') return go('waiting')(state);
  return go(state.said === 'idle' ? 'settling' : 'running')(state);
});

const relaunch: Step = inTurn(stay(LEAVES_FOR_TASK), go('relaunching'));
const giveUp: Step = inTurn(part('undelivered'), partWithAgent);
const press: Step = inTurn(stay({ presses: 1 }), go('pressing'));

const seeNothing: Step = (state) => {
  const { said, given, presses } = state;
  if (said === 'busy') return go('coming')(state);
  if (said === 'waiting') return (given === null ? go('coming') : giveUp)(state);
  if (given === null) return relaunch(state);
  return (given === 'paste' && presses === 0 ? press : giveUp)(state);
};

export const choose: Step = (state) => {
  if (state.begun ? !state.here : state.used) return relaunch(state);
  return go(isAtRest(state.said) ? 'pasting' : 'arriving')(state);
};

/** A task is given to a session that is ready; `here`: it goes on in its conversation. */
export const take = (here: boolean): Step =>
  inTurn(stay({ ...NO_TASK, task: 'unconfirmed', begun: here, here }), over, choose);

/** An agent has ended: what that means for its task. */
export const loseAgent = (reaped: boolean, isDirectoryGone: boolean): Step => {
  return (state) => {
    if (state.task === 'none') return state;
    const isLast = state.task === 'confirmed' && state.attempts >= 1;
    return {
      ...state,
      counts: state.counts || state.task === 'confirmed',
      mayHave: state.mayHave && !reaped,
      parting: state.parting ?? (isLast || isDirectoryGone ? 'dead' : null),
    };
  };
};

/** An operator took the session away, its agent with it. */
export const goAway: Step = (state) => {
  const { task, parting, mayHave, begun, here } = state;
  if (task === 'none') return state;
  const isFinal = parting === 'cancelled' || parting === 'dead';
  if (parting !== null && (isFinal || !mayHave)) return drop(parting)(state);
  return mayHave || (begun && here) ? drop('dead')(state) : state;
};

/** A turn ended in trouble with the account that nobody had heard of. */
export const getIntoTrouble: Step = inTurn(tell('troubled'), stay({ trouble: 'open' }));

/** What a launch brings: the agent with the prompt, or one that is to be given it, or another. */
export type Brings = 'argument' | 'paste' | 'found' | 'ended' | 'limit';

export const launched = (brings: Brings): Step => {
  return (before) => {
    const troubled = brings === 'limit' ? getIntoTrouble(before) : over(before);
    return goesOnWith(brings)(withLaunched(troubled, brings));
  };
};

const goesOnWith = (brings: Brings): Step => {
  return (state) => {
    if (state.parting !== null) return endPrompted(state);
    if (state.task === 'none' || brings === 'limit') return goUnlessHeld('booting')(state);
    if (brings === 'ended') return inTurn(end, goUnlessHeld('booting'))(state);
    return goUnlessHeld(brings === 'paste' ? 'arriving' : 'coming')(state);
  };
};

/** The task is to go: from an agent that may have its prompt it goes only with that agent. */
const endPrompted: Step = (state) => {
  if (state.parting === null) return state;
  if (!state.mayHave) return inTurn(drop(state.parting), goUnlessHeld('booting'))(state);
  return state.held ? go('held')(state) : partWithAgent(state);
};

export const goUnlessHeld = (where: Where): Step => {
  return (state) => go(state.held ? 'held' : where)(state);
};

function withLaunched(state: ModelState, brings: Brings): ModelState {
  const isGiven = carries(state) && brings === 'argument';
  const isOver = brings === 'ended' || brings === 'limit';
  return {
    ...state,
    ...placeOf(state, brings),
    ...RUNS,
    comingUp: brings !== 'found',
    refused: false,
    presses: 0,
    given: isGiven ? 'argument' : null,
    mayHave: state.task !== 'none' && (isGiven || brings === 'found'),
    // A prompt that was given anew is to be confirmed anew.
    task: state.task === 'confirmed' && !isOver ? 'unconfirmed' : state.task,
  };
}

/** In which conversation the agent is, and whether the task has begun in it. */
function placeOf({ starts, here, begun }: ModelState, brings: Brings): Partial<ModelState> {
  if (starts === 'resumed' && brings !== 'paste') return { used: true, here: true };
  // What is started afresh has not begun after all; of an agent that was found nobody knows.
  if (brings !== 'found') return { used: false, here: false, begun: false };
  return { used: false, here: starts !== 'new' && here, begun };
}

/** The steps of a delivery, by where it is; whatever an agent may do at any time is left out. */
export const DELIVERY = {
  'look shows nothing': seeNothing,
  'look shows the prompt': either(({ begun }) => begun, seeNothing, begin),
  'look shows the end': inTurn(end, go('ready')),
  'look shows a limit': either(
    ({ begun }) => begun,
    seeNothing,
    (state) => inTurn(confirm, getIntoTrouble)(state),
  ),
  'look shows the known limit': seeNothing,
  'look fails': go('coming'),
  'paste succeeds': go('coming'),
  'paste is postponed': inTurn(drop('returned'), whereItIs),
  'paste fails': giveUp,
  'press ends': go('coming'),
  'press fails': go('coming'),
} as const;

/** Somebody is at the agent that was to make room: it stays, and the task goes unless that agent may have it. */
export const staysForPerson: Step = (state) => {
  const back = { ...state, agent: true, leaving: false, launchFailures: 0, unsure: false };
  const next = state.mayHave ? back : drop(state.parting ?? 'returned')(back);
  return goUnlessHeld('booting')(next);
};
