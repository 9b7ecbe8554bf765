import { setTimeout as sleep } from 'node:timers/promises';
import { FailoverError } from '../../config/errors.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import type { Connection } from './connection.ts';
import { isServerLost, joinElseStart, joinOrRevive, type Way } from './join-server.ts';

/**
 * A dying server still accepts a connection for some 100 ms and drops it; and a server before 3.7 can crash
 * when a control client attaches at the very moment at which a session is made (tmux pull request 4980), as
 * two daemons starting together do. Both are tried again, at odd intervals so that two do not meet again.
 */
const START_ATTEMPTS = 6;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 5_000;

/** The way to the server: one connection at a time, made again when it breaks. */
export interface ServerLink {
  /**
   * The connection, joined again first if it broke. Rejects as `openConnection` does, and with
   * `TMUX_UNREACHABLE` while the server that we knew lives on and another one has its socket.
   */
  join(): Promise<Connection>;
  /** The same, to a server started for it if it is proven that none runs. */
  start(): Promise<Connection>;
  close(): Promise<void>;
}

/**
 * Keeps the way to the server open. When the connection breaks it is tried again by itself, ever more
 * slowly, until it is joined or proven that no server runs. `onWake` is called at both ends of that.
 */
export function createServerLink(way: Way, onWake: () => void): ServerLink {
  const turns = createTurns();
  let current: Connection | null = null;
  let lastServer: ProcessIdentity | null = null;
  let isClosed = false;

  const keep = async (connection: Connection): Promise<Connection> => {
    if (isClosed) {
      await connection.close();
      throw closedError();
    }
    current = connection;
    lastServer = connection.server;
    connection.ended.then(onBroken, onBroken);
    return connection;
  };
  const onBroken = (): void => {
    current = null;
    if (isClosed) return;
    onWake();
    rejoin().then(onWake, onWake);
  };
  const rejoin = async (): Promise<void> => {
    for (let waitMs = 0; !(isClosed || current); waitMs = nextWait(waitMs)) {
      await sleep(oddly(waitMs), undefined, { ref: false });
      if (await settles(connect('join'))) return;
    }
  };
  const connect = async (mode: 'join' | 'start'): Promise<Connection> => {
    if (isClosed) throw closedError();
    if (current) return current;
    const make = mode === 'join' ? joinOrRevive : joinOrStart;
    return turns.take(mode, async () => current ?? keep(await make(way, lastServer)));
  };

  return {
    join: () => connect('join'),
    start: () => connect('start'),
    close: async () => {
      isClosed = true;
      await turns.allDone();
      await current?.close();
    },
  };
}

function closedError(): FailoverError {
  return new FailoverError('TMUX_UNREACHABLE', 'the connection to tmux was closed');
}

/** One attempt at a time; those who ask for the same while it is under way share it. */
function createTurns() {
  const underWay = new Map<string, Promise<Connection>>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: (what: string, act: () => Promise<Connection>): Promise<Connection> => {
      const same = underWay.get(what);
      if (same !== undefined) return same;
      const turn = last.then(act).finally(() => underWay.delete(what));
      underWay.set(what, turn);
      last = turn.catch(() => {});
      return turn;
    },
    allDone: () => last,
  };
}

function nextWait(waitMs: number): number {
  return Math.min(Math.max(waitMs * 2, RETRY_FIRST_MS), RETRY_MAX_MS);
}

/** Between half and one and a half of it. */
function oddly(waitMs: number): number {
  return waitMs * (0.5 + Math.random());
}

/** True once it is known how things stand: joined, or nothing there to join. */
async function settles(joining: Promise<Connection>): Promise<boolean> {
  try {
    await joining;
    return true;
  } catch (error) {
    return isServerLost(error);
  }
}

async function joinOrStart(way: Way, known: ProcessIdentity | null): Promise<Connection> {
  for (let attempt = 1, waitMs = RETRY_FIRST_MS; ; attempt += 1, waitMs = nextWait(waitMs)) {
    try {
      return await joinElseStart(way, known);
    } catch (error) {
      if (attempt === START_ATTEMPTS || !mayPass(error)) throw error;
      await sleep(oddly(waitMs));
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof FailoverError && error.code === 'TMUX_UNREACHABLE';
}
