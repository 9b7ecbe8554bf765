import type { DaemonPlace } from '../config/daemon-place.ts';
import type { StatusReport } from '../supervisor/status-report.ts';
import { askDaemon } from './control-client.ts';

/** It is one note of a page: nobody waits long for it. */
const PATIENCE_MS = 300;

/**
 * The sessions whose agents ask a person, by the id of the task that each holds. Only a daemon knows:
 * nothing when none answers. Never rejects.
 */
export async function askingSessions(place: DaemonPlace): Promise<ReadonlyMap<string, string>> {
  const question = { method: 'GET', path: '/v1/status', patienceMs: PATIENCE_MS } as const;
  const answer = await askDaemon(place, question).catch(() => null);
  const { sessions } = (answer ?? { sessions: [] }) as Pick<StatusReport, 'sessions'>;
  return new Map(
    sessions
      .filter(({ substate }) => substate === 'waiting')
      .flatMap(({ task, name }) => (task === null ? [] : [[task, name] as const])),
  );
}
