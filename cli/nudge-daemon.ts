import type { DaemonPlace } from '../config/daemon-place.ts';
import { askDaemon } from './control-client.ts';

/** What is stored is found by the daemon in any case: it is only a little later then. */
const PATIENCE_MS = 300;

/** Tells the daemon that there is something new among the tasks. Never rejects. */
export async function nudgeDaemon(place: DaemonPlace): Promise<'told' | 'down' | 'silent'> {
  const path = '/v1/tasks/nudge';
  try {
    const answer = await askDaemon(place, { method: 'POST', path, patienceMs: PATIENCE_MS });
    return answer === null ? 'down' : 'told';
  } catch {
    return 'silent';
  }
}
