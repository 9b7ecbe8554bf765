import type { ProcessPort } from '../../machines/ports.ts';
import { createAgentEnding } from './end-agent.ts';
import { identify, isAlive } from './identity.ts';
import { createLostAgents } from './lost-agents.ts';

/** The processes of this machine, as /proc shows them. */
export function createProcesses(): ProcessPort {
  return { identify, isAlive, end: createAgentEnding(), lostAgents: createLostAgents() };
}
