import { readFileSync } from 'node:fs';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type { ProcessIdentity, ProcessPort } from '../../machines/ports.ts';
import { identify, isAlive } from './identity.ts';
import { readProcessTable } from './process-table.ts';

/**
 * Clients that a shell holds. tmux gives `new-session claude` to a shell, and where that does not become the client
 * itself, the process of the pane is a shell that was started for nothing else, and ends with it.
 */
export interface HeldClients {
  /** The client that this process of a pane holds; the process itself when it is no such shell. */
  clientOf(process: ProcessIdentity): ProcessIdentity;
  /** The shell that holds this client, as far as it was asked for; else the client itself. */
  holderOf(client: ProcessIdentity): ProcessIdentity;
}

interface Held {
  readonly holder: ProcessIdentity;
  readonly client: ProcessIdentity;
}

export function createHeldClients(): HeldClients {
  const held = new Map<number, Held>();
  const known = (process: ProcessIdentity) => {
    const one = held.get(process.pid);
    return one !== undefined && isSameProcess(one.holder, process) ? one.client : null;
  };
  return {
    clientOf: (process) => {
      const before = known(process);
      if (before !== null && isAlive(before)) return before;
      const client = heldBy(process);
      if (client !== null) held.set(process.pid, { holder: process, client });
      return client ?? before ?? process;
    },
    holderOf: (client) =>
      [...held.values()].find((one) => isSameProcess(one.client, client))?.holder ?? client,
  };
}

/**
 * The same processes, but whoever ends a shell that holds a client ends that as well, though the shell be gone. The
 * client goes first: while it lives, its shell tells of it, also to the next daemon.
 */
export function endingHeld<P extends Pick<ProcessPort, 'end'>>(
  processes: P,
  { clientOf }: Pick<HeldClients, 'clientOf'>,
): P {
  return {
    ...processes,
    end: async (process, graceMs) => {
      const client = clientOf(process);
      if (client !== process) await processes.end(client, graceMs);
      await processes.end(process, graceMs);
    },
  };
}

/** The only child of a living shell that runs one command; null when it is none, or has none or several. */
function heldBy(process: ProcessIdentity): ProcessIdentity | null {
  if (!isAlive(process) || !runsOneCommand(process.pid)) return null;
  const children = readProcessTable().childrenOf(process.pid);
  const [only] = children;
  return only === undefined || children.length > 1 ? null : identify(only.pid);
}

/** `sh -c COMMAND`, as tmux starts it. */
function runsOneCommand(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return words.length === 3 && words[1] === '-c';
  } catch {
    return false;
  }
}
