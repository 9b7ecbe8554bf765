import type { CrashFact, SessionFacts } from '../../machines/ports.ts';
import type { SessionInput, SessionStart } from '../../machines/session/types.ts';
import { countingCrashes } from '../../supervisor/recorder.ts';
import type { RestartRules } from './restart-model.ts';
import { paneOf, START, startTestSession, type TestSession } from './test-session.ts';

/** What a daemon that begins makes of the crashes that the store remembers; a mutant of it proves that a test can fail. */
export type Remembers = typeof countingCrashes;

/**
 * A session whose daemons come and go: each begins with what the store has, and the clock of the machine, which no
 * daemon stops, goes on.
 */
export function startRestartedSession(rules: RestartRules, remembers: Remembers = countingCrashes) {
  const crashes: CrashFact[] = [];
  let before = { ms: 0, launches: 0, facts: null as SessionFacts | null };
  let t: TestSession | null = null;
  const elapsed = () => before.ms + (t?.now() ?? 0);
  const clock = { now: () => START + elapsed(), monotonicMs: elapsed, bootId: 'boot' };
  let ids = 0;
  const chance = { clock, random: () => 0.5, newId: () => `id-${++ids}` };
  const begin = (): TestSession => {
    const { facts } = before;
    const at = { bootId: clock.bootId, nowMs: elapsed(), periodMs: rules.periodMs };
    const counting = remembers(crashes, at);
    const timesOf = (isLate: boolean) =>
      counting
        .filter(({ cause }) => (cause.kind === 'not_ready') === isLate)
        .map(({ monotonicMs }) => monotonicMs);
    const start = startOf(facts);
    const counted = { crashTimes: timesOf(false), unreadyTimes: timesOf(true) };
    return startTestSession({ ...inputOf(rules), chance, facts, start, ...counted });
  };
  t = begin();
  const now = (): TestSession => t as TestSession;
  return {
    session: now,
    elapsed,
    launches: () => before.launches + now().launches.asked.length,
    /** The daemon ends, and another one begins. */
    restartDaemon: () => {
      const old = now();
      crashes.push(...old.crashes());
      if (old.reports.some(({ type }) => type === 'session.forgiven')) forget(crashes, old);
      const facts = old.facts() ?? before.facts;
      const next = { ms: elapsed(), launches: before.launches + old.launches.asked.length, facts };
      old.root.stop();
      t = null;
      before = next;
      t = begin();
    },
  };
}

/** `session reset` forgets those that were told before it. */
function forget(crashes: CrashFact[], { reports }: TestSession): void {
  const reset = reports.findLastIndex(({ type }) => type === 'session.forgiven');
  const since = reports.slice(reset).filter(({ type }) => type === 'session.died').length;
  crashes.splice(0, crashes.length - since);
}

function startOf(facts: SessionFacts | null): SessionStart {
  if (facts === null) return { kind: 'launch' };
  if (facts.failed !== null) return { kind: 'failed' };
  if (facts.agent === null) return { kind: 'launch' };
  return { kind: 'adopt', pane: paneOf(facts.agent.pid), mark: facts.mark };
}

function inputOf(rules: RestartRules): Pick<SessionInput, 'startTimeoutMs' | 'restart'> {
  return {
    startTimeoutMs: rules.startTimeoutMs,
    restart: {
      intensity: rules.intensity,
      periodMs: rules.periodMs,
      poolIntensity: 50,
      backoffInitialMs: rules.initialMs,
      backoffFactor: 2,
      backoffMaxMs: rules.maxMs,
      stableAfterMs: rules.stableAfterMs,
    },
  };
}
