import type { AgentPort } from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import { isDirectory } from './launch-checks.ts';
import { hasBegun } from './plan-start.ts';

/**
 * The launch as it was asked for; or one of a conversation that has not begun, where an operator allows that and the
 * session's own cannot go on now. It is looked for again, as whoever lost it may have put it back. A task says
 * itself what is to become of it. Rejects with DISK_FAILED.
 */
export async function orAnew(
  { agent }: { readonly agent: Pick<AgentPort, 'hasTranscript'> },
  request: LaunchRequest,
): Promise<LaunchRequest> {
  const { facts, task, anew } = request;
  if (anew === null || task !== null || (await canGoOn(agent, request))) return request;
  return { ...request, facts: { ...facts, ...anew, hasTranscript: false } };
}

async function canGoOn(
  agent: Pick<AgentPort, 'hasTranscript'>,
  { facts }: LaunchRequest,
): Promise<boolean> {
  if (!(await isDirectory(facts.workdir))) return false;
  return !hasBegun(facts) || (await agent.hasTranscript(facts.conversation));
}
