import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { endProcess } from '../process/end.ts';
import { identify, isAlive } from '../process/identity.ts';
import { OWNER_VARIABLE } from './clean-env.ts';

/** The value of `OWNER_VARIABLE` for clients of this process at the socket. */
export function ownerAt(socket: string): string {
  const { pid, startTime } = identify(process.pid) ?? { pid: process.pid, startTime: '' };
  return `${pid} ${startTime} ${socket}`;
}

/**
 * Ends the control clients at the socket whose daemon is gone. A daemon that is killed while tmux has
 * something to tell it leaves clients that wait for ever to be read, and with them a server that cannot
 * even be ended (tmux issue 5444). They do not heed SIGTERM.
 */
export async function endLeftoverClients(socket: string): Promise<void> {
  await Promise.all(leftoverClients(socket).map((client) => endProcess(client, 0)));
}

function leftoverClients(socket: string): readonly ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isTmuxClient(name))
    .filter((name) => isLeftover(name, socket))
    .flatMap((name) => identify(Number(name)) ?? []);
}

/** A server that was started by a client of ours has the same arguments and environment, but another name. */
function isTmuxClient(pid: string): boolean {
  return textOf(`/proc/${pid}/comm`).startsWith('tmux: client');
}

function isLeftover(clientPid: string, socket: string): boolean {
  const variable = textOf(`/proc/${clientPid}/environ`)
    .split('\0')
    .find((entry) => entry.startsWith(`${OWNER_VARIABLE}=`));
  const match = /=(\d+) (\d+) (.*)$/s.exec(variable ?? '');
  if (!match) return false;
  const [, pid, startTime = '', where] = match;
  return where === socket && !isAlive({ pid: Number(pid), startTime });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone meanwhile, or another user's.
    return '';
  }
}
