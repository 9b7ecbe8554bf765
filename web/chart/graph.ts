import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { actorName, generatedEvents, labelOf, type TransitionLabel } from './label.ts';

/**
 * A state and what it does with events. A transition is written in the box of the state that takes
 * it; arrows are drawn between siblings only. A machine of twenty states and sixty transitions
 * stays readable that way, where one arrow for each would cover the page.
 */
export interface ChartNode {
  /** XState's node id, e.g. `session.idle.ready`: what snapshots name as active. */
  readonly id: string;
  readonly key: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Id of the child entered first; null for states without one. */
  readonly initial: string | null;
  /** Names of the actors that live as long as this state. */
  readonly invokes: readonly string[];
  readonly transitions: readonly ChartTransition[];
  readonly children: readonly ChartNode[];
  /** Between its children. */
  readonly arrows: readonly ChartArrow[];
}

export interface ChartTransition extends TransitionLabel {
  /** Empty when the state handles the event without leaving. */
  readonly targets: readonly ChartTarget[];
}

export interface ChartTarget {
  readonly id: string;
  /** Its key, with its parent's in front when the key alone is not unique. */
  readonly name: string;
}

/** One way from a state to a sibling, for all transitions from within the one into the other. */
export interface ChartArrow {
  readonly source: string;
  readonly target: string;
  /** The transitions it stands for, as `SOURCE>TARGET` of the real ends. */
  readonly moves: readonly string[];
  /** True when only failures go this way. */
  readonly isFailure: boolean;
}

/** The chart of any XState v5 machine, with `always`, `after`, done and error transitions. Pure. */
export function chartOf(machine: AnyStateMachine): ChartNode {
  const keys = allKeys(machine.root);
  return chartNode(machine.root, {
    name: (node) => (isUnique(keys, node.key) ? node.key : node.path.slice(-2).join('.')),
    moves: allMoves(machine.root),
  });
}

interface WholeMachine {
  readonly name: (node: AnyStateNode) => string;
  readonly moves: readonly Move[];
}

interface Move {
  readonly source: AnyStateNode;
  readonly target: AnyStateNode;
  readonly eventType: string;
}

function chartNode(node: AnyStateNode, whole: WholeMachine): ChartNode {
  const generated = generatedEvents(node);
  return {
    id: node.id,
    key: node.key,
    type: node.type,
    initial: node.type === 'compound' ? (node.initial.target[0]?.id ?? null) : null,
    invokes: node.invoke.map(actorName),
    transitions: transitionsOf(node)
      .filter(doesSomething)
      .map((transition) => ({
        ...labelOf(transition, generated),
        targets: (transition.target ?? []).map((to) => ({ id: to.id, name: whole.name(to) })),
      })),
    children: Object.values(node.states).map((child) => chartNode(child, whole)),
    arrows: arrowsWithin(node, whole.moves),
  };
}

/** A transition with neither target nor actions forbids an event: nothing to draw. */
function doesSomething({ target, actions }: AnyTransitionDefinition): boolean {
  return (target?.length ?? 0) > 0 || actions.length > 0;
}

/** XState keeps `always` apart from the rest. */
function transitionsOf(node: AnyStateNode): readonly AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

function arrowsWithin(parent: AnyStateNode, moves: readonly Move[]): readonly ChartArrow[] {
  const byEnds = new Map<string, ChartArrow>();
  for (const move of moves) {
    const arrow = arrowOf(parent, move);
    if (!arrow) continue;
    const ends = moveId(arrow.source, arrow.target);
    byEnds.set(ends, joined(byEnds.get(ends), arrow));
  }
  return [...byEnds.values()];
}

/** null for a move that does not go from one child of `parent` to another. */
function arrowOf(parent: AnyStateNode, { source, target, eventType }: Move): ChartArrow | null {
  const from = childTowards(parent, source);
  const to = childTowards(parent, target);
  if (from === null || to === null || from === to) return null;
  const moves = [moveId(source.id, target.id)];
  return { source: from, target: to, moves, isFailure: eventType.startsWith('xstate.error.') };
}

function joined(known: ChartArrow | undefined, arrow: ChartArrow): ChartArrow {
  if (!known) return arrow;
  const moves = [...new Set([...known.moves, ...arrow.moves])];
  return { ...known, moves, isFailure: known.isFailure && arrow.isFailure };
}

/** What the page looks for to light the arrow of a transition that was just taken. */
function moveId(source: string, target: string): string {
  return `${source}>${target}`;
}

/** The child of `parent` that is, or contains, `node`. */
function childTowards(parent: AnyStateNode, node: AnyStateNode): string | null {
  if (node.parent === parent) return node.id;
  return node.parent ? childTowards(parent, node.parent) : null;
}

function allMoves(node: AnyStateNode): readonly Move[] {
  const own = transitionsOf(node).flatMap(({ target, eventType }) =>
    (target ?? []).map((to) => ({ source: node, target: to, eventType })),
  );
  return [...own, ...Object.values(node.states).flatMap(allMoves)];
}

function allKeys(node: AnyStateNode): readonly string[] {
  return [node.key, ...Object.values(node.states).flatMap(allKeys)];
}

function isUnique(keys: readonly string[], key: string): boolean {
  return keys.indexOf(key) === keys.lastIndexOf(key);
}
