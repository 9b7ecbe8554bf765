import type { LogEvent } from '../log-events.ts';
import type { FailoverContext } from './types.ts';

/** What of the log's list of events a failover tells. */
export type FailoverWord = Extract<LogEvent['event'], `failover.${string}`>;

type Builders = { readonly [W in FailoverWord]: (context: FailoverContext) => LogEvent<W> };

const BUILDERS: Builders = {
  'failover.started': (c) => ({
    event: 'failover.started',
    ...failover(c),
    reason: c.facts.reason,
    evidence: c.facts.evidence,
  }),
  'failover.decided': (c) => ({
    event: 'failover.decided',
    ...failover(c),
    to: c.facts.to ?? c.facts.from,
    reason: c.facts.reason,
    why: c.why ?? 'unknown',
  }),
  'failover.completed': (c) => ({
    event: 'failover.completed',
    ...failover(c),
    // Nothing is completed that did not go anywhere.
    to: c.facts.to ?? c.facts.from,
    reason: c.facts.reason,
    ms: Math.max(0, c.facts.changedAt - c.facts.startedAt),
  }),
  'failover.stayed': (c) => ({ event: 'failover.stayed', ...failover(c) }),
  'failover.failed': (c) => ({
    event: 'failover.failed',
    ...failover(c),
    to: c.facts.to,
    reason: c.facts.error ?? 'unknown',
  }),
  'failover.parked': (c) => ({
    event: 'failover.parked',
    ...failover(c),
    until: c.until === null ? null : new Date(c.until).toISOString(),
  }),
};

/** The log line that tells of `word`, with the facts a person reading the log needs. */
export function logEntry(context: FailoverContext, word: FailoverWord): LogEvent {
  return BUILDERS[word](context);
}

function failover({ facts, index }: FailoverContext) {
  const { session, conversation, from } = facts;
  return { session, index, conversation, from };
}
