import type { DaemonPlace } from '../config/daemon-place.ts';
import type { AccountDetail } from '../supervisor/status-report.ts';
import { requireDaemon } from './control-client.ts';

/** Where the control API tells of an account, and takes verbs for it. */
export function accountPath(name: string): string {
  return `/v1/accounts/${encodeURIComponent(name)}`;
}

/** The daemon's own words on an account. Throws `NOT_FOUND` and `DAEMON_DOWN`. */
export async function askAccount(place: DaemonPlace, name: string): Promise<AccountDetail> {
  return (await requireDaemon(place, { method: 'GET', path: accountPath(name) })) as AccountDetail;
}
