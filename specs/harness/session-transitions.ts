import type { InspectionEvent } from 'xstate';
import { sessionMachine } from '../../machines/session/machine.ts';

/** What of an XState transition names it: where it begins, what takes it, which of several it is. */
interface Transition {
  readonly eventType: string;
  readonly source: Node;
  readonly target?: readonly Node[] | undefined;
  readonly actions: readonly unknown[];
}

interface Node {
  readonly key: string;
  readonly path: readonly string[];
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  readonly always?: readonly Transition[] | undefined;
  readonly states: Readonly<Record<string, Node>>;
}

/** Any machine, as far as its transitions are concerned. */
export interface AnyMachine {
  readonly root: unknown;
}

/** Every transition that the machine declares, by name. */
export function declaredTransitions(machine: AnyMachine = sessionMachine): readonly string[] {
  return nodesOf(machine.root as Node).flatMap((node) =>
    [...node.transitions.values(), node.always ?? []].flat().map(nameOf),
  );
}

/** Every event that some state of the machine hears, but for the ends of its delays and effects. */
export function declaredEvents(machine: AnyMachine): readonly string[] {
  const events = nodesOf(machine.root as Node).flatMap((node) => [...node.transitions.keys()]);
  return [...new Set(events)].filter((event) => !OF_XSTATE.test(event));
}

/** Those of its children go to whatever name they have, and are heard as other events are. */
const OF_XSTATE = /^(xstate\.(after|done|error)\.(?!actor\.\*).*)?$/;

/** Listens to a machine and keeps the names of the transitions it takes; `last` since the last look. */
export function transitionRecorder(machine: AnyMachine = sessionMachine) {
  const { key } = machine.root as Node;
  const taken = new Set<string>();
  let last: Transition[] = [];
  return {
    taken,
    inspect: (event: InspectionEvent) => {
      if (event.type !== '@xstate.microstep') return;
      const transitions = (event._transitions as unknown as readonly Transition[]).filter(
        ({ source }) => rootOf(source).key === key,
      );
      for (const transition of transitions) taken.add(nameOf(transition));
      last.push(...transitions);
    },
    /** Transitions since the last look that lead somewhere or do something. */
    effective: () => {
      const transitions = last;
      last = [];
      return transitions.filter(
        ({ target, actions }) => target !== undefined || actions.length > 0,
      );
    },
  };
}

function rootOf(source: Node): Node {
  let root: unknown = source;
  for (; hasParent(root); root = root.parent);
  return root as Node;
}

function hasParent(node: unknown): node is { readonly parent: unknown } {
  return (node as { readonly parent?: unknown }).parent !== undefined;
}

function nodesOf(node: Node): readonly Node[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

function nameOf(transition: Transition): string {
  const { source, eventType, target } = transition;
  const siblings = eventType === '' ? source.always : source.transitions.get(eventType);
  const place = (siblings?.indexOf(transition) ?? 0) + 1;
  const leadsTo = target?.map(({ path }) => path.join('.')).join(', ') ?? 'itself';
  return `${source.path.join('.') || rootOf(source).key} on ${eventName(eventType)} (${place}) → ${leadsTo}`;
}

function eventName(eventType: string): string {
  if (eventType === '') return 'always';
  // Of whichever child.
  if (eventType.endsWith('.*'))
    return eventType.replace('xstate.', '').replace('.actor.*', ' of a child');
  // `xstate.done.actor.<number>.<state id>`: a state may have several effects.
  const [, how, effect] = /^xstate\.(done|error)\.actor\.([1-9]\d*)\./.exec(eventType) ?? [];
  if (effect !== undefined) return `${how} of effect ${Number(effect) + 1}`;
  // The same of the first one, and `xstate.after.<delay>.<state id>`: the source says the rest.
  return eventType.replace(/^xstate\.(done|error|after)\..*$/, '$1');
}
