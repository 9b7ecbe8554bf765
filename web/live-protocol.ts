/**
 * What travels over `/v1/live`, from the daemon to the page only, one JSON object a frame: first
 * `hello`, then increments. `web/static/live.js` is its reader.
 */
import type { StatusReport } from '../supervisor/status-report.ts';

export interface ActorView {
  /** XState's session id, e.g. `x:3`: unique in a daemon's life. */
  readonly id: string;
  /** What its parent calls it: the session's name for sessions of the pool. */
  readonly name: string;
  readonly parent: string | null;
  /** Key of its chart (`/v1/charts/KEY`); null for actors that are not machines. */
  readonly machine: string | null;
  /** Ids of the active state nodes, outermost first: what is lit in the chart. */
  readonly nodes: readonly string[];
  /** Keys down to the innermost active state: what a person reads. Empty for other actors. */
  readonly path: readonly string[];
  readonly status: string;
  /** Redacted. */
  readonly context: unknown;
}

export interface TakenTransition {
  readonly source: string;
  readonly event: string;
  readonly targets: readonly string[];
}

/** One event that an actor handled, and the state it was in afterwards. */
export interface LogEntry {
  readonly seq: number;
  /** ISO 8601 UTC, milliseconds. */
  readonly at: string;
  readonly actor: string;
  readonly actorName: string;
  /** Name of the sender; null when it came from outside the actor system. */
  readonly from: string | null;
  readonly type: string;
  /** Redacted. */
  readonly event: unknown;
  readonly nodes: readonly string[];
  readonly path: readonly string[];
  readonly status: string;
  /** Empty when the machine ignored the event. */
  readonly transitions: readonly TakenTransition[];
}

export type InspectorMessage =
  | { readonly kind: 'actor'; readonly actor: ActorView }
  | { readonly kind: 'entry'; readonly entry: LogEntry }
  | { readonly kind: 'gone'; readonly id: string };

export interface InspectorDump {
  readonly actors: readonly ActorView[];
  /** Oldest first. */
  readonly log: readonly LogEntry[];
}

export type LiveMessage =
  | ({ readonly kind: 'hello'; readonly v: 1; readonly status: StatusReport } & InspectorDump)
  | { readonly kind: 'status'; readonly status: StatusReport }
  | InspectorMessage;
