import { stat } from 'node:fs/promises';
import { FailoverError } from '../../config/errors.ts';
import { shellWord } from '../../config/shell-word.ts';
import type { Account, CheckError } from '../../config/types.ts';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type {
  AgentPort,
  FactStore,
  Pane,
  PaneLaunch,
  ProcessIdentity,
  ProcessPort,
  SessionFacts,
  SessionObservation,
  TmuxPort,
} from '../../machines/ports.ts';
import type { Launched, LaunchRequest } from '../../machines/session/types.ts';
import { orDiskFailure } from '../agent/disk-failure.ts';

export interface LaunchParts {
  readonly accounts: readonly Account[];
  readonly tmux: TmuxPort;
  readonly agent: AgentPort;
  readonly processes: Pick<ProcessPort, 'end'>;
  readonly store: Pick<FactStore, 'noteIntent'>;
  /** The guard, asked again for this account: links may have gone wrong since the start. */
  readonly checkAccount: (account: Account) => readonly CheckError[];
  /** The absolute path of the program that an agent in this directory would be; null when there is none. */
  readonly findCommand: (workdir: string) => Promise<string | null>;
  readonly onQuarantined: (account: Account, errors: readonly CheckError[]) => void;
  /** How long an agent that must go may take before SIGKILL. */
  readonly graceMs: number;
}

/**
 * Starts the agent of a session: everything that could make it pointless is checked first, the
 * previous agent is confirmed dead (two agents on one conversation silently lose a branch), the
 * intent is committed before tmux is asked, and an agent that an unfinished launch left is taken
 * over instead of starting a second one.
 *
 * Rejects with `FailoverError`: ACCOUNT_QUARANTINED, WORKDIR_MISSING, COMMAND_NOT_FOUND,
 * TRANSCRIPT_VANISHED, AGENT_WILL_NOT_DIE, DISK_FAILED, TMUX_NAME_TAKEN, SESSION_RENAMED (the previous agent lives on
 * in a session to which an operator gave another name), or what tmux and the store say.
 */
export async function launchAgent(parts: LaunchParts, request: LaunchRequest): Promise<Launched> {
  const { facts, previous } = request;
  const account = accountOf(parts, facts);
  refuseQuarantined(parts, account);
  await refuseWithoutWorkdir(facts);
  await refuseWithoutClient(parts, facts);
  const session = await sessionAsItIs(parts, request);
  const left = leftByUnfinishedLaunch(session, previous);
  // What cannot be resumed must not be ended either.
  if (left === null) await transcriptOf(parts, facts);
  if (previous !== null) await parts.processes.end(previous, parts.graceMs);
  if (left !== null) return { ...left, mode: 'found', hasTranscript: facts.hasTranscript };
  // Asked again: the agent may have begun the conversation on disk as it ended.
  const hasTranscript = await transcriptOf(parts, facts);
  const mode = hasTranscript ? 'resume' : 'new';
  // A session that lives on keeps its mark; one that we create gets a new one.
  const mark = session?.mark ?? request.newMark;
  const { account: accountName, conversation, workdir } = facts;
  await parts.store.noteIntent(facts.name, { mark, account: accountName, conversation, workdir });
  const command = await parts.agent.prepare({
    session: facts.name,
    account,
    workdir: facts.workdir,
    conversation: facts.conversation,
    mode,
    prompt: null,
  });
  const launch = { session: facts.name, mark, cwd: facts.workdir, command };
  const pane = await startIn(parts.tmux, session, launch);
  return { pane, mark, mode, hasTranscript };
}

function accountOf({ accounts }: LaunchParts, { account: name }: SessionFacts): Account {
  const account = accounts.find((candidate) => candidate.name === name) ?? accounts[0];
  if (account === undefined) throw new FailoverError('NOT_FOUND', `no account named ${name}`);
  return account;
}

function refuseQuarantined(parts: LaunchParts, account: Account): void {
  const errors = parts.checkAccount(account);
  if (errors.length === 0) return;
  parts.onQuarantined(account, errors);
  throw new FailoverError(
    'ACCOUNT_QUARANTINED',
    `nothing is started on ${account.name}: ${errors.map(({ message }) => message).join('; ')}`,
    { account: account.name },
  );
}

async function refuseWithoutWorkdir({ name, workdir }: SessionFacts): Promise<void> {
  // tmux starts a pane whose directory is missing silently somewhere else.
  const found = await orDiskFailure(stat(workdir)).catch(nullIfMissing);
  if (found?.isDirectory()) return;
  throw new FailoverError(
    'WORKDIR_MISSING',
    `the directory ${workdir} does not exist: mkdir -p ${shellWord(workdir)}, then claude-failover session reset ${name}`,
    { workdir },
  );
}

/** A disk that does not tell is no proof that the directory has gone. */
function nullIfMissing(error: unknown): null {
  if (error instanceof FailoverError) throw error;
  return null;
}

async function refuseWithoutClient(
  { findCommand }: LaunchParts,
  { workdir }: SessionFacts,
): Promise<void> {
  if ((await findCommand(workdir)) !== null) return;
  throw new FailoverError(
    'COMMAND_NOT_FOUND',
    "the program of agent.command is not to be found in the agents' PATH",
  );
}

async function sessionAsItIs(
  { tmux }: LaunchParts,
  { facts: { name }, previous }: LaunchRequest,
): Promise<SessionObservation | null> {
  const observation = await tmux.observe([name]);
  if (observation.kind === 'server_lost') return null;
  if (observation.kind === 'unknown') {
    throw new FailoverError('TMUX_UNREACHABLE', `tmux does not tell: ${observation.reason}`);
  }
  refuseRenamed(observation.sessions, name, previous);
  const session = observation.sessions.find((candidate) => candidate.name === name) ?? null;
  if (session !== null && session.mark === null) {
    throw new FailoverError('TMUX_NAME_TAKEN', `a session named ${name} that is not ours exists`, {
      session: name,
    });
  }
  return session;
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

function leftByUnfinishedLaunch(
  session: SessionObservation | null,
  previous: ProcessIdentity | null,
): { readonly pane: Pane; readonly mark: string } | null {
  const { pane = null, mark = null } = session ?? {};
  if (pane?.state !== 'alive' || mark === null) return null;
  return session !== null && runs(session, previous) ? null : { pane, mark };
}

function runs({ pane }: SessionObservation, agent: ProcessIdentity | null): boolean {
  return pane?.state === 'alive' && isSameProcess(pane.agent, agent);
}

async function transcriptOf({ agent }: LaunchParts, facts: SessionFacts): Promise<boolean> {
  const exists = await agent.hasTranscript(facts.conversation);
  if (facts.hasTranscript && !exists) {
    throw new FailoverError(
      'TRANSCRIPT_VANISHED',
      `the transcript of conversation ${facts.conversation} has vanished; put it back, or run "claude-failover session reset ${facts.name}" to start a new conversation`,
      { conversation: facts.conversation },
    );
  }
  return exists;
}

async function startIn(
  tmux: TmuxPort,
  session: SessionObservation | null,
  launch: PaneLaunch,
): Promise<Pane> {
  if (session === null) return await tmux.create(launch);
  // The session lives on: attached people and an operator's splits stay.
  if (session.pane === null) return await tmux.refill(launch);
  return await tmux.respawn(session.pane.paneId, launch);
}
