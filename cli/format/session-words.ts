import type { SessionReport } from '../../supervisor/status-report.ts';
import type { Style } from '../terminal/colours.ts';
import { failoverOf, failoverWords } from './failover-words.ts';
import type { Cell } from './table.ts';

/** `working running`: the state and what it is busy with, coloured by whether a person is needed. */
export function stateCell({ state, substate }: SessionReport): Cell {
  // Idle, and not how: nobody knows yet, or any more.
  if (state === 'idle' && substate === null) return { text: '-', style: 'dim' };
  const text = substate === null ? state : `${state} ${substate}`;
  return { text, style: styleOf(state, substate) };
}

/** The same while no daemon runs: that it is held was decided, that it is idle is not known. */
export function storedStateCell(session: SessionReport): Cell {
  return session.substate === 'held' ? { text: 'held', style: 'dim' } : stateCell(session);
}

/** What can be told while no daemon runs. */
export function storedNote(sessions: readonly Pick<SessionReport, 'conversation'>[]): string {
  const isEmpty = sessions.every(({ conversation }) => conversation === null);
  return isEmpty ? 'nothing is stored yet' : 'what it stored last is shown';
}

function styleOf(state: SessionReport['state'], substate: SessionReport['substate']): Style {
  if (state === 'failed') return ['bold', 'red'];
  if (state === 'crashed') return 'red';
  if (NEEDS_A_LOOK.has(substate)) return 'yellow';
  if (substate === 'ready') return 'green';
  return state === 'working' || substate === 'moving' ? 'cyan' : 'dim';
}

/** Nothing goes on there as it should. */
const NEEDS_A_LOOK: ReadonlySet<SessionReport['substate']> = new Set([
  'waiting',
  'blocked',
  'parked',
]);

/**
 * Why a person should look at it now: what it waits for, and the reason.
 *
 * @param due when the first account is due, in words; null = nobody knows, or it is not told here
 */
export function reasonOf(session: SessionReport, due: string | null = null): string {
  return [waitsFor(session, due), session.reason].filter((part) => part !== null).join('; ');
}

function waitsFor(session: SessionReport, due: string | null): string | null {
  const failover = failoverOf(session);
  switch (session.substate) {
    case 'waiting':
      return asksPerson(session.name);
    case 'parked':
      return `waits for an account${due === null ? '' : ` until ${due}`}, then goes on by itself`;
    case 'moving':
      return failover === null ? 'leaves its account' : failoverWords(failover);
    default:
      return failover === null ? null : failoverWords(failover);
  }
}

/** That the agent of a session asks, and how to answer. */
export function asksPerson(session: string): string {
  return `waits for a person: session attach ${session}`;
}

/** As much of a task's id as tells it from others; `task show` takes it. */
export function shortTask(task: string | null): string {
  return task?.slice(0, 14) ?? '';
}

/** Enough of a UUID to tell conversations apart. */
export function shortConversation(conversation: string | null): string {
  return conversation?.slice(0, 8) ?? '';
}
