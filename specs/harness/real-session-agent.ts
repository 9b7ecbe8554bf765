/** What the agent of a real session does, and people who are at it: nobody else hears of it yet. */
import { taskPrompt } from '../../machines/policy/task-prompt.ts';
import type { AgentStatus, AgentStatusWord, ProcessIdentity } from '../../machines/ports.ts';
import type { Signal } from '../../machines/signals.ts';
import { healDemoAccount, limitDemoAccount } from './demo-home.ts';
import { type RealSession, TASK_ID } from './real-session.ts';
import type { ModelEvent } from './session-model-events.ts';
import { until } from './until.ts';

const HOUR_MS = 3_600_000;

export const LOOKS: readonly ModelEvent[] = [
  'look shows nothing',
  'look shows the prompt',
  'look shows the end',
  'look shows a limit',
  'look fails',
];
/** Whether this is the next of those to come. */
export function isNext(
  { ahead }: RealSession,
  event: ModelEvent,
  of: readonly ModelEvent[],
): boolean {
  return ahead.find((one) => of.includes(one)) === event;
}

/** It may have ended already. */
export function kill({ pid }: ProcessIdentity): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Whether the next client loses the prompt that it is started with. */
export function losesPrompt(s: RealSession): boolean {
  return isNext(s, 'look shows nothing', [...LOOKS, 'is prompted', 'is assigned']);
}

/** Brings its agent to say this, whatever it does. */
export async function lead(s: RealSession, word: AgentStatusWord): Promise<AgentStatus> {
  const agent = s.agentOf();
  const { status } = await s.status(agent);
  const said = () => s.status(agent, (one) => one.status === word);
  if (status === word) return await said();
  const seen = s.ahead.find((one) => LOOKS.includes(one));
  if (status === 'busy' && (seen === 'look shows the end' || seen === 'look shows a limit')) {
    await conclude(s, seen);
  }
  if (word === 'shell') await leaveShell(s);
  else await interrupt(s, agent);
  if (word === 'busy') await begin(s, s.turn());
  // With a dialog that is part of no turn.
  if (word === 'waiting') await begin(s, '/help');
  return await said();
}

/** A person stops what it does. */
async function interrupt(s: RealSession, agent: ProcessIdentity): Promise<void> {
  const isBusy = ({ status }: AgentStatus) => status === 'busy' || status === 'waiting';
  const isOver = async () => {
    if (!isBusy(await s.status(agent))) return true;
    // Once more: a client that begins a turn does not hear every key.
    s.press('Escape');
    return false;
  };
  await until(isOver, { withinMs: 15_000, what: 'the end of its turn', everyMs: 200 });
}

/** A person has it begin a turn. */
export async function begin(s: RealSession, prompt: string): Promise<void> {
  await interrupt(s, s.agentOf());
  await submit(s, prompt);
}

/** A person types this, and sends it off. */
export async function submit(s: RealSession, text: string): Promise<void> {
  await s.type(text);
  s.press('Enter');
}

/** Its turn ends: the one that runs, else a short one of a person's. */
export async function endTurn(s: RealSession, how: 'stopped' | 'failed'): Promise<Signal> {
  const from = s.place.heard.length;
  const agent = s.agentOf();
  if ((await s.status(agent)).status === 'busy') s.letTurnsEnd();
  else await begin(s, 'say so');
  const signal = await s.signal(how, from);
  // Its own word for that comes a little later.
  await s.status(agent, ({ status }) => status !== 'busy');
  return signal;
}

/** The turn of its task ends, if it still runs, and nobody hears of it. */
export async function conclude(
  s: RealSession,
  seen: ModelEvent = 'look shows the end',
): Promise<void> {
  if ((await s.status(s.agentOf())).status !== 'busy') return;
  if (seen === 'look shows a limit') await hitLimit(s);
  else await endTurn(s, 'stopped');
}

/** A person has it leave something in the background, at the end of a turn. */
export async function leaveShell(s: RealSession): Promise<void> {
  const agent = s.agentOf();
  await begin(s, '[[demo:background 1h]]');
  await s.status(agent, ({ status }) => status === 'waiting');
  s.press('Enter');
}

/** Its turn ends at the limit of its account; that works again after it. */
export async function hitLimit(s: RealSession): Promise<Signal> {
  const { home } = s.place.homeOf((await s.status(s.agentOf())).account);
  limitDemoAccount(home, HOUR_MS);
  const failed = await endTurn(s, 'failed');
  healDemoAccount(home);
  return failed;
}

/** Whether a client that is started now is to be given the task with it. */
export function isGivenPrompt(s: RealSession): boolean {
  const { task, parting } = s.t.context();
  return task !== null && parting === null && !losesPrompt(s);
}

/** It says that it is idle, for a moment, before it takes the prompt that it was started with. */
export async function untilBusy(s: RealSession, agent: ProcessIdentity): Promise<void> {
  await s.status(agent, ({ status }) => status === 'busy');
}

/** A client in the conversation of the session, with its task: what a launch of it would start. */
export async function prepared(s: RealSession): Promise<readonly string[]> {
  const { account, conversation } = s.t.context();
  const isUsed = await s.place.agent.hasTranscript(conversation);
  return await s.place.agent.prepare({
    session: s.name,
    account: s.place.homeOf(account),
    workdir: s.workdir,
    conversation,
    mode: isUsed ? 'resume' : 'new',
    prompt: isGivenPrompt(s) ? taskPrompt(TASK_ID, s.turn()) : null,
  });
}

/** An agent of ours is started there that the machine has not been told of: a launch whose answer was lost. */
export async function placeAgent(s: RealSession): Promise<ProcessIdentity> {
  const { name, place, t } = s;
  const { mark, agent, previous } = t.context();
  s.note(agent, previous);
  for (const one of [agent, previous]) if (one !== null) await place.processes.end(one, 0);
  if (s.has()) place.server.run('kill-session', '-t', `=${name}`);
  const isGiven = isGivenPrompt(s);
  const command = await prepared(s);
  const pane = await place.tmux.create({ session: name, mark, cwd: s.workdir, command });
  s.note(pane.agent);
  if (isGiven) await untilBusy(s, pane.agent);
  return pane.agent;
}
