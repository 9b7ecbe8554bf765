import type { ErrorCode } from '../config/errors.ts';
import type { Presence, TmuxPort } from '../machines/ports.ts';
import { stateWords, whatHelps } from './account-advice.ts';
import { atMost } from './at-most.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { isEscalated } from './escalation.ts';
import { beginWished, planWish } from './failover-wish.ts';
import { type RootRef, sessionNamed, sessionsOf } from './pool.ts';
import type { FailoverMove, FailoverWish } from './status-report.ts';
import { carryOutSwitch, type SwitchParts, switchViewOf } from './switch-world.ts';

export type FailoverResult =
  | { readonly ok: true; readonly moves: readonly FailoverMove[] }
  | {
      readonly ok: false;
      readonly code: Extract<
        ErrorCode,
        'NOT_FOUND' | 'ACCOUNT_UNAVAILABLE' | 'POOL_ESCALATED' | 'CONFLICT'
      >;
      readonly message: string;
    };

export interface FailoverDeskParts extends SwitchParts {
  readonly tmux: Pick<DaemonParts['tmux'], 'presence'>;
}

/** Answers come within a second, also while tmux hangs. */
const PATIENCE_MS = 700;

/**
 * What becomes of each session that the wish means; those that go or wait have begun to leave then, unless
 * it is a dry run. Nothing is begun when it names what is not there, or a target that cannot be used.
 */
export async function grantFailover(
  root: RootRef,
  parts: FailoverDeskParts,
  wish: FailoverWish,
): Promise<FailoverResult> {
  const refused = refusalOf(root, parts, wish);
  if (refused !== null) return refused;
  const presence = await presenceWithin(PATIENCE_MS, parts.tmux, namesIn(root, wish));
  const view = switchViewOf(root, parts, presence);
  const moves = planWish(view, wish);
  if (!wish.dryRun) {
    for (const action of beginWished(view, wish, moves)) carryOutSwitch(root, parts, action);
  }
  return { ok: true, moves };
}

const ESCALATED: FailoverResult = {
  ok: false,
  code: 'POOL_ESCALATED',
  message: 'the pool has escalated: run "claude-failover session reset --all" first',
};

function refusalOf(
  root: RootRef,
  parts: FailoverDeskParts,
  { from, to, sessions, dryRun }: FailoverWish,
): FailoverResult | null {
  if (!dryRun && isEscalated(root)) return ESCALATED;
  const stranger = sessions.find((name) => sessionNamed(root, name) === null);
  if (stranger !== undefined) return notFound(`no session of the pool is named ${stranger}`);
  const known = parts.config.accounts.map(({ name }) => name);
  const unknown = [from, to].find((name) => name !== null && !known.includes(name));
  if (unknown !== undefined) return notFound(`no account is named ${unknown}`);
  if (to === null || parts.accounts.isUsable(to)) return null;
  return { ok: false, code: 'ACCOUNT_UNAVAILABLE', message: whyNot(parts, to) };
}

/** What it is, until when, and what helps. */
function whyNot({ config, accounts }: FailoverDeskParts, name: string): string {
  const state = accounts.stateOf(name);
  const limit = accounts.snapshotOf(name)?.context.facts.limit ?? null;
  const limitedUntil = limit === null ? null : new Date(limit.until).toISOString();
  const home = config.accounts.find((account) => account.name === name)?.home ?? null;
  const what = `${name} cannot be used now: it is ${stateWords({ state, limitedUntil })}`;
  return `${what}; ${whatHelps({ name, state }, home)}`;
}

function notFound(message: string): FailoverResult {
  return { ok: false, code: 'NOT_FOUND', message };
}

function namesIn(root: RootRef, { sessions }: FailoverWish): readonly string[] {
  return sessions.length > 0 ? sessions : sessionsOf(root).map(({ id }) => id);
}

/** Whom tmux does not tell of in time, or at all, nobody knows: the switcher asks again before it moves one. */
async function presenceWithin(
  ms: number,
  { presence }: Pick<TmuxPort, 'presence'>,
  sessions: readonly string[],
): Promise<ReadonlyMap<string, Presence>> {
  let seen: ReadonlyMap<string, Presence> = new Map();
  const asking = async () => {
    seen = await presence(sessions);
  };
  await atMost(ms, asking());
  return seen;
}
