import { FailoverError } from '../../config/errors.ts';
import type { Account } from '../../config/types.ts';
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
import {
  accountOf,
  type CheckParts,
  refuseQuarantined,
  refuseWithoutClient,
  refuseWithoutWorkdir,
} from './launch-checks.ts';
import { planStart, refuseVanished, workdirOf } from './plan-start.ts';
import { refuseTaken, type TakenParts } from './refuse-taken.ts';
import type { Start, StartParts } from './start.ts';

export interface LaunchParts extends StartParts, CheckParts, TakenParts {
  readonly tmux: TmuxPort;
  readonly agent: AgentPort;
  readonly processes: Pick<ProcessPort, 'end'>;
  readonly store: Pick<FactStore, 'noteIntent'>;
  /** How long an agent that must go may take before SIGKILL. */
  readonly graceMs: number;
}

/**
 * Starts the agent of a session, with its task if it has one: everything that could make it pointless
 * is checked first, the previous agent is confirmed dead (two agents on one conversation silently
 * lose a branch), the intent is committed before tmux is asked, and an agent that an unfinished
 * launch left is taken over instead of starting a second one.
 *
 * Rejects with `FailoverError`: ACCOUNT_QUARANTINED, WORKDIR_MISSING, COMMAND_NOT_FOUND,
 * TRANSCRIPT_VANISHED, TASK_UNKNOWN, AGENT_WILL_NOT_DIE, DISK_FAILED, TMUX_NAME_TAKEN, SESSION_RENAMED (the previous
 * agent lives on in a session to which an operator gave another name), DELIVERY_POSTPONED (a person has come to the
 * previous agent, which is to make room for a task: nothing was changed), or what tmux and the store say.
 */
export async function launchAgent(parts: LaunchParts, request: LaunchRequest): Promise<Launched> {
  const { facts, previous } = request;
  const account = accountOf(parts, facts);
  refuseQuarantined(parts, account);
  await refuseWithoutWorkdir(request);
  await refuseWithoutClient(parts, workdirOf(request));
  const session = await sessionAsItIs(parts, request);
  const left = leftByUnfinishedLaunch(session, previous);
  // What cannot be resumed must not be ended either.
  if (left === null) await refuseVanished(parts, request);
  if (previous !== null) {
    await refuseTakenForTask(parts, request, session);
    await parts.processes.end(previous, parts.graceMs);
  }
  if (left !== null) return await takenOver(parts, facts, left);
  const start = await planStart(parts, request);
  // A session that lives on keeps its mark; one that we create gets a new one.
  const mark = session?.mark ?? request.newMark;
  const pane = await startAgent(parts, { name: facts.name, account, session, mark }, start);
  const { conversation, workdir, mode, hasTranscript, delivery, ended } = start;
  return { pane, mark, conversation, workdir, mode, hasTranscript, delivery, ended };
}

/** Only a living agent in its pane can be somebody's, and only a task can wait. */
async function refuseTakenForTask(
  parts: LaunchParts,
  { reason, task, previous, facts: { name } }: LaunchRequest,
  session: SessionObservation | null,
): Promise<void> {
  if (reason !== 'task' || task === null || previous === null || session === null) return;
  if (runs(session, previous)) await refuseTaken(parts, name, previous);
}

/** Where an agent is started. */
interface Place {
  readonly name: string;
  readonly account: Account;
  /** What tmux has of it. */
  readonly session: SessionObservation | null;
  readonly mark: string;
}

async function startAgent(parts: LaunchParts, place: Place, start: Start): Promise<Pane> {
  const { name, account, session, mark } = place;
  const { conversation, workdir, hasTranscript, mode, prompt } = start;
  const intent = { mark, account: account.name, conversation, workdir, hasTranscript };
  await parts.store.noteIntent(name, intent);
  const launch = { session: name, account, workdir, conversation, mode, prompt };
  const command = await parts.agent.prepare(launch);
  return await startIn(parts.tmux, session, { session: name, mark, cwd: workdir, command });
}

/** Of an agent that an unfinished launch left, only it knows which conversation it is in. */
async function takenOver(
  { agent }: LaunchParts,
  facts: SessionFacts,
  left: Pick<Launched, 'pane' | 'mark'>,
): Promise<Launched> {
  const status = await agent.status(left.pane.agent);
  const isKnown = status === null || status.conversation === facts.conversation;
  return {
    ...left,
    mode: 'found',
    conversation: status?.conversation ?? facts.conversation,
    workdir: isKnown ? facts.workdir : (status.cwd ?? facts.workdir),
    hasTranscript: isKnown ? facts.hasTranscript : await agent.hasTranscript(status.conversation),
    delivery: 'none',
    ended: null,
  };
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
