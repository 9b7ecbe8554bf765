import type { Arrival } from '../arrivals.ts';
import type { QueueEvent } from './queue-events.ts';

/** What followed the end of a turn, in milliseconds after the agent's own hook told of it. null = nothing did. */
export interface TurnTrial {
  /** The supervisor knows. */
  readonly endedMs: number | null;
  /** The next task is the session's. */
  readonly givenMs: number;
  /** The process of the next agent exists. */
  readonly bornMs: number | null;
  /** The next agent has taken its prompt. */
  readonly promptedMs: number | null;
}

type Heard = Arrival<QueueEvent>;

/** The ends of turns after which the session was given another task, in a record of what was heard. */
export function turnsIn(events: readonly Heard[]): readonly TurnTrial[] {
  return events.flatMap((event, at) =>
    event.told.kind === 'stopped'
      ? trialAfter(event.atMs, untilNextStop(event.told.session, events.slice(at + 1)), events)
      : [],
  );
}

/** What concerns the session up to the end of its next turn. */
function untilNextStop(session: string, later: readonly Heard[]): readonly Heard[] {
  const ofSession = later.filter(({ told }) => 'session' in told && told.session === session);
  const next = ofSession.findIndex(({ told }) => told.kind === 'stopped');
  return next === -1 ? ofSession : ofSession.slice(0, next);
}

function trialAfter(
  stoppedMs: number,
  later: readonly Heard[],
  all: readonly Heard[],
): readonly TurnTrial[] {
  const after = (found: Heard | undefined): number | null =>
    found === undefined ? null : found.atMs - stoppedMs;
  const given = later.find(({ told }) => told.kind === 'given');
  if (given === undefined) return [];
  const next = later.filter(({ atMs }) => atMs >= given.atMs);
  const started = next.find(({ told }) => told.kind === 'started')?.told;
  const born = all.find(
    ({ told, atMs }) =>
      started?.kind === 'started' &&
      told.kind === 'born' &&
      told.pid === started.pid &&
      atMs >= stoppedMs,
  );
  return [
    {
      endedMs: after(later.find(({ told }) => told.kind === 'ended')),
      givenMs: given.atMs - stoppedMs,
      bornMs: after(born),
      promptedMs: after(next.find(({ told }) => told.kind === 'prompted')),
    },
  ];
}
