import type { SnapshotFrom } from 'xstate';
import type { sessionMachine } from '../machines/session/machine.ts';
import type { Belief } from './reconcile.ts';

export type SessionSnapshot = SnapshotFrom<typeof sessionMachine>;

/** What a session machine believes, for comparing with what tmux shows. */
export function beliefOf(snapshot: SessionSnapshot): Belief {
  const { slot, mark, agent } = snapshot.context;
  // No launch follows by itself, so nothing will end that agent: seen alive, it is the session's.
  const isAtRest = snapshot.matches({ idle: 'held' }) || snapshot.matches({ idle: 'blocked' });
  const previous = isAtRest ? null : snapshot.context.previous;
  return { name: slot.name, mark, agent, previous, phase: phaseOf(snapshot) };
}

function phaseOf(snapshot: SessionSnapshot): Belief['phase'] {
  if (snapshot.hasTag('launching')) return 'launching';
  if (snapshot.matches({ idle: 'blocked' })) return 'blocked';
  if (snapshot.matches('failed')) return 'failed';
  return 'settled';
}
