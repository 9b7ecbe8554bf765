import { FailoverError } from '../../config/errors.ts';
import { fitsArgument, resumedPrompt, taskPrompt } from '../../machines/policy/task-prompt.ts';
import { troubleOf } from '../../machines/policy/trouble.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';
import type { TurnOutcome, TurnSeen } from '../../machines/signals.ts';
import type { HeldTask } from '../../machines/tasks.ts';
import type { Start, StartParts } from './start.ts';

interface TaskStart extends Pick<LaunchRequest, 'facts' | 'newConversation'> {
  readonly task: HeldTask;
}

/**
 * How an agent is started for a task whose transcript has not vanished: with the whole prompt in a
 * conversation that nothing was said in yet; in its own with the prompt to go on, when its transcript
 * has the task's prompt; with none when its turn has ended there already.
 */
export async function startWithTask(parts: StartParts, request: TaskStart): Promise<Start> {
  const { facts, task, newConversation } = request;
  const conversation = task.conversation ?? facts.conversation;
  if (!(await parts.agent.hasTranscript(conversation))) {
    // The id of a conversation that was seen on disk and is no longer there is not used again.
    const isUsedUp = task.conversation === null && facts.hasTranscript;
    return await beginning(parts, task, isUsedUp ? newConversation : conversation);
  }
  const turn = await parts.agent.turnOf(conversation, task.id);
  if (task.conversation === null && !turn.prompted) {
    return await beginning(parts, task, newConversation);
  }
  return goingOn(parts, { task, conversation, ended: endOf(turn, task) });
}

async function beginning(
  { textOf }: StartParts,
  { id, project }: HeldTask,
  conversation: string,
): Promise<Start> {
  const text = await textOf(id);
  // Not what tmux says of a pane that is gone: that one is worth another try.
  if (text === null)
    throw new FailoverError('TASK_UNKNOWN', `there is no task ${id}`, { task: id });
  const whole = taskPrompt(id, text);
  const fits = fitsArgument(whole);
  return {
    conversation,
    workdir: project,
    mode: 'new',
    hasTranscript: false,
    prompt: fits ? whole : null,
    delivery: fits ? 'argument' : 'paste',
    ended: null,
  };
}

function goingOn(
  { resumePrompt }: StartParts,
  {
    task: { id, project },
    conversation,
    ended,
  }: {
    readonly task: HeldTask;
    readonly conversation: string;
    readonly ended: TurnOutcome | null;
  },
): Start {
  return {
    conversation,
    workdir: project,
    mode: 'resume',
    hasTranscript: true,
    prompt: ended === null ? resumedPrompt(id, resumePrompt) : null,
    delivery: ended === null ? 'argument' : 'none',
    ended,
  };
}

/**
 * How the task's turn ended, if it is not to be gone on with. One that was interrupted is; so is one
 * that failed before this lease, since that is why there is a new one; and one that ended in trouble with
 * its account, which is why there is another account.
 */
function endOf({ outcome }: TurnSeen, { confirmed }: HeldTask): TurnOutcome | null {
  if (outcome?.kind === 'done') return outcome;
  if (outcome?.kind !== 'failed' || !confirmed) return null;
  return troubleOf(outcome) === null ? outcome : null;
}
