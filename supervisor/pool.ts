import type { ActorRefFrom } from 'xstate';
import type { sessionMachine } from '../machines/session/machine.ts';
import type { rootMachine } from './root-machine.ts';

export type RootRef = ActorRefFrom<typeof rootMachine>;
export type SessionRef = ActorRefFrom<typeof sessionMachine>;

/** The session machines of the pool, lowest index first, also after one had to be spawned again. */
export function sessionsOf(root: RootRef): readonly SessionRef[] {
  const { children, context } = root.getSnapshot();
  return context.sessions.flatMap(({ slot }) => {
    const child: unknown = children[slot.name];
    return isSession(child) ? [child] : [];
  });
}

/** null when no session of the pool has this name. */
export function sessionNamed(root: RootRef, name: string): SessionRef | null {
  return (
    sessionsOf(root).find((session) => session.getSnapshot().context.slot.name === name) ?? null
  );
}

function isSession(child: unknown): child is SessionRef {
  const candidate = child as Partial<SessionRef> | undefined;
  const snapshot = candidate?.getSnapshot?.() as { context?: { slot?: unknown } } | undefined;
  return snapshot?.context?.slot !== undefined;
}
