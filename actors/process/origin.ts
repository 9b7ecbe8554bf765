import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../machines/ports.ts';

/**
 * In the environment of an agent, and so of all that it starts: `PID:START:PANE`, the agent's own pid, its
 * start time and its tmux pane. It tells whose a process is when nothing else does any more, and no
 * other agent's is the same. Whoever starts something that is to outlive its agent takes it out.
 */
export const AGENT_VARIABLE = 'CLAUDE_FAILOVER_AGENT';

/** In the same environment: the conversation that the agent was started in. */
export const CONVERSATION_VARIABLE = 'CLAUDE_FAILOVER_CONVERSATION';

/** Which agent a process comes from. */
export interface Origin {
  readonly agent: ProcessIdentity;
  readonly conversation: string | null;
  /** It runs in a tmux pane that is not its agent's. */
  readonly isInOtherPane: boolean;
}

/** What the environment that a process was started with tells; null when it comes from no agent, or is hidden from us. */
export function readOrigin(pid: number): Origin | null {
  try {
    return originIn(readFileSync(`/proc/${pid}/environ`, 'latin1'));
  } catch {
    return null;
  }
}

/** The same from the text of the environment: entries that each end in a NUL byte. */
export function originIn(environment: string): Origin | null {
  // Most processes come from no agent: their environments are not taken apart.
  if (!environment.includes(`${AGENT_VARIABLE}=`)) return null;
  const entries = environment.split('\0');
  const match = /^(\d+):(\d+):(.*)$/.exec(valueIn(entries, AGENT_VARIABLE) ?? '');
  if (match === null) return null;
  const [, pid, startTime = '', pane] = match;
  const itsPane = valueIn(entries, 'TMUX_PANE') ?? pane;
  return {
    agent: { pid: Number(pid), startTime },
    conversation: valueIn(entries, CONVERSATION_VARIABLE) ?? null,
    isInOtherPane: itsPane !== pane,
  };
}

function valueIn(entries: readonly string[], name: string): string | undefined {
  return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}
