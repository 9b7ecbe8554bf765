/** What XState knows of an actor, as the page names it. */
import {
  Actor,
  type AnyActorRef,
  type AnyStateNode,
  type AnyTransitionDefinition,
  isMachineSnapshot,
  StateMachine,
} from 'xstate';
import type { LogEntry, TakenTransition } from './live-protocol.ts';

/** XState calls the root `x:0` and actors without an id of ours `0.session.idle`. */
export function nameOf(ref: AnyActorRef): string {
  if (!(ref instanceof Actor)) return ref.id;
  if (!ref._parent && ref.logic instanceof StateMachine) return ref.logic.id;
  return /^\d+\./.test(ref.id) && typeof ref.src === 'string' ? ref.src : ref.id;
}

/** The states that it is in, the path to the deepest of them, and whether it runs. */
export function placeOf(ref: AnyActorRef): Pick<LogEntry, 'nodes' | 'path' | 'status'> {
  const snapshot = ref.getSnapshot();
  const nodes = isMachineSnapshot(snapshot) ? snapshot._nodes : [];
  return {
    nodes: nodes.map(({ id }) => id),
    path: nodes.reduce<readonly string[]>(longer, []),
    status: String(snapshot?.status ?? 'active'),
  };
}

function longer(known: readonly string[], { path }: AnyStateNode): readonly string[] {
  return path.length > known.length ? path : known;
}

/** A transition as the page is told of it. */
export function taken({ source, eventType, target }: AnyTransitionDefinition): TakenTransition {
  return { source: source.id, event: eventType, targets: (target ?? []).map(({ id }) => id) };
}
