import { readFileSync } from 'node:fs';
import { compiledProgram } from '../harness/compiled.ts';
import { until } from '../harness/until.ts';
import { monotonicMs } from './monotonic.ts';

export const DEMO_AGENT = compiledProgram('specs/fixtures/demo-agent/main');

/** When the process has become the agent: tmux names a pid before its program runs. */
export async function agentRuns(pid: number): Promise<number> {
  await until(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(DEMO_AGENT), {
    withinMs: 10_000,
    what: `process ${pid} to run the agent`,
    everyMs: 1,
  });
  return monotonicMs();
}
