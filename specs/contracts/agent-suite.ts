import type { AgentKind } from '../harness/agent-lab.ts';
import { agentContract } from './agent-contract.ts';
import { agentDialogContract } from './agent-dialog-contract.ts';
import { agentFailoverContract } from './agent-failover-contract.ts';
import { agentFailureContract } from './agent-failure-contract.ts';
import { agentInputContract } from './agent-input-contract.ts';
import { agentResumeContract } from './agent-resume-contract.ts';
import { agentSignalsContract } from './agent-signals-contract.ts';
import { agentToolContract } from './agent-tool-contract.ts';
import { agentTurnContract } from './agent-turn-contract.ts';

/**
 * Everything that we rely on of an agent, in the same words for the real client and for the one that stands
 * in for it: what specs, benchmarks and demonstrations show with the latter is true of the former.
 */
export function agentSuite(kind: AgentKind): void {
  agentContract(kind);
  agentSignalsContract(kind);
  agentTurnContract(kind);
  agentDialogContract(kind);
  agentToolContract(kind);
  agentFailureContract(kind);
  agentFailoverContract(kind);
  agentInputContract(kind);
  agentResumeContract(kind);
}
