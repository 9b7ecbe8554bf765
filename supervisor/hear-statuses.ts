import { isSameProcess } from '../machines/policy/process-identity.ts';
import type { AgentPort, AgentStatus } from '../machines/ports.ts';
import { type RootRef, type SessionRef, sessionsOf } from './pool.ts';

export interface Hearing {
  /** The safety net beside the watches: every agent's status is read again from its file. */
  refresh(): void;
  /** The same for one session. */
  refreshOne(session: SessionRef): void;
  /** Acts once all that its client said before was handed to the session. */
  inTurn(session: SessionRef, act: () => Promise<void>): Promise<void>;
  stop(): void;
}

/**
 * Hands what the clients say to the sessions whose agents said it; other clients' words go nowhere.
 *
 * Each session hears in the order in which it was said: whether the conversation is on disk takes a
 * look that can be quick for one word and slow for the next, and `busy` heard after the `idle` that
 * followed it would keep a session from its work. For the same reason a refresh reads only when the
 * words before it have been handed over.
 */
export function hearStatuses(
  root: RootRef,
  agent: Pick<AgentPort, 'hasTranscript' | 'onStatus' | 'status'>,
  onError: (error: unknown) => void,
): Hearing {
  const turns = new WeakMap<SessionRef, Promise<void>>();
  const inTurn = (session: SessionRef, act: () => Promise<void>) => {
    const turn = (turns.get(session) ?? Promise.resolve()).then(act);
    turns.set(session, turn.catch(onError));
    return turn;
  };
  const hear = (session: SessionRef, read: () => Promise<AgentStatus | null>) => {
    // Told by the chain itself, which goes on all the same.
    inTurn(session, () => handOver(session, read)).catch(() => {});
  };
  const isOnDisk = ({ conversation }: AgentStatus) =>
    agent.hasTranscript(conversation).catch((error) => {
      onError(error);
      // The session has not seen it, or it would not be looked for, and may take its conversation for
      // unused: whoever is about to paste into it asks the disk again, and no answer is a no.
      return false;
    });
  const handOver = async (session: SessionRef, read: () => Promise<AgentStatus | null>) => {
    const status = await read();
    if (status === null) return;
    const hasTranscript = isKnownOnDisk(session, status) || (await isOnDisk(status));
    session.send({ type: 'agent.status', status, hasTranscript });
  };
  const stop = agent.onStatus((status) => {
    const session = sessionsOf(root).find((candidate) => runs(candidate, status));
    if (session !== undefined) hear(session, async () => status);
  });
  const refreshOne = (session: SessionRef) =>
    hear(session, async () => {
      const { agent: process } = session.getSnapshot().context;
      return process === null ? null : await agent.status(process);
    });
  return {
    refresh: () => sessionsOf(root).forEach(refreshOne),
    refreshOne,
    inTurn,
    stop,
  };
}

/** The session keeps in mind that it has seen this conversation: another look could change nothing. */
function isKnownOnDisk(session: SessionRef, { conversation }: AgentStatus): boolean {
  const known = session.getSnapshot().context;
  return known.hasTranscript && known.conversation === conversation;
}

function runs(session: SessionRef, status: AgentStatus): boolean {
  return isSameProcess(status.agent, session.getSnapshot().context.agent);
}
