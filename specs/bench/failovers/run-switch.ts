import type { Arrival, Arrivals } from '../arrivals.ts';
import type { SwitchingContestant } from './contestant.ts';
import { watchDeath } from './deaths.ts';
import type { Limits } from './limits.ts';
import type { SwitchEvent } from './switch-events.ts';
import { type SwitchTrial, switchIn } from './switch-trial.ts';

const PATIENCE_MS = 30_000;

/**
 * Gives the session a turn that meets the limit of its account, and follows it until its conversation goes
 * on on the other one. Afterwards the account is as good as before. null = its turn did not even fail.
 */
export async function runSwitch(
  contestant: SwitchingContestant,
  limits: Limits,
): Promise<SwitchTrial | null> {
  const { events } = contestant;
  const since = events.all.length;
  const { account } = lastStarted(events);
  const unwatch = contestant.watchBirths();
  limits.impose(account);
  await contestant.ask(limits.text);
  await follow(contestant, since);
  unwatch();
  limits.lift(account);
  await contestant.readmit(account);
  return switchIn(events.all.slice(since));
}

async function follow({ events, records }: SwitchingContestant, askedAt: number): Promise<void> {
  const failed = await next(events, 'failed', askedAt);
  if (failed === null) return;
  const since = events.all.indexOf(failed);
  const { pid } = lastStarted(events);
  const unwatch = watchDeath(pid, () => events.hear({ kind: 'gone', pid }));
  const stopped = await next(events, 'stopped', since);
  if (records && stopped !== null) await next(events, 'recorded', since);
  // Where nobody waits for its end, it may come late.
  await next(events, 'gone', since);
  unwatch();
}

/** The first of this kind from that place on, or else the next that comes; null when none does in time. */
export async function next(
  { all, find }: Arrivals<SwitchEvent>,
  kind: SwitchEvent['kind'],
  since: number,
): Promise<Arrival<SwitchEvent> | null> {
  const known = all.slice(since).find(({ told }) => told.kind === kind);
  if (known !== undefined) return known;
  const sinceMs = all.at(-1)?.atMs ?? 0;
  return await find(({ told, atMs }) => told.kind === kind && atMs > sinceMs, PATIENCE_MS);
}

function lastStarted({ all }: Arrivals<SwitchEvent>): Extract<SwitchEvent, { kind: 'started' }> {
  const last = all.findLast(({ told }) => told.kind === 'started')?.told;
  if (last?.kind !== 'started') throw new Error('no agent was ever started');
  return last;
}
