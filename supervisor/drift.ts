import type { Slot } from '../config/slots.ts';
import type { LogEvent } from '../machines/log-events.ts';
import { describeDeath } from '../machines/policy/death.ts';
import type { Action } from './reconcile.ts';

/**
 * The log line of something that a reconcile found and no event had told; null when there is no
 * news in it. tmux wakes us for a death and for the end of a session, so that one that only the
 * interval shows was missed; of a new name and of an agent of somebody else's it never tells.
 */
export function driftOf(
  action: Action,
  slot: Pick<Slot, 'name' | 'index'>,
  because: 'woke' | 'interval',
): LogEvent<'reconcile.drifted'> | null {
  const isToldByTmux = action.kind === 'died' || action.kind === 'freed';
  if (isToldByTmux && because === 'woke') return null;
  const { name: session, index } = slot;
  return {
    event: 'reconcile.drifted',
    session,
    index,
    action: action.kind,
    reason: reasonOf(action),
  };
}

function reasonOf(action: Action): string {
  switch (action.kind) {
    case 'died':
      return describeDeath(action.death.cause);
    case 'found':
      return `agent ${action.pane.agent.pid} runs in it, and nobody had told of it`;
    case 'renamed':
      return `its agent is in ${action.to} now and left alone`;
    case 'freed':
      return 'the session that had its name is gone';
  }
}
