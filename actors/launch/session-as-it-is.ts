import { FailoverError } from '../../config/errors.ts';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type { ProcessIdentity, SessionObservation, TmuxPort } from '../../machines/ports.ts';
import type { LaunchRequest } from '../../machines/session/types.ts';

/**
 * What tmux has of a session that is to be launched; null when there is none. Rejects with TMUX_UNREACHABLE, with
 * TMUX_NAME_TAKEN when a session that is not ours has its name, with SESSION_RENAMED when its previous agent lives on
 * under another.
 */
export async function sessionAsItIs(
  { tmux }: { readonly tmux: Pick<TmuxPort, 'observe'> },
  { facts: { name }, previous }: LaunchRequest,
): Promise<SessionObservation | null> {
  const sessions = await sessionsBeside({ tmux }, { name, agent: previous });
  const session = sessions.find((candidate) => candidate.name === name) ?? null;
  if (session !== null && session.mark === null) {
    throw new FailoverError('TMUX_NAME_TAKEN', `a session named ${name} that is not ours exists`, {
      session: name,
    });
  }
  return session;
}

/**
 * The sessions that tmux has when this agent of the session is to end. Rejects with TMUX_UNREACHABLE, and with
 * SESSION_RENAMED when the agent lives on under another name: an operator has taken it.
 */
export async function sessionsBeside(
  { tmux }: { readonly tmux: Pick<TmuxPort, 'observe'> },
  { name, agent }: { readonly name: string; readonly agent: ProcessIdentity | null },
): Promise<readonly SessionObservation[]> {
  const observation = await tmux.observe([name]);
  if (observation.kind === 'server_lost') return [];
  if (observation.kind === 'unknown') {
    throw new FailoverError('TMUX_UNREACHABLE', `tmux does not tell: ${observation.reason}`);
  }
  refuseRenamed(observation.sessions, name, agent);
  return observation.sessions;
}

/** Whether this very agent lives in the pane of the session. */
export function runs({ pane }: SessionObservation, agent: ProcessIdentity | null): boolean {
  return pane?.state === 'alive' && isSameProcess(pane.agent, agent);
}

function refuseRenamed(
  sessions: readonly SessionObservation[],
  name: string,
  previous: ProcessIdentity | null,
): void {
  const renamed = sessions.find((other) => other.name !== name && runs(other, previous));
  if (renamed === undefined) return;
  throw new FailoverError('SESSION_RENAMED', `the session ${name} is named ${renamed.name} now`, {
    session: name,
    name: renamed.name,
  });
}
