import type { ProcessIdentity } from '../../machines/ports.ts';
import { readOrigin } from './origin.ts';
import { type ProcessTable, readProcessTable } from './process-table.ts';

type LostAgents = ReadonlyMap<string, readonly ProcessIdentity[]>;

/**
 * Tells of the agents of a conversation that no pane holds, as `ProcessPort.lostAgents`. A daemon that is killed
 * right after it has started an agent leaves one that no store knows; when its tmux server then goes, too, and it
 * does not heed SIGHUP, nothing else would keep the next daemon from starting a second one beside it.
 *
 * Looked for once, at the first question: whom this daemon starts it knows.
 */
export function createLostAgents(): (conversation: string) => readonly ProcessIdentity[] {
  let lost: LostAgents | null = null;
  return (conversation) => {
    lost ??= lookForLost();
    return lost.get(conversation) ?? [];
  };
}

function lookForLost(): LostAgents {
  const table = readProcessTable();
  const lost = new Map<string, ProcessIdentity[]>();
  for (const pid of table.byPid.keys()) {
    const origin = readOrigin(pid);
    if (origin?.conversation == null || origin.isInOtherPane) continue;
    const { conversation, agent } = origin;
    const known = lost.get(conversation) ?? [];
    if (isInPane(table, agent) || known.some((one) => one.pid === agent.pid)) continue;
    lost.set(conversation, [...known, agent]);
  }
  return lost;
}

/** The agent lives as the process of a pane: whoever lists those knows it. */
function isInPane({ byPid }: ProcessTable, { pid, startTime }: ProcessIdentity): boolean {
  const itself = byPid.get(pid);
  if (itself?.startTime !== startTime) return false;
  return byPid.get(itself.parent)?.name.startsWith('tmux: server') === true;
}
