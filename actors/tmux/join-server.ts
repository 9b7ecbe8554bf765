import { setTimeout as sleep } from 'node:timers/promises';
import { FailoverError } from '../../config/errors.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { isAlive } from '../process/identity.ts';
import type { Connection } from './connection.ts';

const SOCKET_REVIVAL_MS = 100;

/** How a server is reached. */
export interface Way {
  /** `join` never starts a server; `start` does if none listens. */
  open(mode: 'join' | 'start'): Promise<Connection>;
  /** Those that listen under the path of the socket, also when it was removed; empty when that cannot be told. */
  servers(): readonly ProcessIdentity[];
  /** The pid of the one that answers at the socket; null = none does. */
  answering(): Promise<number | null>;
}

/** True when the connection was denied for want of a server; false for all that may pass by itself. */
export function isServerLost(error: unknown): boolean {
  return error instanceof FailoverError && error.facts['noServer'] === true;
}

/**
 * Joins; when nobody listens although a server is alive, the one we knew or one that a daemon before us did,
 * someone removed its socket. It makes a new one on SIGUSR1. Starting another would leave two servers with the
 * same sessions.
 */
export async function joinOrRevive(way: Way, known: ProcessIdentity | null): Promise<Connection> {
  const living = known !== null && isAlive(known) ? known : null;
  if (living !== null) await refuseAnother(way, living);
  try {
    return await way.open('join');
  } catch (error) {
    const hidden = isServerLost(error) ? (living ?? way.servers()[0]) : undefined;
    if (hidden === undefined) throw error;
    return reviveSocket(way, hidden);
  }
}

/** What another server at the socket tells says nothing of sessions that are on the one we knew. */
async function refuseAnother(way: Way, { pid }: ProcessIdentity): Promise<void> {
  if (way.servers().length < 2) return;
  const other = await way.answering();
  if (other === null || other === pid) return;
  const message = `another tmux server (${other}) has taken the socket of ${pid}, which lives on with our sessions: end the one that is not wanted`;
  throw new FailoverError('TMUX_UNREACHABLE', message, { pid, other });
}

async function reviveSocket({ open }: Way, server: ProcessIdentity): Promise<Connection> {
  try {
    process.kill(server.pid, 'SIGUSR1');
    await sleep(SOCKET_REVIVAL_MS);
    return await open('join');
  } catch (cause) {
    const message = `tmux server ${server.pid} is alive but does not listen at its socket`;
    throw new FailoverError('TMUX_UNREACHABLE', message, { pid: server.pid }, cause);
  }
}

/** The same; when it is proven that no server runs, one is started. */
export async function joinElseStart(way: Way, known: ProcessIdentity | null): Promise<Connection> {
  try {
    return await joinOrRevive(way, known);
  } catch (error) {
    if (!isServerLost(error)) throw error;
    return way.open('start');
  }
}
