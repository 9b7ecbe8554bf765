/** Why a session is where it would not be left, in words for whoever asks. */
import type { SessionReport } from './status-report.ts';
import { waitsForCooldown } from './switch-begin.ts';
import type { SwitchSession, SwitchView } from './switch-facts.ts';
import { createPass } from './switch-pass.ts';

/** What keeps sessions on accounts that are limited although others can be used, by the names of the sessions. */
export function whyStaying(view: SwitchView): ReadonlyMap<string, string> {
  if (view.accounts.every(({ state }) => state !== 'limited')) return new Map();
  const open = new Set(view.failovers.map(({ session }) => session));
  const pass = createPass(view);
  const staying = view.sessions.filter(
    (session) => !open.has(session.name) && waitsForCooldown(session, pass, view),
  );
  return new Map(staying.flatMap((session) => whyOf(session, view)));
}

function whyOf({ name, account }: SwitchSession, view: SwitchView): readonly [string, string][] {
  const movedAt = view.past.get(name)?.movedAt ?? null;
  if (movedAt === null) return [];
  const until = isoOf(movedAt + view.cooldownMs);
  const why = `${account} is limited; it moved at ${isoOf(movedAt)}, and waits until ${until} (failover.cooldown)`;
  return [[name, why]];
}

/** The same session with that as its reason; what it says itself goes first. */
export function withReason<R extends SessionReport>(report: R, why: string | undefined): R {
  return why === undefined ? report : { ...report, reason: report.reason ?? why };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
