import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { below } from './descendants.ts';
import type { Origin } from './origin.ts';
import { lineOf, type ProcessTable } from './process-table.ts';
import type { ProcessStat } from './stat.ts';

/**
 * Programs that hold what others started so that it outlives them, and the key and message services that a
 * user has once: nobody's child, whoever called them first.
 */
const HOLDERS =
  /^(tmux: server|(screen|zellij|dtach|abduco|gpg-agent|keyboxd|dirmngr|ssh-agent|dbus-daemon)$|PM2 v)/;

/** One look at all processes, for one agent. */
export interface Look {
  readonly agent: ProcessIdentity;
  readonly table: ProcessTable;
  /** Of processes that are no older than the agent. */
  readonly origins: ReadonlyMap<number, Origin>;
  /** The pids of this process and of all above it. */
  readonly own: ReadonlySet<number>;
}

/** Decides from one look what this agent has started and still runs, as `startedBy`. */
export function familyIn(look: Look): readonly ProcessStat[] {
  const found = new Map<number, ProcessStat>();
  for (const top of topsOf(look)) {
    for (const one of [top, ...below(look.table, top.pid, (child) => !isSpared(look, child))]) {
      found.set(one.pid, one);
    }
  }
  return [...found.values()];
}

/** The children of a living agent, and all that bear its name. */
function topsOf(look: Look): readonly ProcessStat[] {
  const { agent, table, origins } = look;
  const itself = table.byPid.get(agent.pid);
  const children = isSameProcess(itself ?? null, agent) ? table.childrenOf(agent.pid) : [];
  const marked = [...origins.keys()].flatMap((pid) => table.byPid.get(pid) ?? []);
  return [
    ...children.filter((child) => !isSpared(look, child)),
    ...marked.filter((one) => isNamedAfterIt(look, one) && !isSpared(look, one)),
  ].filter((one) => !isSameProcess(one, agent) && !isBelowSpared(look, one));
}

function isNamedAfterIt({ origins, agent }: Look, { pid }: ProcessStat): boolean {
  return isSameProcess(origins.get(pid)?.agent ?? null, agent);
}

function isSpared(look: Look, process: ProcessStat): boolean {
  return look.own.has(process.pid) || sparesAll(look, process);
}

/** What is spared with all that is below it: also what was started by somebody else and has been taken in there. */
function sparesAll({ origins, own, agent }: Look, { pid, name }: ProcessStat): boolean {
  if (HOLDERS.test(name)) return true;
  const origin = origins.get(pid);
  if (origin === undefined) return false;
  return own.has(pid) || origin.isInOtherPane || !isSameProcess(origin.agent, agent);
}

/** Looks up to the agent, or to the top. Init has taken in all orphans, so that it spares none. */
function isBelowSpared(look: Look, process: ProcessStat): boolean {
  const above = lineOf(look.table, process.pid).slice(1);
  const end = above.findIndex((one) => isSameProcess(one, look.agent));
  return above
    .slice(0, end < 0 ? above.length : end)
    .some((one) => one.pid !== 1 && sparesAll(look, one));
}
