import { describe, jest } from '@jest/globals';
import { agentSuite } from '../contracts/agent-suite.ts';
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
      // A turn of less than about 100 ms never shows as busy in the client's status file,
      // and who looks may be held up.
      stub.set(token, { options: { latencyMs: 1000 } });
    }
    const config = realClientConfig(stub.url);
    // Which errors are tried again, and how often, is not what is looked at here.
    return { ...config, env: { ...config.env, CLAUDE_CODE_MAX_RETRIES: '0' } };
  },
  prompts: {
    short: 'say something short',
    long: '[[stub:long]]',
    slow: '[[stub:slow]]',
    silent: '[[stub:hang]]',
    ask: 'do it [[stub:tool_bash]]',
    background: 'begin it [[stub:tool_background]]',
    recall: 'what did I say? [[stub:count]]',
    limit: 'do it [[stub:limit_5h]]',
  },
  failures: {
    overloaded: 'do it [[stub:overloaded529]]',
    network: 'do it [[stub:reset]]',
    throttled: 'do it [[stub:throttle_429]]',
    'signed out': 'do it [[stub:auth401_oauth]]',
    'out of credit': 'do it [[stub:credit_400]]',
    organisation: 'do it [[stub:oauth_org]]',
  },
  touched: 'stub-touched',
  speaking: /chunk/,
};

describe('the real client', () => agentSuite(realClient));
