import type { ProcessPort, TmuxPort } from '../../machines/ports.ts';
import type { EndRequest } from '../../machines/session/types.ts';
import { sessionsBeside } from './session-as-it-is.ts';

export interface EndSessionParts {
  readonly tmux: Pick<TmuxPort, 'observe'>;
  readonly processes: Pick<ProcessPort, 'end'>;
  /** How long an agent that must go may take before SIGKILL. */
  readonly graceMs: number;
}

/**
 * Ends the agent of a session that gets no successor; resolves once it is confirmed gone. Nothing is ended without
 * a look at tmux first: rejects with TMUX_UNREACHABLE when that does not tell, with SESSION_RENAMED when an operator
 * has taken the agent away under another name, and with AGENT_WILL_NOT_DIE.
 */
export async function endSession(
  parts: EndSessionParts,
  { session, process }: EndRequest,
): Promise<void> {
  if (process === null) return;
  await sessionsBeside(parts, { name: session, agent: process });
  await parts.processes.end(process, parts.graceMs);
}
