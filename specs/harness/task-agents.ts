import type { FailoverError } from '../../config/errors.ts';
import { troubleOf } from '../../machines/policy/trouble.ts';
import type { AgentStatusWord } from '../../machines/ports.ts';
import type { Launched, LaunchRequest, SessionInput } from '../../machines/session/types.ts';
import type { TurnOutcome, TurnSeen } from '../../machines/signals.ts';
import type { TaskNews } from '../../machines/tasks.ts';
import {
  launchedBy,
  paneOf,
  refusal,
  startTestSession,
  type TestSessionOptions,
} from './test-session.ts';

/** An agent in memory: what it was given, and how far it is with it. */
export interface ToyAgent {
  readonly pid: number;
  conversation: string;
  alive: boolean;
  /** An operator's, since the session was renamed. */
  isTheirs: boolean;
  /** The task whose prompt it has, in its input or in its turn; null when that turn is over. */
  task: string | null;
  /** The client has taken the prompt. */
  taken: boolean;
  status: AgentStatusWord | null;
}

/** A task that was told as ended or given back while an agent could still have run it. */
export interface Breach {
  readonly news: TaskNews;
  readonly agent: ToyAgent;
}

const AT_REST: readonly string[] = ['failed', 'blocked', 'adopting'];

/** Whether the turn is not to be gone on with. */
function isOver(outcome: TurnOutcome | null): outcome is TurnOutcome {
  if (outcome?.kind !== 'failed') return outcome?.kind === 'done';
  return troubleOf(outcome) === null;
}

/** Whether the news says that nobody has the task any more. */
function letsGo({ kind }: TaskNews, where: string): boolean {
  // At rest a cancel is answered at once, and the agent ended by whatever follows.
  if (kind === 'cancelled') return !AT_REST.includes(where);
  return kind === 'returned' || kind === 'failed';
}

/**
 * One session and the agents that it starts, with everything that can go wrong between them: an agent
 * that outlives its pane, an answer that is lost after the agent was started, a signal that is.
 */
export function startTaskWorld(
  overrides: Partial<SessionInput> = {},
  { machine }: Pick<TestSessionOptions, 'machine'> = {},
) {
  const t = startTestSession(overrides, { byHand: true, ...(machine && { machine }) });
  const agents: ToyAgent[] = [];
  const rows = new Map<string, TurnSeen>();
  const breaches: Breach[] = [];
  /** Started by launches whose answers were lost. */
  const unseen = new Set<number>();
  let heard = 0;
  /** Runs in the pane of the session, whether or not anybody knows. */
  let inPane: ToyAgent | null = null;
  let nextPid = 1000;

  const byPid = (pid: number | undefined) => agents.find((one) => one.alive && one.pid === pid);
  const ours = () => byPid(t.context().agent?.pid);
  const rowOf = (conversation: string, task: string) => rows.get(`${conversation} ${task}`);

  const holderOf = (id: string) =>
    agents.find((one) => one.alive && !one.isTheirs && one.task === id);
  /** Looks at what was told since the last look, while the agents are as they were when it was told. */
  const judge = () => {
    const reports = t.taskReports();
    for (const { lease, news } of reports.slice(heard)) {
      const agent = letsGo(news, t.where()) ? holderOf(lease.id) : undefined;
      if (agent !== undefined) breaches.push({ news, agent: { ...agent } });
    }
    heard = reports.length;
  };
  const settle = async () => {
    judge();
    await t.settle();
    judge();
  };
  const start = (asked: LaunchRequest, launched: Launched, prompt: boolean): ToyAgent => {
    const agent: ToyAgent = {
      pid: launched.pane.agent.pid,
      conversation: launched.conversation,
      alive: true,
      isTheirs: false,
      task: prompt ? (asked.task?.id ?? null) : null,
      taken: false,
      status: null,
    };
    agents.push(agent);
    inPane = agent;
    return agent;
  };
  const asked = () => {
    const request = t.launches.asked.at(-1);
    if (request === undefined) throw new Error('nothing was launched');
    return request;
  };
  const endPrevious = () => {
    const previous = byPid(asked().previous?.pid);
    if (previous !== undefined && !previous.isTheirs) previous.alive = false;
    if (inPane?.alive === false) inPane = null;
  };
  const launched = (): Launched => {
    endPrevious();
    const request = asked();
    const found = inPane !== null;
    const base = launchedBy(request, paneOf(inPane?.pid ?? ++nextPid));
    if (found) return { ...base, mode: 'found', delivery: 'none' };
    const seen = request.task && rowOf(base.conversation, request.task.id);
    const outcome = seen?.outcome ?? null;
    return isOver(outcome) ? { ...base, delivery: 'none', ended: outcome } : base;
  };
  const isLaunching = () =>
    t.snapshot().hasTag('launching') && !['adopting', 'moving.ending'].includes(t.where());

  return {
    t,
    agents,
    breaches,
    settle,
    /** Agents of ours that have the same task at the same time. */
    doubles: () => {
      const busy = agents.filter((one) => one.alive && !one.isTheirs && one.task !== null);
      return busy.filter((one) => busy.some((other) => other !== one && other.task === one.task));
    },
    isLaunching,
    isIn: (where: string) => t.where() === where,
    /** The launch goes well; `paste`: its prompt is to be pasted. */
    launch: (how: 'argument' | 'paste' = 'argument') => {
      if (!isLaunching()) return;
      const it = launched();
      const isPaste = how === 'paste' && it.delivery === 'argument';
      if (it.mode !== 'found') start(asked(), it, !isPaste && it.delivery === 'argument');
      t.launches.answer(isPaste ? { ...it, delivery: 'paste' } : it);
    },
    /** The agent is started, and the answer is lost. */
    loseLaunch: () => {
      if (!isLaunching()) return;
      const it = launched();
      if (it.mode !== 'found') start(asked(), it, it.delivery === 'argument');
      unseen.add(it.pane.agent.pid);
      t.launches.answer(refusal('TMUX_TIMED_OUT'));
    },
    refuseLaunch: (code: FailoverError['code']) => {
      if (isLaunching()) t.launches.answer(refusal(code));
    },
    paste: (how: 'well' | 'lost' | 'postponed') => {
      if (t.where() !== 'pasting') return;
      const agent = ours();
      const { id } = t.pastes.asked.at(-1)?.task ?? { id: null };
      if (how !== 'postponed' && agent) Object.assign(agent, { task: id, taken: false });
      const failure = how === 'lost' ? refusal('TMUX_TIMED_OUT') : refusal('DELIVERY_POSTPONED');
      t.pastes.answer(how === 'well' ? undefined : failure);
    },
    press: () => {
      if (t.where() === 'pressing') t.presses.answer();
    },
    look: (isReadable: boolean) => {
      if (!['looking', 'lookingBack'].includes(t.where())) return;
      const { conversation, task } = t.looks.asked.at(-1) ?? { conversation: '', task: '' };
      const seen = rowOf(conversation, task) ?? { prompted: false, outcome: null };
      t.looks.answer(isReadable ? seen : refusal('DISK_FAILED'));
    },
    /** The agent that is to end without a successor has ended, or will not. */
    end: (how: 'well' | 'not') => {
      if (t.where() !== 'moving.ending') return;
      const previous = byPid(t.context().previous?.pid);
      if (how === 'well' && previous !== undefined && !previous.isTheirs) previous.alive = false;
      if (inPane?.alive === false) inPane = null;
      t.endings.answer(how === 'well' ? undefined : refusal('AGENT_WILL_NOT_DIE'));
    },
    adopt: () => {
      if (t.where() !== 'adopting') return;
      const previous = byPid(t.adoptions.asked.at(-1)?.previous?.pid);
      if (previous !== undefined) previous.alive = false;
      inPane = null;
      t.adoptions.answer();
    },
    /** Its client says a word; `of` no agent of ours nothing is heard. */
    says: (status: AgentStatusWord) => {
      const agent = ours();
      if (agent === undefined) return;
      agent.status = status;
      t.says(status, { conversation: agent.conversation });
    },
    /** The client takes the prompt that it was given; the signal may be lost. */
    takePrompt: (isHeard: boolean) => {
      const agent = agents.find((one) => one.alive && one.task !== null && !one.taken);
      if (agent?.task == null) return;
      agent.taken = true;
      rows.set(`${agent.conversation} ${agent.task}`, { prompted: true, outcome: null });
      if (isHeard) t.prompted({ task: agent.task, conversation: agent.conversation });
    },
    endTurn: (outcome: TurnOutcome, isHeard: boolean) => {
      const agent = agents.find((one) => one.alive && one.taken);
      if (agent?.task == null) return;
      rows.set(`${agent.conversation} ${agent.task}`, { prompted: true, outcome });
      // Else it still has the conversation in which its task goes on.
      if (isOver(outcome)) Object.assign(agent, { task: null, taken: false });
      if (isHeard) t.ends(outcome, { conversation: agent.conversation });
    },
    /** A person leaves the conversation: what was in the input is gone, too. */
    clear: () => {
      const agent = ours();
      if (agent === undefined) return;
      agent.conversation = `cleared-${++nextPid}`;
      Object.assign(agent, { task: null, taken: false });
      t.says('idle', { conversation: agent.conversation });
    },
    die: (how: 'killed' | 'vanished' | 'outlives') => {
      const agent = ours();
      if (agent === undefined) return;
      if (how !== 'outlives') agent.alive = false;
      if (inPane === agent) inPane = null;
      t.dies({ cause: how === 'killed' ? { kind: 'signal', signal: 9 } : { kind: 'vanished' } });
    },
    /** The pane closes in which an agent lives that is to end; it goes on without. */
    closePane: () => {
      // Of one that nobody has ever seen nobody could say that it lives on.
      if (t.context().agent === null && !unseen.has(inPane?.pid ?? 0)) inPane = null;
    },
    /** What a listing would show: an agent that a launch had started whose answer was lost. */
    find: () => {
      if (inPane === null || inPane.isTheirs || inPane.pid === t.context().agent?.pid) return;
      if (isLaunching() || t.where() === 'failed') return;
      t.send({ type: 'agent.found', pane: paneOf(inPane.pid), mark: 'm' });
    },
    rename: () => {
      const agent = ours();
      const { agent: process } = t.context();
      if (agent === undefined || process === null) return;
      agent.isTheirs = true;
      inPane = null;
      t.send({ type: 'session.renamed', to: 'mine', agent: process });
    },
  };
}

export type TaskWorld = ReturnType<typeof startTaskWorld>;
