import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

export type TransitionKind = 'event' | 'after' | 'always' | 'done' | 'error';

export interface TransitionLabel {
  readonly kind: TransitionKind;
  /** XState's own event type, as in the log of taken transitions. */
  readonly event: string;
  /** What a person reads: `after backoff`, `launch failed`, `operator.hold`. */
  readonly name: string;
  /** With a string or number it is given: `startsAs adopt`. null when unguarded. */
  readonly guard: string | null;
}

type Words = Pick<TransitionLabel, 'kind' | 'name'>;

/** What XState's generated event types of this state mean, by event type. */
export type GeneratedEvents = ReadonlyMap<string, Words>;

/** The words for a transition; `generated` are those of the state that takes it. */
export function labelOf(
  { eventType, guard }: AnyTransitionDefinition,
  generated: GeneratedEvents,
): TransitionLabel {
  return {
    ...(generated.get(eventType) ?? plainWords(eventType)),
    event: eventType,
    guard: guard === undefined ? null : guardName(guard),
  };
}

/** XState calls them `xstate.after.DELAY.STATE`, `xstate.done.actor.ID` and `xstate.done.state.STATE`. */
export function generatedEvents({ id, after, invoke }: AnyStateNode): GeneratedEvents {
  return new Map<string, Words>([
    ...after.map(({ delay }): [string, Words] => [
      `xstate.after.${String(delay)}.${id}`,
      { kind: 'after', name: `after ${delayText(delay)}` },
    ]),
    ...invoke.flatMap((invoked): [string, Words][] => [
      [`xstate.done.actor.${invoked.id}`, { kind: 'done', name: `${actorName(invoked)} done` }],
      [`xstate.error.actor.${invoked.id}`, { kind: 'error', name: `${actorName(invoked)} failed` }],
    ]),
    [`xstate.done.state.${id}`, { kind: 'done', name: 'all done' }],
  ]);
}

/** The name of the logic says more than an id; inline logic has none. */
export function actorName({ id, src }: AnyStateNode['invoke'][number]): string {
  return typeof src === 'string' && !src.startsWith('xstate.invoke.') ? src : id;
}

/** Events of spawned actors are caught by patterns such as `xstate.error.actor.*`. */
function plainWords(eventType: string): Words {
  if (eventType === '') return { kind: 'always', name: 'always' };
  const [, outcome, who] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(eventType) ?? [];
  const actor = who === '*' ? 'any actor' : who;
  if (outcome === 'done') return { kind: 'done', name: `${actor} done` };
  if (outcome === 'error') return { kind: 'error', name: `${actor} failed` };
  return { kind: 'event', name: eventType };
}

function delayText(delay: unknown): string {
  if (typeof delay === 'number') return delay % 1000 === 0 ? `${delay / 1000} s` : `${delay} ms`;
  return typeof delay === 'string' ? delay : 'a while';
}

/** Guards are names, `{ type }`, functions, or XState's `and`, `or`, `not` around such. */
function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') return combinedName(guard) ?? (guard.name || 'guard');
  return isParameterized(guard) ? `${guardName(guard.type)}${paramText(guard)}` : 'guard';
}

const JOINTS: Readonly<Record<string, string>> = { and: ' and ', or: ' or ' };

function combinedName(guard: object & { readonly name: string }): string | null {
  if (!('guards' in guard) || !Array.isArray(guard.guards)) return null;
  const names = guard.guards.map(guardName);
  const joint = JOINTS[guard.name];
  return joint === undefined ? `not ${names.join(', ')}` : names.join(joint);
}

interface Parameterized {
  readonly type: unknown;
  readonly params?: unknown;
}

function isParameterized(value: unknown): value is Parameterized {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function paramText({ params }: Parameterized): string {
  return typeof params === 'string' || typeof params === 'number' ? ` ${params}` : '';
}
