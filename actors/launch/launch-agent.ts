import type { Account } from '../../config/types.ts';
import { isSameProcess } from '../../machines/policy/process-identity.ts';
import type {
  AgentPort,
  FactStore,
  Pane,
  PaneLaunch,
  ProcessIdentity,
  ProcessPort,
  SessionObservation,
  TmuxPort,
} from '../../machines/ports.ts';
import type { Launched, LaunchRequest } from '../../machines/session/types.ts';
import { asWritten } from './as-written.ts';
import { orAnew } from './begin-anew.ts';
import { type EndParts, endAll } from './end-agents.ts';
import {
  accountOf,
  type CheckParts,
  refuseUnusable,
  refuseWithoutClient,
  refuseWithoutWorkdir,
} from './launch-checks.ts';
import { isToBeKept, type LeftAgent, leftIn, takenOver } from './left-agent.ts';
import { planStart, refuseVanished, workdirOf } from './plan-start.ts';
import { sessionAsItIs } from './session-as-it-is.ts';
import type { Start, StartParts } from './start.ts';

export interface LaunchParts extends StartParts, CheckParts, EndParts {
  readonly tmux: TmuxPort;
  readonly agent: AgentPort;
  readonly store: Pick<FactStore, 'noteIntent'>;
  readonly processes: Pick<ProcessPort, 'end' | 'isAlive' | 'lostAgents'>;
}

/**
 * Starts the agent of a session, with its task if it has one: everything that could make it pointless
 * is checked first, the previous agent is confirmed dead (two agents on one conversation silently
 * lose a branch), the intent is committed before tmux is asked, and an agent that an unfinished
 * launch left is taken over instead of starting a second one.
 *
 * Rejects with `FailoverError`: ACCOUNT_QUARANTINED, ACCOUNT_UNAVAILABLE, WORKDIR_MISSING, COMMAND_NOT_FOUND,
 * TRANSCRIPT_VANISHED, TASK_UNKNOWN, AGENT_WILL_NOT_DIE, DISK_FAILED, TMUX_NAME_TAKEN, SESSION_RENAMED (the previous
 * agent lives on in a session to which an operator gave another name), DELIVERY_POSTPONED (a person has come to the
 * agent that is to make room for a task or for its successor on another account, or it is at work: nothing was
 * changed), or what tmux and the store say.
 */
export async function launchAgent(parts: LaunchParts, asked: LaunchRequest): Promise<Launched> {
  const request = await orAnew(parts, asked);
  const { facts, previous } = request;
  const account = accountOf(parts, facts);
  refuseUnusable(parts, account);
  await refuseWithoutWorkdir(request);
  await refuseWithoutClient(parts, workdirOf(request));
  const session = await sessionAsItIs(parts, request);
  const left = await leftBehind(parts, request, { session, account });
  const written = left.kept === null ? await asWritten(parts, request) : request;
  // What cannot be resumed must not be ended either.
  if (left.kept === null) await refuseVanished(parts, written);
  // Also of a conversation that is not gone on with: another one begins beside nobody.
  const lost = lostBefore(parts, asked);
  await endAll(parts, request, { session, agents: [previous, left.stray, ...lost] });
  if (left.kept !== null) return await takenOver(parts, facts, left.kept);
  const start = await planStart(parts, written);
  // A session that lives on keeps its mark; one that we create gets a new one.
  const mark = session?.mark ?? request.newMark;
  const pane = await startAgent(parts, { name: facts.name, account, session, mark }, start);
  const { conversation, workdir, mode, hasTranscript, delivery, ended } = start;
  return { pane, mark, conversation, workdir, mode, hasTranscript, delivery, ended };
}

/** Agents of the conversations in question that a daemon started and could not note down any more. */
function lostBefore(
  { processes }: LaunchParts,
  { facts, task, previous }: LaunchRequest,
): readonly ProcessIdentity[] {
  const conversations = new Set([facts.conversation, task?.conversation ?? facts.conversation]);
  const lost = [...conversations].flatMap(processes.lostAgents);
  return lost.filter((agent) => !isSameProcess(agent, previous));
}

/** What an unfinished launch left: an agent to be taken over, or one that has to end. */
async function leftBehind(
  parts: LaunchParts,
  { reason, previous }: LaunchRequest,
  { session, account }: Pick<Place, 'session' | 'account'>,
): Promise<{ readonly kept: LeftAgent | null; readonly stray: ProcessIdentity | null }> {
  const left = leftIn(session, previous);
  if (left === null) return { kept: null, stray: null };
  const isKept = await isToBeKept(parts, reason, { left, account: account.name });
  return isKept ? { kept: left, stray: null } : { kept: null, stray: left.pane.agent };
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
