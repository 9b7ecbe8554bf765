import { refuseWhenFencedOff, takeFence } from './fence.ts';
import { closedOnFailure, openForWriting } from './open-engine.ts';
import type { Shelf } from './shelf.ts';

export interface FencedPlace {
  /** Absolute path of the SQLite file. */
  readonly file: string;
  /** The socket path of the tmux server whose sessions are written of. */
  readonly scope: string;
  /** Names the sessions that one daemon at a time may write: its tmux socket and range. */
  readonly fenceKey: string;
}

/**
 * Opens the store as a daemon does: the file is looked at, made and migrated, and the next fence of
 * `fenceKey` is taken. From then on each write on an older shelf of that key rejects with `CONFLICT`.
 */
export async function openFencedShelf({ file, scope, fenceKey }: FencedPlace): Promise<Shelf> {
  const engine = await openForWriting(file, { look: true });
  const fence = await closedOnFailure(engine, () =>
    engine.exclusive((tx) => takeFence(tx, fenceKey)),
  );
  return {
    engine,
    scope,
    write: (statements) =>
      engine.exclusive(async (tx) => {
        await refuseWhenFencedOff(tx, fence);
        return await statements(tx);
      }),
  };
}
