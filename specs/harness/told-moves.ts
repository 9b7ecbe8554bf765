import type { LogLine } from './test-pool.ts';

/** A session's way from one account to another, as the log tells it. Times in epoch milliseconds. */
export interface ToldMove {
  readonly session: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A turn of a session that ended at the limit of its account. */
export interface Hit {
  readonly session: string;
}

/** The session's own turn has ended in trouble: it cannot stay. */
const OWN_TROUBLE: readonly string[] = ['limit', 'login'];

/** The moves that came about, in the order of their ends. One that was parked and goes on where it was is none. */
export function movesIn(log: readonly LogLine[]): readonly ToldMove[] {
  return log.flatMap(({ event, session, from, to, reason, ms, time }) => {
    if (event !== 'failover.completed' || from === to) return [];
    const endedAt = Date.parse(String(time));
    const names = { session: `${session}`, from: `${from}`, to: `${to}`, reason: `${reason}` };
    return [{ ...names, startedAt: endedAt - Number(ms), endedAt }];
  });
}

/** A line is written a little after what it tells of, and each by another little. */
const WRITTEN_LATE_MS = 500;

/** Moves of a session that was well, too soon after its last one: to and fro. */
export function tooSoon(moves: readonly ToldMove[], cooldownMs: number): readonly ToldMove[] {
  return moves.filter((move, i) => {
    const last = lastBefore(moves, i);
    return (
      last !== null && !isOwn(move) && move.startedAt + WRITTEN_LATE_MS < last.endedAt + cooldownMs
    );
  });
}

/** Moves beyond what can be the reason for them: more of a session than turns of its own that met a limit. */
export function withoutHit(moves: readonly ToldMove[], hits: readonly Hit[]): readonly ToldMove[] {
  return moves.filter((move, i) => {
    const { session } = move;
    const isIts = (one: Hit) => one.session === session;
    const nth = moves.slice(0, i + 1).filter((one) => isOwn(one) && isIts(one)).length;
    return isOwn(move) && nth > hits.filter(isIts).length;
  });
}

/** Moves of a session that was well from an account that did not become limited while it was there. */
export function withoutCause(
  moves: readonly ToldMove[],
  log: readonly LogLine[],
): readonly ToldMove[] {
  const limits = log.filter(({ event }) => event === 'account.limited');
  return moves.filter((move, i) => {
    const since = lastBefore(moves, i)?.startedAt ?? 0;
    const isCause = ({ account, time }: LogLine) =>
      account === move.from && Date.parse(String(time)) >= since;
    return !isOwn(move) && !limits.some(isCause);
  });
}

function isOwn({ reason }: ToldMove): boolean {
  return OWN_TROUBLE.includes(reason);
}

function lastBefore(moves: readonly ToldMove[], at: number): ToldMove | null {
  const { session } = moves[at] ?? {};
  return moves.slice(0, at).findLast((one) => one.session === session) ?? null;
}
