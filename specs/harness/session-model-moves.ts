/** What the model says of sessions that leave their account. */

import type { ModelEvent } from './session-model-events.ts';
import {
  carries,
  either,
  goesToOperator,
  INTENSITY,
  inTurn,
  isIn,
  isOpen,
  LEAVES,
  type ModelState,
  NO_AGENT,
  over,
  type Step,
  stay,
  stayOnAccount,
  type Where,
} from './session-model-state.ts';
import {
  FRESH,
  go,
  goAway,
  goUnlessHeld,
  isPrompted,
  part,
  partWays,
  startNothing,
  staysForPerson,
} from './session-model-tasks.ts';

type Steps = { readonly [E in ModelEvent]?: Step };

/** With a task, its agent alive, and a trouble since which nothing has gone on. */
export const leaveIfStuck: Step = (state) => {
  const { where, agent, task, parting } = state;
  const isStuck = agent && task !== 'none' && parting === null && isOpen(state);
  return isStuck && where !== 'held' ? go('moving.awaiting', LEAVES)(state) : state;
};

/** As far as anybody knows, the agent that is to end lives as it did. */
const lives = ({ leaving, dead, unsure }: ModelState) => leaving && !dead && !unsure;

/** It could go on, but somebody wanted another one in its place: that one is refused, and it stays. */
export const keepsAgent = (state: ModelState): boolean => {
  const { spared, byOperator, task, parting, mayHave } = state;
  if (isOpen(state) || !lives(state) || !(spared || byOperator)) return false;
  if (task === 'none') return true;
  return parting === null ? mayHave || byOperator : !mayHave;
};

/** The order to go to the other account. */
export const move: Step = (state) => {
  const { agent, leaving, dead, spared, task, mayHave, account, from } = state;
  const canGoOn = !isOpen(state) && (agent || (spared && lives(state)));
  const asks = canGoOn && (task === 'none' || !mayHave);
  return go('moving.launching', {
    ...NO_AGENT,
    leaving: agent || leaving,
    dead: !agent && dead,
    byDeath: false,
    account: account === 'first' ? 'second' : 'first',
    from: from ?? account,
    refused: false,
    asks,
    spared: asks,
    byOperator: false,
  })(state);
};

/** In trouble, without a task, and not in a turn. */
export const moveFromRest: Step = (state) => {
  const isCalm = state.said !== null && state.said !== 'busy';
  return state.task === 'none' && isOpen(state) && isCalm ? move(state) : state;
};

/** Somebody is at the agent: it stays where it is. */
export const staysOnAccount: Step = inTurn(stay({ refused: true }), stayOnAccount, (state) =>
  staysForPerson(state),
);

export const letGoAfterLaunch: Step = either(carries, partWays, stay({}));

/** Nothing was started, for the sake of the account. */
export const refuse: Step = (before) => {
  if (keepsAgent(before)) return staysOnAccount(before);
  const state = inTurn(startNothing, stay({ refused: true }), stayOnAccount)(before);
  const mustEnd = state.parting !== null && state.mayHave;
  const where: Where = mustEnd ? 'moving.ending' : 'moving.awaiting';
  return inTurn(letGoAfterLaunch, goUnlessHeld(where))(state);
};

const park: Step = inTurn(
  stayOnAccount,
  either(({ leaving }) => leaving, go('moving.ending'), go('parked')),
);

const isEnded: Step = (state) => {
  const gone = { leaving: false, mayHave: state.unseen, given: null, stopped: false } as const;
  const where = state.parting === null ? 'parked' : 'moving.awaiting';
  return inTurn(stay(gone), partWays, goUnlessHeld(where))(state);
};

const isNotEnded: Step = (state) => {
  if (state.launchFailures >= INTENSITY) return go('failed', { unsure: true })(state);
  const launchFailures = state.launchFailures + 1;
  return inTurn(stay({ launchFailures, unsure: true }), goUnlessHeld('moving.awaiting'))(state);
};

/** Somebody has the agent go on: it is taken back, unless it may be gone. */
const takeUp: Step = either(
  (state) => isOpen(state) && lives(state),
  inTurn(
    over,
    stayOnAccount,
    stay({ agent: true, leaving: false, launchFailures: 0, unsure: false }),
    go('booting'),
  ),
  over,
);

const confirmsTask = ({ task, parting }: ModelState) => task === 'unconfirmed' && parting === null;

const cancel: Step = (state) => {
  const asked = inTurn(part('cancelled'), partWays)(state);
  const mustEnd = isIn('moving.awaiting')(state) && state.mayHave && state.leaving;
  return mustEnd ? go('moving.ending')(asked) : asked;
};
const cancelIfHeld: Step = either(({ task }) => task !== 'none', cancel, stay({}));

const HOLDS: Steps = { hold: go('held', { held: true }), 'is moved': move };

export const MOVING = {
  'moving.awaiting': {
    ...HOLDS,
    'is parked': park,
    'is cancelled': cancelIfHeld,
    'is prompted': either(confirmsTask, inTurn(isPrompted, over), takeUp),
    'another is prompted': takeUp,
  },
  'moving.delayed': {
    ...HOLDS,
    'is parked': park,
    'is cancelled': cancelIfHeld,
    restart: go('moving.launching'),
    reset: go('moving.launching', { crashes: 0, unready: 0, launchFailures: 0 }),
    'pool goes on': go('moving.launching', { halted: false }),
    'wait elapses': go('moving.launching'),
  },
  'moving.ending': {
    'it is ended': isEnded,
    'it cannot be ended': go('failed', { unsure: true }),
    'its end fails': isNotEnded,
    'it was taken away': inTurn(goAway, FRESH, goesToOperator, go('launching')),
    'is cancelled': either(({ task }) => task !== 'none', part('cancelled'), stay({})),
  },
  parked: { ...HOLDS, 'is cancelled': cancelIfHeld },
} as const satisfies Partial<Record<Where, Steps>>;
