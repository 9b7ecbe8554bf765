/** Why a session is where it would not be left, in words for whoever asks. */
import type { SessionReport } from './status-report.ts';
import { waitsForCooldown } from './switch-begin.ts';
import type { SwitchView } from './switch-facts.ts';
import { createPass } from './switch-pass.ts';

/** What keeps sessions on accounts that are limited although others can be used, by the names of the sessions. */
export function whyStaying(view: SwitchView): ReadonlyMap<string, string> {
  if (view.accounts.every(({ state }) => state !== 'limited')) return new Map();
  const open = new Set(view.failovers.map(({ session }) => session));
  const pass = createPass(view);
  const staying = view.sessions.filter(
    (session) => !open.has(session.name) && waitsForCooldown(session, pass, view),
  );
  return new Map(
    staying.map(({ name, account }) => {
      const movedAt = view.past.get(name)?.movedAt ?? view.now;
      const until = `it goes at ${isoOf(movedAt + view.cooldownMs)} (failover.cooldown)`;
      return [name, `${account} is limited, and it has moved at ${isoOf(movedAt)}: ${until}`];
    }),
  );
}

/** The same session with that as its reason; what it says itself goes first. */
export function staying<R extends SessionReport>(report: R, why: string | undefined): R {
  return why === undefined ? report : { ...report, reason: report.reason ?? why };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
