import { rm } from 'node:fs/promises';
import { FailoverError } from '../../config/errors.ts';
import { pastedPrompt, resumedPrompt, taskPrompt } from '../../machines/policy/task-prompt.ts';
import type { PasteRequest } from '../../machines/session/types.ts';
import type { HeldTask } from '../../machines/tasks.ts';
import { type DeliverParts, type Look, lookAt, obstacleIn, undelivered } from './look.ts';
import { pressAgain } from './press-enter.ts';

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
 * Rejects with `DELIVERY_POSTPONED`, nothing typed, when the agent is not idle or a person is at work
 * there; with `DELIVERY_FAILED` when its input box is not ours to use, or as `pressAgain` does: then
 * something stands in it. With `NOT_FOUND` when there is no such task; with the signal's reason when that
 * is aborted; and as the ports do.
 */
export async function pasteTask(
  parts: DeliverParts,
  request: PasteRequest,
  signal: AbortSignal,
): Promise<void> {
  const { session, task } = request;
  const file = await parts.agent.writePaste(session, await promptOf(parts, task));
  try {
    const paneId = await freePane(parts, request);
    signal.throwIfAborted();
    await parts.tmux.paste(paneId, file);
  } finally {
    await rm(file, { force: true });
  }
  await untilShown(parts, session, signal);
  await pressAgain(parts, request, signal);
}

/** The pane of the agent, when nothing speaks against typing into it. */
async function freePane(parts: DeliverParts, request: PasteRequest): Promise<string> {
  const { session, task } = request;
  const look = await lookAt(parts, request);
  const obstacle = obstacleIn(look, parts.now()) ?? strangeConversation(look, task);
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

async function untilShown(
  { tmux, sleep }: DeliverParts,
  session: string,
  signal: AbortSignal,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < SHOWN_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS, signal);
    const presences = await tmux.presence([session]).catch(() => null);
    if (presences?.get(session)?.hasDraft) return;
  }
}

/** A task that goes on does so in its own conversation, which a person may have left by `/clear`. */
function strangeConversation({ status }: Look, { conversation }: HeldTask): string | null {
  if (conversation === null || status?.conversation === conversation) return null;
  return 'its agent is in another conversation';
}

async function promptOf(parts: DeliverParts, { id, conversation }: HeldTask): Promise<string> {
  if (conversation !== null) return pastedPrompt(resumedPrompt(id, parts.resumePrompt));
  const text = await parts.textOf(id);
  if (text === null) throw new FailoverError('NOT_FOUND', `there is no task ${id}`, { task: id });
  return pastedPrompt(taskPrompt(id, text));
}
