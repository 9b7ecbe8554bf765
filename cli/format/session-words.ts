import type { SessionReport } from '../../supervisor/status-report.ts';
import type { Style } from '../terminal/colours.ts';
import type { Cell } from './table.ts';

/** `working running`: the state and what it is busy with, coloured by whether a person is needed. */
export function stateCell({ state, substate }: SessionReport): Cell {
  const text = substate === null ? state : `${state} ${substate}`;
  return { text, style: styleOf(state, substate) };
}

function styleOf(state: SessionReport['state'], substate: SessionReport['substate']): Style {
  if (state === 'failed') return ['bold', 'red'];
  if (state === 'crashed') return 'red';
  if (substate === 'waiting' || substate === 'blocked') return 'yellow';
  if (substate === 'ready') return 'green';
  return state === 'working' ? 'cyan' : 'dim';
}

/** Enough of a UUID to tell conversations apart. */
export function shortConversation(conversation: string | null): string {
  return conversation?.slice(0, 8) ?? '';
}
