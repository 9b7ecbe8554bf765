import type { AgentPort, ProcessPort } from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import { lookUntil, type Patience } from './look-until.ts';

/** Many times what a client takes to write down a turn that it says has ended. */
const PATIENCE_MS = 1500;

export interface WrittenParts {
  readonly agent: Pick<AgentPort, 'hasTranscript'>;
  readonly processes: Pick<ProcessPort, 'isAlive'>;
  readonly sleep: Patience['sleep'];
}

/**
 * The launch as it was asked for, with what there is on disk by now of a conversation that nobody has seen there,
 * although a turn of it has ended. A client says so before it writes anything of its first turn down, and one that
 * is ended in between never does: as long as it lives it is given a moment. What is seen now and not found later has
 * vanished; what was never there may be begun again, and nothing is lost with it. Rejects with DISK_FAILED.
 */
export async function asWritten(
  { agent, processes, sleep }: WrittenParts,
  request: LaunchRequest,
): Promise<LaunchRequest> {
  const { facts, previous } = request;
  const { conversation, hasTranscript, trouble } = facts;
  if (hasTranscript || trouble?.evidence.conversation !== conversation) return request;
  const read = async () => {
    // Looked at first: what one that has ended wrote is all there.
    const lives = previous !== null && processes.isAlive(previous);
    return { lives, isThere: await agent.hasTranscript(conversation) };
  };
  const isEnough = ({ lives, isThere }: Awaited<ReturnType<typeof read>>) => isThere || !lives;
  const { isThere } = await lookUntil(read, isEnough, { withinMs: PATIENCE_MS, sleep });
  return isThere ? { ...request, facts: { ...facts, hasTranscript: true } } : request;
}
