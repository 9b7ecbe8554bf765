/** Ends one session that is outside the range, step by step; each step may be taken again. */
import type { TaskNews } from '../machines/tasks.ts';
import { type RootRef, sessionNamed } from './pool.ts';
import type { Recording } from './recording.ts';
import {
  agentsOf,
  type Found,
  factsOf,
  lookAtLeft,
  mayEnd,
  type RetireParts,
} from './retire-look.ts';
import { type Retirement, retirementOf } from './retire-plan.ts';

export interface Leaving {
  readonly root: RootRef;
  readonly parts: RetireParts;
  readonly recording: Pick<Recording, 'news' | 'stored' | 'tell'>;
}

interface Named {
  readonly name: string;
  readonly index: number | null;
}

/** How long an agent that must go may take before SIGKILL. */
const GRACE_MS = 5000;
const GOES_ON_ELSEWHERE: TaskNews = {
  kind: 'returned',
  reason: 'its session is outside the range',
  undelivered: false,
};

/**
 * Ends the agent of this session, confirmed gone, and its tmux session, when nobody and nothing works in
 * it any more; a task that no agent goes on with is given back. Its conversation and its facts stay.
 *
 * @returns false when it is too early: nothing was changed, and it is to be tried again
 */
export async function retire(leaving: Leaving, session: Named): Promise<boolean> {
  const { root, parts, recording } = leaving;
  const { name } = session;
  // What is known of it is to be what its machine knows.
  await recording.stored(name);
  const found = await lookAtLeft(parts, name);
  if (found === 'unknown') return false;
  const leave = found === 'notOurs' ? found : leaveOf(leaving, name, found);
  if (leave === 'wait') return false;
  if (leave === 'notOurs' || found === 'notOurs') {
    root.send({ type: 'session.retire', name });
    return true;
  }
  const { pane } = found;
  if (!(await mayEnd(parts, { name, pane, isSilentOver: leave === 'over' }))) return false;
  // Something may have begun while it was asked who is there.
  if (leaveOf(leaving, name, found) !== leave) return false;
  await end(leaving, session, found);
  return true;
}

/** Without a machine there was no agent when the daemon began; one that is there now has come since. */
function leaveOf({ root, recording }: Leaving, name: string, { pane }: Found): Retirement {
  // A root that was stopped has no machines: what this session is at is not to be seen there.
  if (root.getSnapshot().status !== 'active') return 'wait';
  const snapshot = sessionNamed(root, name)?.getSnapshot();
  if (snapshot === undefined) return pane?.state === 'alive' ? 'atRest' : 'over';
  return retirementOf(snapshot, recording.news.isSettled(name));
}

/** Its machine goes first: it would start the next agent. */
async function end(
  { root, parts, recording }: Leaving,
  { name, index }: Named,
  found: Found,
): Promise<void> {
  const { facts, mark, pane } = found;
  const parting = sessionNamed(root, name)?.getSnapshot().context.parting ?? null;
  root.send({ type: 'session.retire', name });
  for (const agent of agentsOf(parts, found)) await parts.processes.end(agent, GRACE_MS);
  await giveTaskBack({ parts, recording }, name, parting ?? GOES_ON_ELSEWHERE);
  if (mark !== null) await parts.tmux.remove(mark);
  const last = (await factsOf(parts.store, name)) ?? facts;
  await parts.store.saveSession({ ...last, agent: null, previous: null });
  const { conversation } = last;
  const pid = pane?.state === 'alive' ? pane.agent.pid : null;
  recording.tell({ event: 'session.retired', session: name, index, conversation, pid });
}

async function giveTaskBack(
  { parts, recording }: Pick<Leaving, 'parts' | 'recording'>,
  session: string,
  news: TaskNews,
): Promise<void> {
  const held = (await parts.tasks.held()).get(session);
  if (held === undefined) return;
  const { id, fence } = held;
  recording.news.hear({ session, lease: { id, fence }, news });
  await recording.news.settled(session);
}
