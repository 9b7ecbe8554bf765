import { describe } from '@jest/globals';
import type { AgentKind } from '../harness/agent-lab.ts';
import { demoAgentConfig } from '../harness/demo-home.ts';
import { agentContract } from './agent-contract.ts';
import { agentTurnContract } from './agent-turn-contract.ts';

const demoAgent: AgentKind = {
  prepare: async () => demoAgentConfig(),
  prompts: {
    short: 'say something short',
    slow: '[[demo:work 20s]]',
    ask: 'do it [[demo:ask]]',
    recall: 'what did I say? [[demo:recall]]',
    limit: 'do it [[demo:limit 1h]]',
  },
};

// The real client is held to the same contract in specs/e2e/agent-real-client.test.ts: it takes longer.
describe('the demo agent', () => {
  agentContract(demoAgent);
  agentTurnContract(demoAgent);
});
