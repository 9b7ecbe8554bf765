import { taskIdIn } from '../../machines/policy/task-prompt.ts';
import type { TurnFailure, TurnOutcome, TurnSeen } from '../../machines/signals.ts';
import { backgroundAfter } from './background-rows.ts';
import { blocksIn, isRecord, type Row, textIn } from './transcript-row.ts';

/** What the rows so far say of the latest prompt of a task. */
export interface TurnSoFar extends TurnSeen {
  /** A row with the header was read, and its turn goes on. */
  readonly isOpen: boolean;
  /** The client's id of the prompt that it read last in it; null = its rows tell none. */
  readonly prompt: string | null;
  /** What the agent said last in it. */
  readonly answer: Answer | null;
  /** The shells that it left running in the background. */
  readonly background: readonly string[];
}

interface Answer {
  readonly text: string;
  /** What the client noted of an error of the API; null = the model said it. */
  readonly error: Pick<TurnFailure, 'error' | 'status' | 'at'> | null;
}

export const NO_TURN: TurnSoFar = {
  prompted: false,
  outcome: null,
  isOpen: false,
  prompt: null,
  answer: null,
  background: [],
};

/** What is known after one more row. Rows of subagents and notes beside the conversation change nothing. */
export function afterRow(turn: TurnSoFar, row: Row, task: string): TurnSoFar {
  if (row['isSidechain'] === true) return turn;
  if (isPromptOf(task, row)) {
    return { ...NO_TURN, prompted: true, isOpen: true, prompt: promptIdIn(row) };
  }
  if (!turn.isOpen) return turn;
  const background = backgroundAfter(turn.background, row);
  return afterRowOfTurn(background === turn.background ? turn : { ...turn, background }, row);
}

function afterRowOfTurn(turn: TurnSoFar, row: Row): TurnSoFar {
  switch (row['type']) {
    case 'user':
      return afterUserRow(turn, row);
    case 'assistant':
      return { ...turn, answer: answerIn(row, turn.answer) };
    case 'system':
      return endsTurn(turn, row) ? closed(turn, outcomeOf(turn)) : turn;
    default:
      return turn;
  }
}

function afterUserRow(turn: TurnSoFar, row: Row): TurnSoFar {
  const text = textIn(row);
  if (text.startsWith(INTERRUPTED)) return closed(turn, { kind: 'interrupted' });
  // Somebody else's prompt before the end: what ends from here on is not, or not only, the task's turn.
  if (isPersons(row)) return closed(turn, null);
  return { ...turn, prompt: promptIdIn(row) ?? turn.prompt };
}

const INTERRUPTED = '[Request interrupted by user';

/** What tools gave, notes of the client to the model, and summaries that repeat a prompt are user rows too. */
export function isPrompt(row: Row): boolean {
  const isToolResult = blocksIn(row).some((block) => block['type'] === 'tool_result');
  return !isToolResult && row['isMeta'] !== true && row['isCompactSummary'] !== true;
}

function isPromptOf(task: string, row: Row): boolean {
  return row['type'] === 'user' && isPrompt(row) && taskIdIn(textIn(row)) === task;
}

function isPersons(row: Row): boolean {
  const { origin } = row;
  return isPrompt(row) && isRecord(origin) && origin['kind'] === 'human';
}

/** The row that closes a turn; one that left work in the background is followed by another turn. */
function endsTurn({ background }: TurnSoFar, row: Row): boolean {
  const { subtype, pendingBackgroundAgentCount, pendingWorkflowCount } = row;
  if (subtype !== 'turn_duration' || background.length > 0) return false;
  return !(isSome(pendingBackgroundAgentCount) || isSome(pendingWorkflowCount));
}

function isSome(count: unknown): boolean {
  return typeof count === 'number' && count > 0;
}

function answerIn(row: Row, before: Answer | null): Answer | null {
  const text = textIn(row);
  if (row['isApiErrorMessage'] === true) return { text, error: errorIn(row) };
  // The client answers in the model's place where a turn was cut off.
  if (isRecord(row['message']) && row['message']['model'] === '<synthetic>') return before;
  // A thought or a use of a tool says nothing by itself, but that it goes on.
  if (text === '') return { text: before?.error === null ? before.text : '', error: null };
  return { text, error: null };
}

function errorIn({ error, apiErrorStatus, timestamp }: Row): NonNullable<Answer['error']> {
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return {
    error: typeof error === 'string' ? error : 'unknown',
    status: typeof apiErrorStatus === 'number' ? apiErrorStatus : null,
    // The client dates every row; one that is not is taken for new.
    at: Number.isFinite(at) ? at : Date.now(),
  };
}

/** What a row of an error of the API says, of the prompt with this id. */
export function failureIn(row: Row, prompt: string | null): TurnFailure {
  return { kind: 'failed', ...errorIn(row), message: textIn(row), prompt, source: 'transcript' };
}

/** The client's id of the prompt that a row belongs to; null = it tells none. */
export function promptIdIn({ promptId }: Row): string | null {
  return typeof promptId === 'string' && promptId !== '' ? promptId : null;
}

function outcomeOf({ answer, prompt }: TurnSoFar): TurnOutcome | null {
  if (answer === null) return null;
  const { text, error } = answer;
  if (error === null) return { kind: 'done', result: text };
  return { kind: 'failed', ...error, message: text, prompt, source: 'transcript' };
}

function closed(turn: TurnSoFar, outcome: TurnOutcome | null): TurnSoFar {
  return { ...turn, outcome, isOpen: false };
}
