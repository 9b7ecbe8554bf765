import { describe, jest } from '@jest/globals';
import type { AgentKind } from '../harness/agent-lab.ts';
import { demoAgentConfig } from '../harness/demo-home.ts';
import { agentSuite } from './agent-suite.ts';

jest.setTimeout(60_000);

const demoAgent: AgentKind = {
  // A turn too short to be seen as busy is of no use here.
  prepare: async () => demoAgentConfig({ DEMO_TURN_MS: '200' }),
  prompts: {
    // Seen as busy also by one who is held up.
    short: 'say something [[demo:think 1s]]',
    long: '[[demo:work 2s]]',
    slow: '[[demo:work 60s]]',
    silent: '[[demo:think 60s]]',
    ask: 'do it [[demo:ask]]',
    background: 'begin it [[demo:background 5s]]',
    recall: 'what did I say? [[demo:recall]]',
    limit: 'do it [[demo:limit 1h]]',
  },
  failures: {
    overloaded: 'do it [[demo:fail server_error]]',
    network: 'do it [[demo:fail network]]',
    throttled: 'do it [[demo:fail throttle]]',
    'signed out': 'do it [[demo:fail authentication_failed]]',
    'out of credit': 'do it [[demo:fail billing_error]]',
    organisation: 'do it [[demo:fail oauth_org_not_allowed]]',
  },
  touched: 'demo-touched',
  speaking: /half/,
};

// The real client is held to the same suite in specs/e2e/agent-real-client.test.ts: it takes longer.
describe('the demo agent', () => agentSuite(demoAgent));
