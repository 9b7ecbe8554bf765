import type { SessionInput } from '../machines/session/types.ts';
import { accountInputs, failoverInputs, type RememberedParts } from './account-inputs.ts';
import { childNamed } from './child-ids.ts';
import type { RootRef } from './pool.ts';
import type { Recording } from './recording.ts';
import type { RootEvent } from './root-types.ts';

export interface RespawnParts extends RememberedParts {
  readonly root: RootRef;
  readonly recording: Pick<Recording, 'stored' | 'tell'>;
  /** How a session begins now; null when its slot has left the pool. */
  readonly inputFor: (session: string) => Promise<SessionInput | null>;
  readonly signals: { refresh(): void };
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A machine that breaks at once must not be spawned in a tight circle. */
const FIRST_RESPAWN_MS = 1000;
const LONGEST_RESPAWN_MS = 60_000;

/**
 * Spawns the machine with this id again from what is stored. A store or a disk that fails just then must
 * not leave its place empty for good. That it fails is said once.
 */
export async function respawn(parts: RespawnParts, id: string): Promise<void> {
  const { signal, recording } = parts;
  for (let waitMs = FIRST_RESPAWN_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RESPAWN_MS)) {
    await parts.sleep(waitMs, signal);
    if (signal.aborted) return;
    try {
      return await spawnAgain(parts, id);
    } catch (error) {
      if (signal.aborted || waitMs > FIRST_RESPAWN_MS) continue;
      const reason = `spawning ${id} again failed: it is tried again until it succeeds`;
      recording.tell({ event: 'daemon.error', reason, error });
    }
  }
}

async function spawnAgain(parts: RespawnParts, id: string): Promise<void> {
  const { root, recording, signal, signals } = parts;
  await recording.stored(childNamed(id).name);
  const event = await spawning(parts, id);
  if (event === null || signal.aborted) return;
  root.send(event);
  // Kept while there was nobody to tell them to.
  signals.refresh();
}

/** What has it spawned; null when there is nothing left to spawn. */
async function spawning(parts: RespawnParts, id: string): Promise<RootEvent | null> {
  const { kind, name } = childNamed(id);
  if (kind === 'session') {
    const session = await parts.inputFor(name);
    return session && { type: 'session.spawn', session };
  }
  if (kind === 'account') {
    const input = (await accountInputs(parts)).find(({ account }) => account.name === name);
    return input === undefined ? null : { type: 'account.spawn', input };
  }
  const input = (await failoverInputs(parts)).find(({ facts }) => facts.session === name);
  return input === undefined ? null : { type: 'failover.begin', input };
}
