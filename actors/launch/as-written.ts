import type { AgentPort, ProcessPort } from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import type { TakenParts } from './refuse-taken.ts';

/** Many times what a client takes to write down a turn that it says has ended. */
const PATIENCE_MS = 1500;
const LOOK_EVERY_MS = 25;
const NEVER = new AbortController().signal;

export interface WrittenParts {
  readonly agent: Pick<AgentPort, 'hasTranscript'>;
  readonly processes: Pick<ProcessPort, 'isAlive'>;
  readonly sleep: TakenParts['sleep'];
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
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    if (await agent.hasTranscript(conversation)) {
      return { ...request, facts: { ...facts, hasTranscript: true } };
    }
    if (previous === null || !processes.isAlive(previous)) break;
    await sleep(LOOK_EVERY_MS, NEVER);
  }
  return request;
}
