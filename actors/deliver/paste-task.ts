import { rm } from 'node:fs/promises';
import { FailoverError } from '../../config/errors.ts';
import { pastedPrompt, resumedPrompt, taskPrompt } from '../../machines/policy/task-prompt.ts';
import type { PasteRequest } from '../../machines/session/types.ts';
import { type DeliverParts, type Look, lookAt, newest, obstacleIn, undelivered } from './look.ts';
import { pressWhenAlone } from './press-enter.ts';

/**
 * How long the client may take to show that something stands in its input box, and how often we look. An
 * Enter that it reads together with the text is the last line break of it, not the end: a client that has
 * just started, or has a megabyte to read, is slow. One that shows nothing we know gets Enter all the same.
 */
const SHOWN_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 50;

/**
 * Pastes the prompt of a task into a living agent that is at its prompt, looks again, and presses Enter
 * by itself. Resolves when Enter was pressed: whether the client took it, only its signal tells.
 *
 * Rejects with `DELIVERY_POSTPONED`, nothing typed, when the agent is not idle, is in another
 * conversation than the session's, or a person is at work there; with `DELIVERY_FAILED` when its input box
 * is not ours to use, or as `pressAgain` does: then something stands in it. With `TASK_UNKNOWN` when there
 * is no such task; with the signal's reason when that is aborted; and as the ports do.
 */
export async function pasteTask(
  parts: DeliverParts,
  request: PasteRequest,
  signal: AbortSignal,
): Promise<void> {
  const { session } = request;
  const file = await parts.agent.writePaste(session, await promptOf(parts, request));
  try {
    const paneId = await freePane(parts, request);
    signal.throwIfAborted();
    await parts.tmux.paste(paneId, file);
  } finally {
    await rm(file, { force: true });
  }
  const lastActiveAt = await untilShown(parts, session, signal);
  await pressWhenAlone(parts, { ...request, lastActiveAt }, signal);
}

/** The pane of the agent, when nothing speaks against typing into it. */
async function freePane(parts: DeliverParts, request: PasteRequest): Promise<string> {
  const { session } = request;
  const look = await lookAt(parts, request);
  const obstacle = obstacleIn(look, parts.now()) ?? strangeConversation(look, request);
  if (obstacle !== null || look.paneId === null) {
    throw undelivered('DELIVERY_POSTPONED', session, obstacle ?? 'it has no pane');
  }
  // Whoever typed it has left. Behind it the prompt would not begin with its header, and behind `!` it
  // would be run by a shell.
  if (look.presence?.hasDraft) {
    throw undelivered('DELIVERY_FAILED', session, 'a half-typed line stands in its input box');
  }
  return look.paneId;
}

/** Epoch milliseconds of the last key that somebody pressed there meanwhile; null = nobody was seen. */
async function untilShown(
  { tmux, sleep }: DeliverParts,
  session: string,
  signal: AbortSignal,
): Promise<number | null> {
  let lastActiveAt: number | null = null;
  for (let waitedMs = 0; waitedMs < SHOWN_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS, signal);
    const presence = (await tmux.presence([session]).catch(() => null))?.get(session);
    lastActiveAt = newest(lastActiveAt, presence?.lastActiveAt ?? null);
    if (presence?.hasDraft) break;
  }
  return lastActiveAt;
}

/** A person may have left the session's conversation, by `/clear` or `/resume`: the other one is theirs. */
function strangeConversation({ status }: Look, { conversation }: PasteRequest): string | null {
  return status?.conversation === conversation ? null : 'its agent is in another conversation';
}

async function promptOf(parts: DeliverParts, request: PasteRequest): Promise<string> {
  const { id } = request.task;
  if (await goesOn(parts, request)) return pastedPrompt(resumedPrompt(id, parts.resumePrompt));
  const text = await parts.textOf(id);
  if (text === null) {
    throw new FailoverError('TASK_UNKNOWN', `there is no task ${id}`, { task: id });
  }
  return pastedPrompt(taskPrompt(id, text));
}

/**
 * Whether the task's prompt is in the conversation already. One that was taken and never written down is
 * given as a whole; and a task that is new is given to no conversation in which something was said.
 * Rejects with `DELIVERY_POSTPONED` there, and when the disk does not tell: unknown is not unused.
 */
async function goesOn({ agent }: DeliverParts, request: PasteRequest): Promise<boolean> {
  const { session, task, conversation } = request;
  const isUsed = await agent.hasTranscript(conversation).catch(() => null);
  if (isUsed === null) {
    const why = 'the disk does not tell whether its conversation was used';
    throw undelivered('DELIVERY_POSTPONED', session, why);
  }
  if (isUsed && task.conversation === null) {
    throw undelivered('DELIVERY_POSTPONED', session, 'its conversation was used already');
  }
  return isUsed;
}
