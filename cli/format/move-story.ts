import { sentenceOf } from '../../supervisor/sentences.ts';
import type { HistoryReport } from '../../supervisor/status-report.ts';

/**
 * A history in which a move that was completed is one entry: the decision that it followed is gone, and its rule
 * is the fact `why` of the move. For accounts, of which many sessions may leave at once.
 */
export function movesFolded(history: readonly HistoryReport[]): readonly HistoryReport[] {
  const decisions = new Map<unknown, HistoryReport>();
  const folded = new Set<HistoryReport>();
  const entries = history.map((entry) => {
    const { session, to } = entry.facts;
    if (entry.event === 'failover.decided') decisions.set(session, entry);
    const decision = entry.event === 'failover.completed' ? decisions.get(session) : undefined;
    if (decision === undefined || decision.facts['to'] !== to) return entry;
    folded.add(decision);
    return { ...entry, facts: { ...entry.facts, why: decision.facts['why'] } };
  });
  return entries.filter((entry) => !folded.has(entry));
}

/** A move that was folded: why the session had to leave, where it went, how long that took, and by which rule. */
export function storyOf(entry: HistoryReport): string {
  const { session, why } = entry.facts;
  const sentence = sentenceOf(entry);
  if (entry.event !== 'failover.completed' || typeof why !== 'string') return sentence;
  const begun = sentenceOf({ event: 'failover.started', facts: entry.facts });
  const name = `${session}: `;
  const went = sentence.startsWith(name) ? sentence.slice(name.length) : sentence;
  return `${begun}; ${went}: ${why}`;
}
