import type { ActorRefFrom } from 'xstate';
import type { sessionMachine } from '../machines/session/machine.ts';
import type { rootMachine } from './root-machine.ts';

export type RootRef = ActorRefFrom<typeof rootMachine>;
export type SessionRef = ActorRefFrom<typeof sessionMachine>;

/** The session machines of the pool, lowest index first, also after one had to be spawned again. */
export function sessionsOf(root: RootRef): readonly SessionRef[] {
  const { children, context } = root.getSnapshot();
  return context.sessions.flatMap(({ slot }) => sessionIn(children, slot.name) ?? []);
}

/** null when no session of the pool has this name; whatever the size of the pool, one look tells. */
export function sessionNamed(root: RootRef, name: string): SessionRef | null {
  return sessionIn(root.getSnapshot().children, name);
}

/** A session machine is the root's child under the name of its slot; its other children are none. */
function sessionIn(children: object, name: string): SessionRef | null {
  const child = (children as Readonly<Record<string, unknown>>)[name];
  return isSession(child, name) ? child : null;
}

function isSession(child: unknown, name: string): child is SessionRef {
  const candidate = child as Partial<SessionRef> | undefined;
  const snapshot = candidate?.getSnapshot?.() as
    | { context?: { slot?: { name?: unknown } } }
    | undefined;
  return snapshot?.context?.slot?.name === name;
}
