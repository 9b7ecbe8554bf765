import type { AnyActorRef } from 'xstate';

/**
 * Stops what a broken machine, the root included, left running. XState 5.33 ends a machine that threw without ending
 * its invoked actors (statelyai/xstate#5153), and neither `stopChild` nor stopping the root reaches
 * them: each must be told itself, deepest first.
 */
export function stopOrphans(parent: AnyActorRef | undefined): void {
  const children: Readonly<Record<string, AnyActorRef | undefined>> =
    parent?.getSnapshot()?.children ?? {};
  for (const child of Object.values(children)) {
    stopOrphans(child);
    child?.send({ type: 'xstate.stop' });
  }
}
