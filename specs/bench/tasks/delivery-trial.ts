import type { Arrival, Arrivals } from '../arrivals.ts';
import type { Added } from '../task-adder.ts';
import type { QueueEvent } from './queue-events.ts';

/** What became of one task, in milliseconds after it was begun to be added. null = nothing did in time. */
export interface DeliveryTrial {
  readonly givenMs: number | null;
  /** The agent's own hook says that it has taken the prompt. */
  readonly promptedMs: number | null;
  /** The supervisor knows, and has stored it. */
  readonly confirmedMs: number | null;
}

const LOST: DeliveryTrial = { givenMs: null, promptedMs: null, confirmedMs: null };

const PATIENCE_MS = 20_000;

/** Follows a task to the end of its turn. `confirms`: whether the supervisor ever tells that it was taken. */
export async function followTask(
  events: Arrivals<QueueEvent>,
  { task, atMs: addedMs }: Added,
  { confirms }: { readonly confirms: boolean },
): Promise<DeliveryTrial> {
  const given = await events.find(
    ({ told }) => told.kind === 'given' && told.task === task,
    PATIENCE_MS,
  );
  if (given === null || given.told.kind !== 'given') return LOST;
  const { session } = given.told;
  const next = (kind: 'prompted' | 'ended') =>
    after(events, given, ({ told }) => told.kind === kind && told.session === session);
  const since = (heard: Arrival<QueueEvent> | null) => (heard ? heard.atMs - addedMs : null);
  const prompted = await next('prompted');
  const confirmed = confirms
    ? await after(events, given, ({ told }) => told.kind === 'confirmed' && told.task === task)
    : null;
  if (prompted !== null) await next('ended');
  return {
    givenMs: since(given),
    promptedMs: since(prompted),
    confirmedMs: since(confirmed),
  };
}

/** The first since then that fits, or else the next that will; null when none comes in time. */
async function after(
  events: Arrivals<QueueEvent>,
  { atMs: sinceMs }: Arrival<QueueEvent>,
  fits: (arrival: Arrival<QueueEvent>) => boolean,
): Promise<Arrival<QueueEvent> | null> {
  const isIt = (arrival: Arrival<QueueEvent>) => arrival.atMs >= sinceMs && fits(arrival);
  return events.all.find(isIt) ?? (await events.find(isIt, PATIENCE_MS));
}
