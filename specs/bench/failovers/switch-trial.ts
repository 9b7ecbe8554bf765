import type { Arrival } from '../arrivals.ts';
import type { SwitchEvent } from './switch-events.ts';

/**
 * What became of a session whose turn has ended at the limit, in milliseconds after the agent's own hook
 * told of it. null = nothing did in time.
 */
export interface SwitchTrial {
  /** The supervisor knows. */
  readonly knownMs: number | null;
  /** The process of the agent that met the limit is no more. */
  readonly goneMs: number | null;
  /** The process of the next agent exists. */
  readonly issuedMs: number | null;
  /** From the one to the other; less than nothing when both were there at the same time. */
  readonly betweenMs: number | null;
  /** The next agent has taken the prompt to go on. */
  readonly promptedMs: number | null;
  /** Its turn has ended well. */
  readonly stoppedMs: number | null;
  /** The supervisor has stored that the conversation goes on. */
  readonly recordedMs: number | null;
}

type Heard = Arrival<SwitchEvent>;

/** The first such end of a turn in a record of what was heard, and what followed; null = there is none. */
export function switchIn(events: readonly Heard[]): SwitchTrial | null {
  const at = events.findIndex(({ told }) => told.kind === 'failed');
  const evidence = events[at];
  if (evidence === undefined) return null;
  const later = events.slice(at + 1);
  const since = (found: Heard | undefined) => (found ? found.atMs - evidence.atMs : null);
  const first = (kind: SwitchEvent['kind']) => since(later.find(({ told }) => told.kind === kind));
  const goneMs = first('gone');
  const issuedMs = since(birthOfNext(later));
  return {
    knownMs: first('known'),
    goneMs,
    issuedMs,
    betweenMs: goneMs === null || issuedMs === null ? null : issuedMs - goneMs,
    promptedMs: first('prompted'),
    stoppedMs: first('stopped'),
    recordedMs: first('recorded'),
  };
}

/** Which of tmux's children it is, the supervisor tells. */
function birthOfNext(later: readonly Heard[]): Heard | undefined {
  const next = later.find(({ told }) => told.kind === 'started')?.told;
  if (next?.kind !== 'started') return undefined;
  return later.find(({ told }) => told.kind === 'born' && told.pid === next.pid);
}
