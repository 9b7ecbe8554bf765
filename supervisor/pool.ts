import type { ActorRefFrom } from 'xstate';
import type { AgentPort, AgentStatus } from '../machines/ports.ts';
import type { sessionMachine } from '../machines/session/machine.ts';
import type { rootMachine } from './root-machine.ts';

export type RootRef = ActorRefFrom<typeof rootMachine>;
export type SessionRef = ActorRefFrom<typeof sessionMachine>;

/** The session machines of the pool, lowest index first (the order in which they were spawned). */
export function sessionsOf(root: RootRef): readonly SessionRef[] {
  const children: readonly unknown[] = Object.values(root.getSnapshot().children);
  return children.filter(isSession);
}

/** null when no session of the pool has this name. */
export function sessionNamed(root: RootRef, name: string): SessionRef | null {
  return (
    sessionsOf(root).find((session) => session.getSnapshot().context.slot.name === name) ?? null
  );
}

/** Hands the client's word to the session whose agent said it; other clients' words go nowhere. */
export async function tellStatus(
  root: RootRef,
  agent: Pick<AgentPort, 'hasTranscript'>,
  status: AgentStatus,
): Promise<void> {
  const session = sessionsOf(root).find((candidate) => runs(candidate, status));
  if (session === undefined) return;
  const hasTranscript = await agent.hasTranscript(status.conversation);
  session.send({ type: 'agent.status', status, hasTranscript });
}

/** The safety net beside the watches: every agent's status is read again from its file. */
export async function refreshStatuses(root: RootRef, agent: AgentPort): Promise<void> {
  for (const session of sessionsOf(root)) {
    const { agent: process, account } = session.getSnapshot().context;
    const status = process === null ? null : await agent.status(process, account);
    if (status !== null) await tellStatus(root, agent, status);
  }
}

function runs(session: SessionRef, status: AgentStatus): boolean {
  const { agent } = session.getSnapshot().context;
  return agent?.pid === status.agent.pid && agent.startTime === status.agent.startTime;
}

function isSession(child: unknown): child is SessionRef {
  const candidate = child as Partial<SessionRef> | undefined;
  const snapshot = candidate?.getSnapshot?.() as { context?: { slot?: unknown } } | undefined;
  return snapshot?.context?.slot !== undefined;
}
