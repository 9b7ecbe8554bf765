/** Dedicated sessions that a person has started by hand become ours as they are, as soon as they can. */
import { atLeastApart } from './at-least-apart.ts';
import { ownerBeside } from './conversation-owner.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { type RootRef, type SessionRef, sessionNamed, sessionsOf } from './pool.ts';
import { soonest } from './soonest.ts';
import { lookToTakeOver, mayBeTakenOver, type TakeOverParts } from './take-over.ts';
import { createWokenPasses, type WokenPasses, type WokenPassesParts } from './woken-passes.ts';

/** How long after an adoption that did not come about the next one is tried. */
const RETRY_MS = 15_000;

export interface TakeOvers extends Pick<WokenPasses, 'stop'> {
  /** Why a session is left alone; null = nothing keeps it from being taken over, as far as was seen. */
  whyLeft(session: string): string | null;
}

export interface TakeOversParts
  extends TakeOverParts,
    WokenPassesParts,
    Pick<DaemonParts, 'config' | 'retiring'> {
  readonly agent: TakeOverParts['agent'] & Pick<DaemonParts['agent'], 'onStatus'>;
}

/** Looks at once, and whenever something may have changed: a client anywhere, a session, tmux. */
export function startTakeOvers(root: RootRef, parts: TakeOversParts): TakeOvers {
  const whys = new Map<string, string>();
  const may = (session: SessionRef) => mayBeTakenOver(session.getSnapshot(), parts);
  const takeOver = takingOver(root, parts, { whys, may });
  const passes = createWokenPasses('taking over dedicated sessions', parts, (signal) =>
    soonest(sessionsOf(root).filter(may), (session) => takeOver(session, signal)),
  );
  const wakeIfAny = () => {
    if (sessionsOf(root).some(may)) passes.wake();
  };
  const stopHearing = parts.agent.onStatus(wakeIfAny);
  root.on('changed', ({ facts: { name } }) => {
    const session = sessionNamed(root, name);
    if (session !== null && may(session)) passes.wake();
    else whys.delete(name);
  });
  root.on('reconciled', wakeIfAny);
  passes.wake();
  return {
    whyLeft: (session) => whys.get(session) ?? null,
    stop: async () => {
      stopHearing();
      await passes.stop();
    },
  };
}

interface Taking {
  /** Why sessions are left alone, by their names. */
  readonly whys: Map<string, string>;
  readonly may: (session: SessionRef) => boolean;
}

/** One session at a time; resolves with the epoch milliseconds at which it is to be tried again, null = once something has changed. */
function takingOver(
  root: RootRef,
  parts: TakeOversParts,
  { whys, may }: Taking,
): (session: SessionRef, signal: AbortSignal) => Promise<number | null> {
  const tries = atLeastApart(RETRY_MS, parts.now);
  const owners = createOwners(root);
  return async (session, signal) => {
    const { id } = session;
    const again = tries.next(id);
    if (again !== null) return again;
    const ownerOf = (conversation: string) => owners.of(id, conversation);
    const { previous } = session.getSnapshot().context;
    const look = await lookToTakeOver(parts, { session: id, previous, ownerOf });
    if (look.kind === 'left') whys.set(id, look.why);
    if (look.kind !== 'ready' || signal.aborted || !may(session)) return null;
    // Another one may have come into that conversation meanwhile; the next look says so.
    if (ownerOf(look.conversation) !== null) return parts.now() + RETRY_MS;
    whys.delete(id);
    tries.note(id);
    owners.note(id, look.conversation);
    session.send({ type: 'operator.adopt', restart: false });
    return tries.next(id);
  };
}

/** Whose conversations are: what a session is about to be adopted with is its own already. */
function createOwners(root: RootRef) {
  const coming = new Map<string, string>();
  const isComing = (name: string) =>
    sessionNamed(root, name)
      ?.getSnapshot()
      .matches({ idle: { blocked: 'adopting' } }) === true;
  return {
    note: (session: string, conversation: string) => void coming.set(session, conversation),
    of: (session: string, conversation: string): string | null => {
      const next = [...coming].find(
        ([name, its]) => name !== session && its === conversation && isComing(name),
      );
      return ownerBeside(root, session, conversation) ?? next?.[0] ?? null;
    },
  };
}
