import {
  Actor,
  type AnyActorRef,
  type AnyEventObject,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  type InspectedEventEvent,
  type InspectionEvent,
  isMachineSnapshot,
  StateMachine,
} from 'xstate';
import { nameOf, placeOf, taken } from './actor-place.ts';
import { createBroadcast } from './broadcast.ts';
import type { ActorView, InspectorDump, InspectorMessage, LogEntry } from './live-protocol.ts';
import { createMachineCatalog } from './machine-catalog.ts';
import { redact } from './redact.ts';

export interface InspectorOptions {
  /** How many log entries are kept. */
  readonly limit: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

export interface Inspector {
  /** For `createActor(root, { inspect })`. Never throws: XState would let it escape into `send()`. */
  readonly inspect: (event: InspectionEvent) => void;
  /** Everything known now, for a reader that comes late. */
  dump(): InspectorDump;
  /** Called with each change from now on. A listener that throws is dropped. */
  subscribe(listener: (message: InspectorMessage) => void): () => void;
  /** The machine behind an `ActorView.machine`; null when there is none. */
  machine(key: string): AnyStateMachine | null;
}

/** One living actor. `senders` remembers who sent the events that it has not handled yet. */
interface Watched {
  readonly ref: AnyActorRef;
  readonly name: string;
  readonly machine: string | null;
  readonly senders: WeakMap<AnyEventObject, string>;
  readonly steps: AnyTransitionDefinition[];
}

/** Kept raw: what nobody looks at is not redacted, so an unwatched daemon pays almost nothing. */
interface RawEntry extends Omit<LogEntry, 'event'> {
  readonly event: AnyEventObject;
}

/**
 * Follows every actor of a system: where it is, what it was sent and by whom, which transitions it
 * took. Bounded memory; no effect on the machines it watches.
 */
export function createInspector({ limit, now = Date.now }: InspectorOptions): Inspector {
  const watched = new Map<string, Watched>();
  const log: RawEntry[] = [];
  const { tell, subscribe } = createBroadcast();
  const catalog = createMachineCatalog();
  let seq = 0;

  const watch = (ref: AnyActorRef): Watched => {
    const known = watched.get(ref.sessionId);
    if (known) return known;
    const { logic } = ref instanceof Actor ? ref : { logic: null };
    const machine = logic instanceof StateMachine ? catalog.keyOf(logic) : null;
    const added: Watched = { ref, name: nameOf(ref), machine, senders: new WeakMap(), steps: [] };
    watched.set(ref.sessionId, added);
    return added;
  };

  const record = (actor: Watched, event: AnyEventObject): void => {
    seq += 1;
    const entry = rawEntry(actor, event, { seq, at: new Date(now()).toISOString() });
    log.push(entry);
    if (log.length > limit) log.shift();
    tell(() => ({ kind: 'actor', actor: viewOf(actor) }));
    tell(() => ({ kind: 'entry', entry: shownEntry(entry) }));
    if (entry.status === 'active') return;
    watched.delete(actor.ref.sessionId);
    tell(() => ({ kind: 'gone', id: actor.ref.sessionId }));
  };

  const follow = (actor: Watched, inspection: InspectionEvent): void => {
    switch (inspection.type) {
      case '@xstate.event':
        rememberSender(actor, inspection);
        break;
      case '@xstate.microstep':
        actor.steps.push(...inspection._transitions);
        break;
      case '@xstate.snapshot':
        record(actor, inspection.event);
        break;
      default:
    }
  };

  const inspect = (inspection: InspectionEvent): void => {
    try {
      if (inspection.actorRef instanceof Actor) follow(watch(inspection.actorRef), inspection);
    } catch {
      // A gap in the log is the worst that may happen to the daemon because somebody looks at it.
    }
  };

  return {
    inspect,
    dump: () => ({ actors: [...watched.values()].map(viewOf), log: log.map(shownEntry) }),
    subscribe,
    machine: catalog.machine,
  };
}

function rememberSender({ senders }: Watched, { event, sourceRef }: InspectedEventEvent): void {
  if (sourceRef instanceof Actor) senders.set(event, nameOf(sourceRef));
}

function rawEntry(
  { ref, name, senders, steps }: Watched,
  event: AnyEventObject,
  { seq, at }: Pick<LogEntry, 'seq' | 'at'>,
): RawEntry {
  return {
    seq,
    at,
    actor: ref.sessionId,
    actorName: name,
    from: senders.get(event) ?? null,
    type: event.type,
    event,
    ...placeOf(ref),
    transitions: steps.splice(0).map(taken),
  };
}

function shownEntry(entry: RawEntry): LogEntry {
  return { ...entry, event: redact(entry.event) };
}

function viewOf({ ref, name, machine }: Watched): ActorView {
  const snapshot: unknown = ref.getSnapshot();
  return {
    id: ref.sessionId,
    name,
    parent: ref instanceof Actor ? (ref._parent?.sessionId ?? null) : null,
    machine,
    ...placeOf(ref),
    context: redact(isMachineSnapshot(snapshot) ? snapshot.context : snapshot),
  };
}
