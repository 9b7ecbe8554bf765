import type { SessionEvent } from '../machines/session/types.ts';
import type { Action } from './reconcile.ts';

/** What a session is told of a difference between what it believes and what tmux shows. */
export function eventFor(action: Action): SessionEvent {
  switch (action.kind) {
    case 'died':
      return { type: 'agent.died', death: action.death };
    case 'found':
      return { type: 'agent.found', pane: action.pane, mark: action.mark };
    case 'renamed':
      return { type: 'session.renamed', to: action.to, agent: action.agent };
    case 'freed':
      return { type: 'slot.freed' };
  }
}
