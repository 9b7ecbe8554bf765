import { describe, jest } from '@jest/globals';
import { agentContract } from '../contracts/agent-contract.ts';
import { agentTurnContract } from '../contracts/agent-turn-contract.ts';
import type { AgentKind } from '../harness/agent-lab.ts';
import { startApiStub } from '../harness/api-stub/api-stub.ts';
import { signInAndAnswer } from '../harness/client-home.ts';
import { realClientConfig } from '../harness/real-client.ts';
import { atEnd } from '../harness/scope.ts';

jest.setTimeout(120_000);

const realClient: AgentKind = {
  prepare: async (accounts, workdir) => {
    const stub = await startApiStub();
    atEnd(stub.close);
    for (const { name, home } of accounts) {
      const token = signInAndAnswer(home, { name, trusted: [workdir] });
      // A turn of less than about 100 ms never shows as busy in the client's status file.
      stub.set(token, { options: { latencyMs: 400 } });
    }
    return realClientConfig(stub.url);
  },
  prompts: {
    short: 'say something short',
    slow: '[[stub:slow]]',
    ask: 'do it [[stub:tool_bash]]',
    recall: 'what did I say? [[stub:count]]',
    limit: 'do it [[stub:limit_5h]]',
  },
};

describe('the real client', () => {
  agentContract(realClient);
  agentTurnContract(realClient);
});
