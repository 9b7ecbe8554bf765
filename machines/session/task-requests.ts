/** What the effects of a delivery are asked for, from all that the session knows. */
import type { HeldTask } from '../tasks.ts';
import type { LookRequest, PasteRequest, PressRequest, SessionContext } from './types.ts';

interface Given {
  readonly context: SessionContext;
}

/** Nothing is asked for without an agent and a task; should it be, it is of nobody and fails by itself. */
const NOBODY = { pid: 0, startTime: '' };
const NO_TASK: HeldTask = {
  id: '',
  fence: 0,
  project: '',
  conversation: null,
  attempts: 0,
  confirmed: false,
};

export const pasteRequest = ({ context }: Given): PasteRequest => ({
  ...pressRequest({ context }),
  task: context.task ?? NO_TASK,
  conversation: context.conversation,
});

export const pressRequest = ({ context: { slot, agent } }: Given): PressRequest => ({
  session: slot.name,
  agent: agent ?? NOBODY,
});

export const lookRequest = ({ context: { conversation, task } }: Given): LookRequest => ({
  conversation,
  task: task?.id ?? '',
});
