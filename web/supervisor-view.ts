import type { DaemonApi } from './daemon-api.ts';
import type { Inspector } from './inspector.ts';

/** What of the supervisor the page looks at. */
export interface SupervisorView {
  readonly api: DaemonApi;
  /** Given to `createActor(root, { inspect })`, or attached to a root that already runs. */
  readonly inspector: Inspector;
}
