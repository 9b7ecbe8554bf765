import type { LogEvent } from '../machines/log-events.ts';
import type { Alarm } from './alarm.ts';
import type { RootEmitted } from './root-types.ts';

/** Whether tmux tells what is there. */
export interface TmuxSight {
  /** What it has told just now, or that it tells nothing. */
  see(observation: Observation): void;
  /** Epoch milliseconds since when it does not answer; null while it does. */
  silentSince(): number | null;
  /** Nothing is told after this. */
  stop(): void;
}

type Observation = Extract<RootEmitted, { type: 'reconciled' }>['observation'];

export interface SightParts {
  readonly tell: (entry: LogEvent) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly alarm: (ring: () => void) => Alarm;
}

/** A server that ends leaves our client without an answer for some milliseconds: that is no silence. */
const SILENT_AFTER_MS = 1000;

/**
 * Says once that tmux does not answer, when that has lasted a second, and once that it answers again; a tmux
 * that hangs would have it said at each listing.
 */
export function createTmuxSight({ tell, now, alarm }: SightParts): TmuxSight {
  let blind: { readonly since: number; readonly reason: string } | null = null;
  let isTold = false;
  const lasting = alarm(() => {
    if (blind === null || isTold) return;
    isTold = true;
    tell(blindness(blind.reason));
  });
  return {
    see: (observation) => {
      if (observation.kind === 'unknown') {
        if (blind !== null) return;
        blind = { since: now(), reason: observation.reason };
        return lasting.set(SILENT_AFTER_MS);
      }
      blind = null;
      lasting.set(null);
      if (isTold) tell({ event: 'tmux.answered' });
      isTold = false;
    },
    silentSince: () => (isTold ? (blind?.since ?? null) : null),
    stop: () => lasting.set(null),
  };
}

function blindness(error: string): LogEvent {
  return {
    event: 'daemon.error',
    reason: 'tmux does not tell what is there: nothing is decided until it does',
    error,
  };
}
