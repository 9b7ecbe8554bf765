import type { Presence, TmuxPort } from '../machines/ports.ts';
import { failoversOf } from './children.ts';
import { failoverReports } from './failover-report.ts';
import type { RootRef } from './pool.ts';
import type { FailoverReport } from './status-report.ts';
import { type SwitchParts, switchViewOf } from './switch-world.ts';
import { whyStaying } from './why-staying.ts';

/** Who was at the sessions when that was asked last. */
export interface SeenPeople extends Pick<TmuxPort, 'presence'> {
  readonly seen: ReadonlyMap<string, Presence>;
}

/** Remembers what tmux tells of people, so that nobody who only looks has to ask it. Rejects as tmux does. */
export function rememberPeople({ presence }: Pick<TmuxPort, 'presence'>): SeenPeople {
  const seen = new Map<string, Presence>();
  return {
    seen,
    presence: async (sessions) => {
      const told = await presence(sessions);
      for (const [session, its] of told) seen.set(session, its);
      return told;
    },
  };
}

/** By the names of sessions. */
export interface FailoversNow {
  /** Those that have not ended. */
  readonly open: ReadonlyMap<string, FailoverReport>;
  /** Why one that has none stays where it is; see `whyStaying`. */
  readonly staying: ReadonlyMap<string, string>;
}

/** How failovers stand. From memory: it never waits for tmux. */
export function failoversNow(
  root: RootRef,
  parts: SwitchParts,
  { seen }: Pick<SeenPeople, 'seen'>,
): FailoversNow {
  const open = failoversOf(root).map((failover) => failover.getSnapshot().context);
  if (open.length === 0 && !isAnyLimited(parts)) return NONE;
  const rules = new Map(open.map(({ facts, why }) => [facts.id, why]));
  const view = switchViewOf(root, parts, seen);
  return { open: failoverReports(view, rules), staying: whyStaying(view) };
}

const NONE: FailoversNow = { open: new Map(), staying: new Map() };

function isAnyLimited({ config, accounts }: SwitchParts): boolean {
  return config.accounts.some(({ name }) => accounts.stateOf(name) === 'limited');
}
