import { FailoverError } from '../../config/errors.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import { askAll, killAll, signalAll } from './ask-and-kill.ts';
import { endItself } from './end.ts';
import { isAlive } from './identity.ts';
import { createLastLook, type LastLook } from './last-look.ts';

/** What an agent has left that ended by itself keeps its successor waiting no longer than this. */
const LEFT_GRACE_MS = 2_000;
/** What starts more whenever it is ended is given up after so many rounds. */
const ROUNDS = 20;

/**
 * Ends agents, and what they have started: their tools run in process groups and sessions of their own
 * and outlive them. Also of an agent that has ended by itself, whoever those belong to by then.
 *
 * What it gives resolves when all are confirmed gone, and rejects with `AGENT_WILL_NOT_DIE` and a pid that
 * lives. What is never ended stands with `startedBy`.
 */
export function createAgentEnding(): (agent: ProcessIdentity, graceMs: number) => Promise<void> {
  const look = createLastLook();
  return async (agent, graceMs) => {
    const wasAlive = isAlive(agent);
    const noted = wasAlive ? await endItself(agent, graceMs, look.startedBy) : [];
    const left = [...noted, ...leftBy(look, agent)];
    if (left.length === 0) return;
    await askAll(left, wasAlive ? graceMs : Math.min(graceMs, LEFT_GRACE_MS));
    await killAll(left);
    await endTheRest(look, agent);
  };
}

/** What was started while the others were ended has no part in their grace: it would go on for ever. */
async function endTheRest(look: LastLook, agent: ProcessIdentity): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const left = leftBy(look, agent);
    if (left.length === 0) return;
    signalAll(left, 'SIGSTOP');
    await killAll([...left, ...look.startedBy(agent)]);
  }
  const [one] = leftBy(look, agent);
  if (one === undefined) return;
  throw new FailoverError(
    'AGENT_WILL_NOT_DIE',
    `what agent ${agent.pid} has started starts more whenever it is ended: process ${one.pid} lives`,
    { pid: one.pid, startTime: one.startTime },
  );
}

function leftBy(look: LastLook, agent: ProcessIdentity): readonly ProcessIdentity[] {
  return look.hasNone(agent) ? [] : look.startedBy(agent);
}
