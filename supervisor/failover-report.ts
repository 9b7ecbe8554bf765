/** How failovers that have not ended stand, for whoever asks. */
import type { FailoverFacts } from '../machines/failovers.ts';
import type { FailoverReport } from './status-report.ts';
import type { SwitchView } from './switch-facts.ts';
import { whatItWaitsFor } from './waits-for.ts';

/**
 * What is told of each of them, by the name of its session. One whose session is not there is left out: nothing
 * is known of it.
 *
 * @param rules by the id of the failover: why it goes where it goes; null or missing = nobody has said
 */
export function failoverReports(
  view: SwitchView,
  rules: ReadonlyMap<string, string | null>,
): ReadonlyMap<string, FailoverReport> {
  const sessions = new Map(view.sessions.map((session) => [session.name, session]));
  const told = view.failovers.flatMap((failover) => {
    const session = sessions.get(failover.session);
    if (session === undefined) return [];
    const isOnItsWay = failover.step === 'moving' || failover.step === 'resuming';
    const rule = isOnItsWay ? (rules.get(failover.id) ?? null) : null;
    const report = failoverReport(failover, rule ?? whatItWaitsFor({ failover, session }, view));
    return report === null ? [] : [[failover.session, report] as const];
  });
  return new Map(told);
}

/**
 * One failover as `status` tells of it; null for one that has ended.
 *
 * @param why the rule by which it goes where it goes, or what it waits for; null = nobody knows
 */
export function failoverReport(facts: FailoverFacts, why: string | null): FailoverReport | null {
  const { id, step, from, to, wanted, reason, evidence, startedAt } = facts;
  if (step === 'completed' || step === 'stayed' || step === 'failed') return null;
  const since = new Date(startedAt).toISOString();
  return { id, step, from, to, wanted, reason, evidence, why, since };
}
