/** An agent that lives in the pane of its session, though nobody knows it: an unfinished launch has left it. */
import type {
  AgentPort,
  ProcessIdentity,
  SessionFacts,
  SessionObservation,
} from '../../machines/ports.ts';
import type { Launched, LaunchRequest } from '../../machines/session/types.ts';
import { runs } from './session-as-it-is.ts';

export type LeftAgent = Pick<Launched, 'pane' | 'mark'>;

interface LeftParts {
  readonly agent: Pick<AgentPort, 'status' | 'hasTranscript'>;
}

/** The agent that an unfinished launch left in this session; null when there is none. */
export function leftIn(
  session: SessionObservation | null,
  previous: ProcessIdentity | null,
): LeftAgent | null {
  if (session === null || runs(session, previous)) return null;
  const { pane, mark } = session;
  return pane?.state === 'alive' && mark !== null ? { pane, mark } : null;
}

/**
 * Whether it is to be taken over instead of starting a second one. Of a session that changes its account
 * only when it says that it is there already: one that is not would go on with the old account's login.
 */
export async function isToBeKept(
  { agent }: LeftParts,
  reason: LaunchRequest['reason'],
  { left, account }: { readonly left: LeftAgent; readonly account: string },
): Promise<boolean> {
  if (reason !== 'failover' && reason !== 'move') return true;
  const status = await agent.status(left.pane.agent);
  return status?.account === account;
}

/** The launch that has been done by it. Only the agent itself knows which conversation it is in. */
export async function takenOver(
  { agent }: LeftParts,
  facts: SessionFacts,
  left: LeftAgent,
): Promise<Launched> {
  const status = await agent.status(left.pane.agent);
  const isKnown = status === null || status.conversation === facts.conversation;
  return {
    ...left,
    mode: 'found',
    conversation: status?.conversation ?? facts.conversation,
    workdir: isKnown ? facts.workdir : (status.cwd ?? facts.workdir),
    hasTranscript: isKnown ? facts.hasTranscript : await agent.hasTranscript(status.conversation),
    delivery: 'none',
    ended: null,
  };
}
