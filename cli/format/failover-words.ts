import { sentenceOf } from '../../supervisor/sentences.ts';
import type { FailoverReport, SessionReport } from '../../supervisor/status-report.ts';
import { ago } from './ago.ts';
import { evidenceText } from './evidence-words.ts';
import type { NamedFact } from './fact-lines.ts';

/** A failover in a few words: `leaves compte1 for compte2`, `is to leave compte1: its turn ends first`. */
export function failoverWords({ step, from, to, wanted, why }: FailoverReport): string {
  if (to !== null && isOnItsWay(step)) {
    return to === from ? `goes on with ${from} again` : `leaves ${from} for ${to}`;
  }
  const goal = wanted === null ? '' : ` for ${wanted}`;
  return `is to leave ${from}${goal}${why === null ? '' : `: ${why}`}`;
}

/** All of it, for a page: why it has to leave, what led to it, and where it goes, or what it waits for. */
export function failoverFacts(session: SessionReport, now: number): readonly NamedFact[] {
  const failover = failoverOf(session);
  if (failover === null) return [];
  const { step, from, to, wanted, reason, evidence, why, since } = failover;
  const facts = { session: session.name, from, reason };
  const begun = sentenceOf({ event: 'failover.started', facts }).replace(`${session.name}: `, '');
  const isGoing = isOnItsWay(step);
  const rule = why === null ? '' : `: ${why}`;
  return [
    ['failover', `${begun} (${ago(since, now)}, ${since})`],
    ['because', evidence === null ? null : evidenceText(evidence, now)],
    ['goes to', isGoing && to !== null ? `${to}${rule}` : wanted],
    ['waits', isGoing ? null : why],
  ];
}

/** null also when a daemon of an older version tells of it. */
export function failoverOf({ failover }: SessionReport): FailoverReport | null {
  return failover ?? null;
}

function isOnItsWay(step: FailoverReport['step']): boolean {
  return step === 'moving' || step === 'resuming';
}
