import { FailoverError } from '../../config/errors.ts';
import type { SessionFacts } from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import type { HeldTask } from '../../machines/tasks.ts';
import type { Start, StartParts } from './start.ts';
import { startWithTask } from './start-with-task.ts';

/** The directory that the agent is started in. */
export function workdirOf({ facts, task }: LaunchRequest): string {
  return task?.project ?? facts.workdir;
}

/**
 * Decides from what is on disk now; ask once the session's earlier agent is gone, which may have begun
 * or ended something as it went. Rejects with TRANSCRIPT_VANISHED, DISK_FAILED, or what the store says.
 */
export async function planStart(parts: StartParts, request: LaunchRequest): Promise<Start> {
  const { facts, task, newConversation } = request;
  await refuseVanished(parts, { facts, task });
  if (task !== null) return await startWithTask(parts, { facts, task, newConversation });
  const { conversation, workdir } = facts;
  const hasTranscript = await parts.agent.hasTranscript(conversation);
  const mode = hasTranscript ? 'resume' : 'new';
  const withoutTask = { prompt: null, delivery: 'none', ended: null } as const;
  return { conversation, workdir, mode, hasTranscript, ...withoutTask };
}

/** A conversation that has begun is never silently begun afresh: TRANSCRIPT_VANISHED. */
export async function refuseVanished(
  { agent }: Pick<StartParts, 'agent'>,
  { facts, task }: Pick<LaunchRequest, 'facts' | 'task'>,
): Promise<void> {
  const begun = begunIn(facts, task);
  if (begun === null || (await agent.hasTranscript(begun))) return;
  throw new FailoverError(
    'TRANSCRIPT_VANISHED',
    `the transcript of conversation ${begun} has vanished; ${adviceOn(facts, task)}`,
    { conversation: begun },
  );
}

/**
 * The conversation that must be on disk: the session's own, once it was seen there. A client says that
 * it has a prompt before it writes it down: one that ended in between leaves a task that has begun, and
 * a conversation that never did. Whichever session the task comes to then, it is begun again.
 */
function begunIn({ conversation, hasTranscript }: SessionFacts, task: HeldTask | null) {
  const its = task === null ? conversation : task.conversation;
  return its === conversation && hasTranscript ? its : null;
}

function adviceOn({ name }: SessionFacts, task: HeldTask | null): string {
  return task === null
    ? `put it back, then run "claude-failover session reset ${name}"; while it is gone, that starts a new conversation`
    : `the task ${task.id} had begun in it: put it back, or add the task again`;
}
