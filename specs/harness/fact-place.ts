import { join } from 'node:path';
import { openDaemonStore } from '../../actors/store/open-daemon-store.ts';
import type { FactStore } from '../../machines/ports.ts';
import { memoryPlace, openMemoryStore } from './memory-store.ts';
import { TASK_LIMITS } from './new-task.ts';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';

/** Who opens a place: whose sessions it writes of, and what only one daemon at a time may hold. */
export interface FactDaemon {
  readonly scope: string;
  readonly fenceKey: string;
}

/** One place that several daemons, one after another or by accident at once, may open. */
export type FactPlace = (daemon?: Partial<FactDaemon>) => Promise<FactStore>;

const OURS: FactDaemon = { scope: '/run/tmux.sock', fenceKey: 'socket+range' };

/** The daemon of another tmux server, which may use the same accounts. */
export const OTHER_SERVER: FactDaemon = {
  scope: '/run/other.sock',
  fenceKey: 'other socket+range',
};

/** Each way of keeping facts: the real one, and the fake; what is opened is closed when the test ends. */
export const FACT_PLACES: readonly (readonly [name: string, make: () => FactPlace])[] = [
  ['in a SQLite file', () => filePlace()],
  ['in memory', () => inMemory()],
];

/** A place in a file. */
export function filePlace(file: string = join(tempDir(), 'state', 'facts.db')): FactPlace {
  return closedAtEnd(
    async (daemon) => (await openDaemonStore({ file, ...daemon, tasks: TASK_LIMITS })).facts,
  );
}

function inMemory(): FactPlace {
  const place = memoryPlace();
  return closedAtEnd(async (daemon) => openMemoryStore({ place, ...daemon }));
}

function closedAtEnd(open: (daemon: FactDaemon) => Promise<FactStore>): FactPlace {
  return async (daemon = {}) => {
    const store = await open({ ...OURS, ...daemon });
    atEnd(() => store.close());
    return store;
  };
}
