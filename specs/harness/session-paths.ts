import { nextState } from './session-model.ts';
import { isPossible, MODEL_EVENTS, type ModelEvent } from './session-model-events.ts';
import { keepsAgent } from './session-model-moves.ts';
import { FIRST_STATE, type ModelState } from './session-model-state.ts';

/** One step of the model, and the shortest way to where it begins. */
export interface Edge {
  readonly path: readonly ModelEvent[];
  readonly from: ModelState;
  readonly event: ModelEvent;
  readonly to: ModelState;
}

/**
 * Steps of the model, breadth first: each kind of state with each event possible in it. Without a task
 * every state is a kind of its own; with one there are too many, so that those which differ only in
 * numbers, or in what no step from there depends on, are one kind.
 *
 * @param canHappen which of them count
 */
export function everyEdge(
  canHappen: (state: ModelState, event: ModelEvent) => boolean = isPossible,
): readonly Edge[] {
  const edges: Edge[] = [];
  const known = new Set<string>();
  const seen = new Set([kindOf(FIRST_STATE)]);
  const queue: { readonly state: ModelState; readonly path: readonly ModelEvent[] }[] = [
    { state: FIRST_STATE, path: [] },
  ];
  for (const { state: from, path } of queue) {
    for (const event of MODEL_EVENTS.filter((one) => canHappen(from, one))) {
      const to = nextState(from, event);
      const step = stepOf(from, event);
      if (known.has(step)) continue;
      known.add(step);
      edges.push({ path, from, event, to });
      const kind = kindOf(to);
      if (seen.has(kind)) continue;
      seen.add(kind);
      queue.push({ state: to, path: [...path, event] });
    }
  }
  return edges;
}

function kindOf(state: ModelState): string {
  const { where, held, agent, task, mayHave, parting } = state;
  if (state.halted) return kindWhileHalted(state);
  if (task === 'none') return kindWithoutTask(state);
  return JSON.stringify([where, held, agent, task, mayHave, parting !== null, detailOf(state)]);
}

/** Only what launches, and what is left alone, is different then. */
function kindWhileHalted({ where, held, task, parting }: ModelState): string {
  return JSON.stringify(['halted', where, held, task, parting !== null]);
}

function kindWithoutTask(state: ModelState): string {
  const { where, held, launchFailures, said, used, byDeath, news, ...rest } = state;
  if (isMoving(state)) return JSON.stringify([where, held, launchFailures, detailOf(state)]);
  const { crashes, unready, trouble, account, from, refused, dead, asks, ...others } = rest;
  const { spared, byOperator, unsure, ...plain } = others;
  const words = where === 'ready' ? [said, used] : [isRefusedToItsAgent(state)];
  // In trouble, how often anything had gone wrong before decides nothing more.
  if (trouble === 'open') return JSON.stringify([where, held, plain, words, trouble]);
  // Each budget is used up by itself, so that one at a time is enough.
  const late = crashes + launchFailures === 0 ? unready : 0;
  return JSON.stringify([where, held, plain, words, crashes, launchFailures, late]);
}

const isRefusedToItsAgent = (state: ModelState) => state.where === 'launching' && keepsAgent(state);

const isMoving = ({ where }: ModelState) => where.startsWith('moving.') || where === 'parked';

/** What decides there, besides. */
function detailOf(state: ModelState): readonly unknown[] {
  const { where, trouble, leaving, dead, spared, unseen, unsure, asks, starts } = state;
  switch (where) {
    case 'moving.launching':
      return [asks ? 'asks' : leaving, starts, keepsAgent(state)];
    case 'moving.awaiting':
      return [trouble === 'open', leaving, dead, spared, unseen, unsure];
    case 'moving.delayed':
      return [trouble === 'open', leaving, dead];
    case 'moving.ending':
    case 'parked':
      return [unseen];
    case 'launching':
    case 'relaunching':
      return [keepsAgent(state)];
    default:
      return detailWithAgent(state);
  }
}

function detailWithAgent({ where, said, given, presses, trouble, ...known }: ModelState) {
  const { reading, comingUp, stopped } = known;
  if (where === 'looking') return [said, given, presses, trouble !== 'none'];
  if (where === 'running') return [said];
  if (where === 'lingering' || where === 'waiting' || where === 'asked') return [said, stopped];
  if (where === 'lookingAside') return [said, stopped, trouble !== 'none'];
  const isComing = where === 'booting' || where === 'arriving' || where === 'coming';
  return isComing ? [said, reading, comingUp] : [];
}

const OF_OTHERS: ReadonlySet<ModelEvent> = new Set([
  'another says busy',
  'an earlier one dies',
  'an earlier one is renamed',
  'another is assigned',
  'another is prompted',
  'another is cancelled',
]);

const LONGEST_TOUR = 60;

/** Ways through the model that together take each of its steps: far fewer events than a way for each. */
export function everyTour(edges: readonly Edge[]): readonly (readonly ModelEvent[])[] {
  const left = new Set(edges.map(({ from, event }) => stepOf(from, event)));
  const tours: (readonly ModelEvent[])[] = [];
  for (const { path, from, event } of edges) {
    if (left.has(stepOf(from, event))) tours.push(tourFrom([...path, event], left));
  }
  return tours;
}

/** Goes on from where this way leads as long as there are new steps, and takes them off those that are left. */
function tourFrom(way: readonly ModelEvent[], left: Set<string>): readonly ModelEvent[] {
  const tour: ModelEvent[] = [];
  let state = FIRST_STATE;
  const take = (event: ModelEvent) => {
    left.delete(stepOf(state, event));
    tour.push(event);
    state = nextState(state, event);
  };
  for (const event of way) take(event);
  while (tour.length < LONGEST_TOUR) {
    const fresh = MODEL_EVENTS.filter(
      (one) => isPossible(state, one) && left.has(stepOf(state, one)),
    );
    // What leads nowhere first: then the tour need not come back for it.
    const next = fresh.find((one) => kindOf(nextState(state, one)) === kindOf(state)) ?? fresh[0];
    if (next === undefined) break;
    take(next);
  }
  return tour;
}

/** What the same kind of state and the same event have in common. */
export function stepOf(from: ModelState, event: ModelEvent): string {
  return `${OF_OTHERS.has(event) ? kindForOthers(from) : kindOf(from)} ${event}`;
}

/** What is told of somebody else depends on nothing but the state, and on an agent that somebody has go on. */
function kindForOthers({ where, held, halted, task, ...known }: ModelState): string {
  const { trouble, dead, leaving } = known;
  const isLeft = where === 'moving.awaiting' && leaving && !dead;
  return `${where} ${held} ${halted} ${task} ${trouble === 'open'} ${isLeft}`;
}
