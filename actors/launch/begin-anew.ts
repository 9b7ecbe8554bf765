import type { AgentPort, SessionFacts } from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import { isDirectory } from './launch-checks.ts';

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
  if (anew === null || task !== null || (await canGoOn(agent, facts, anew))) return request;
  const { conversation, workdir } = anew;
  return { ...request, facts: { ...facts, conversation, workdir, hasTranscript: false } };
}

async function canGoOn(
  agent: Pick<AgentPort, 'hasTranscript'>,
  facts: SessionFacts,
  { unless }: NonNullable<LaunchRequest['anew']>,
): Promise<boolean> {
  const { conversation, workdir, hasTranscript } = facts;
  if (!(await isDirectory(workdir))) return false;
  if (!hasTranscript) return true;
  return unless === 'onDisk'
    ? await agent.hasTranscript(conversation)
    : await agent.hasTranscript(conversation, workdir);
}
