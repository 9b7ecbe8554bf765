/** What a daemon does for the sessions that people have, and have started, by hand. */
import { startClosingDialogs } from './close-dialogs.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { hearFailures } from './hear-failures.ts';
import type { Hearing } from './hear-statuses.ts';
import type { RootRef } from './pool.ts';
import type { SessionReport } from './status-report.ts';
import { startTakeOvers } from './take-overs.ts';
import type { WokenPassesParts } from './woken-passes.ts';

export interface ByHand {
  /** The report with the reason why its session is left alone, where it is. */
  explained<R extends SessionReport>(report: R): R;
  /** Why a session that is not ours is left alone; null = it is not, or nothing was seen yet. */
  whyLeft(session: string): string | null;
  /** Nothing is begun after this; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export interface ByHandParts
  extends Pick<DaemonParts, 'config' | 'retiring' | 'tmux' | 'agent' | 'accounts'>,
    WokenPassesParts {
  readonly statuses: Pick<Hearing, 'inTurn'>;
}

/**
 * Takes over dedicated sessions that were started by hand, has agents without hooks heard by their transcripts, and
 * closes the dialogs that clients have left open at a limit.
 */
export function startByHand(root: RootRef, parts: ByHandParts): ByHand {
  hearFailures(root, parts);
  const takeOvers = startTakeOvers(root, parts);
  const dialogs = startClosingDialogs(root, parts);
  return {
    whyLeft: takeOvers.whyLeft,
    explained: (report) => {
      const why = report.substate === 'blocked' ? takeOvers.whyLeft(report.name) : null;
      return why === null ? report : { ...report, reason: why };
    },
    stop: async () => {
      await Promise.all([takeOvers.stop(), dialogs.stop()]);
    },
  };
}
