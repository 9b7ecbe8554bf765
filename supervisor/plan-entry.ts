import type { LogEvent } from '../machines/log-events.ts';
import type { Observation } from '../machines/ports.ts';
import type { Action, Belief } from './reconcile.ts';

export interface Reconciled {
  readonly because: 'woke' | 'interval';
  readonly beliefs: readonly Belief[];
  readonly observation: Observation;
  readonly plan: readonly Action[];
}

/**
 * A reconcile in print: what should be there, what is, and what follows. null for a wake after which
 * all is as it was: a busy pool has many of those.
 */
export function planEntry(reconciled: Reconciled): LogEvent<'reconcile.planned'> | null {
  const { because, beliefs, observation, plan } = reconciled;
  if (because === 'woke' && plan.length === 0) return null;
  return {
    event: 'reconcile.planned',
    because,
    desired: Object.fromEntries(beliefs.map((belief) => [belief.name, wanted(belief)])),
    observed: observed(observation),
    actions: plan.map(({ kind, name }) => ({ kind, session: name })),
  };
}

function wanted({ phase, agent }: Belief): string {
  return phase === 'settled' && agent !== null ? `agent ${agent.pid}` : phase;
}

function observed(observation: Observation): Readonly<Record<string, string>> | string {
  if (observation.kind !== 'seen') return observation.kind;
  return Object.fromEntries(
    observation.sessions.map(({ name, mark, pane }) => {
      if (mark === null) return [name, 'not ours'];
      if (pane === null) return [name, 'no pane of ours'];
      return [name, pane.state === 'alive' ? `agent ${pane.agent.pid}` : `dead ${pane.pid}`];
    }),
  );
}
