import { REAL_STEPS } from './real-session-steps.ts';
import { drive, startDrivenSession } from './session-driver.ts';
import { nextState } from './session-model.ts';
import { isPossible, type ModelEvent } from './session-model-events.ts';
import { FIRST_STATE, type ModelState } from './session-model-state.ts';
import { type Edge, everyEdge, everyTour, stepOf } from './session-paths.ts';
import { transitionRecorder } from './session-transitions.ts';

export type Way = readonly ModelEvent[];

/**
 * Ways for a real session that together take every transition that can be brought about there: found by letting the
 * machine alone go all ways of the model, and of each transition the shortest one is kept.
 */
export async function realWays(): Promise<readonly Way[]> {
  const edges = everyEdge(canComeAbout);
  const shortest = await shortestWays(edges);
  const known = new Map<string, Taker>();
  for (const way of [...shortest.values(), ...BY_HAND]) {
    known.set(way.join(), { way, takes: await takenOn(way) });
  }
  return withoutNeedless([...known.values()]).map(({ way }) => way);
}

interface Taker {
  readonly way: Way;
  readonly takes: ReadonlySet<string>;
}

/** Short ones are often gone as parts of longer ones; each that is left takes what no other does. */
function withoutNeedless(ways: readonly Taker[]): readonly Taker[] {
  const times = new Map<string, number>();
  for (const one of ways.flatMap(({ takes }) => [...takes])) {
    times.set(one, (times.get(one) ?? 0) + 1);
  }
  const isNeedless = ({ takes }: Taker) => [...takes].every((one) => (times.get(one) ?? 0) > 1);
  return ways
    .toSorted((one, other) => one.way.length - other.way.length)
    .filter((one) => {
      if (!isNeedless(one)) return true;
      for (const taken of one.takes) times.set(taken, (times.get(taken) ?? 0) - 1);
      return false;
    });
}

/** By the name of the transition. */
async function shortestWays(edges: readonly Edge[]): Promise<ReadonlyMap<string, Way>> {
  const byStep = new Map(edges.map((edge) => [stepOf(edge.from, edge.event), edge]));
  const shortest = new Map<string, Way>();
  const note = (way: Way, taken: Iterable<string>) => {
    for (const one of taken) {
      const known = shortest.get(one);
      if (known === undefined || way.length < known.length) shortest.set(one, way);
    }
  };
  for (const tour of everyTour(edges)) {
    await follow(tour, (state, event, taken) => {
      const edge = byStep.get(stepOf(state, event));
      if (edge !== undefined) note([...edge.path, event], taken);
    });
  }
  return shortest;
}

type Told = (state: ModelState, event: ModelEvent, taken: ReadonlySet<string>) => void;

/** Lets the machine alone go this way; `told` of each step what transitions it took. */
async function follow(way: Way, told: Told): Promise<void> {
  const recorder = transitionRecorder();
  const t = startDrivenSession({ inspect: recorder.inspect });
  await t.settle();
  let state = FIRST_STATE;
  for (const event of way) {
    recorder.taken.clear();
    await drive(t, event);
    told(state, event, recorder.taken);
    state = nextState(state, event);
  }
  t.root.stop();
}

async function takenOn(way: Way): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  await follow(way, (_, __, taken) => {
    for (const one of taken) all.add(one);
  });
  return all;
}

/**
 * Ways to what decides so little in the model that of two kinds of states only one is gone on from: somebody is at
 * the agent that is to make room for a task, after a launch for it has failed.
 */
const TO_A_PERSON: Way = [
  ...(['launch succeeds', 'says idle', 'is assigned', 'is prompted', 'turn ends'] as const),
  ...(['is assigned', 'launch fails', 'wait elapses'] as const),
];
const BY_HAND: readonly Way[] = [
  [...TO_A_PERSON, 'a person is there'],
  [...TO_A_PERSON, 'hold', 'a person is there'],
];

type Can = (state: ModelState) => boolean;

const livesOn: Can = ({ leaving, dead }) => leaving && !dead;
/** One that was not at its prompt in time is given up, and lives until its successor is launched. */
const isLate: Can = ({ where, unready, crashes }) =>
  (where === 'backingOff' || where === 'recreating') && unready > 0 && crashes === 0;
const somebodyLives: Can = (state) => state.agent || livesOn(state);

/** Whatever a client did before its prompt comes has used its conversation, so that it is not pasted there. */
const hasUsed: Can = ({ where, said }) => where === 'arriving' && said !== null && said !== 'idle';

/** What the world needs for it, besides what the model does. */
const NEEDS: { readonly [E in ModelEvent]?: Can } = {
  'another says busy': ({ agent }) => agent,
  'another is prompted': somebodyLives,
  'turn ends': somebodyLives,
  'turn goes on': somebodyLives,
  'turn hits a limit': (state) =>
    somebodyLives(state) || (state.where === 'recreating' && state.crashes > 0),
  'the leaving one is found': (state) => livesOn(state) || isLate(state),
  'session was renamed': (state) => livesOn(state) || isLate(state),
  'it was taken away': livesOn,
  'a person is there': (state) => livesOn(state) && (state.spared || state.asks),
  'launch finds the end': (state) => livesOn(state) && state.task === 'confirmed',
  // A tmux that hangs is no reason to give up; another failure would be.
  'launch fails': ({ launchFailures }) => launchFailures === 0,
  'its end fails': ({ launchFailures }) => launchFailures === 0,
  'says idle': (state) => !hasUsed(state),
  'says shell': (state) => !hasUsed(state),
  'slot is freed': ({ where }) => where === 'blocked' || where === 'adopting',
};

function canComeAbout(state: ModelState, event: ModelEvent): boolean {
  if (REAL_STEPS[event] === undefined || !isPossible(state, event)) return false;
  return NEEDS[event]?.(state) ?? true;
}
