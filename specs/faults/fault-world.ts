import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledProgram, plainFixture } from '../harness/compiled.ts';
import { type OperatorServer, startOperatorServer } from '../harness/operator-sessions.ts';
import { type ShiftedClock, shiftedClock } from '../harness/shifted-clock.ts';
import { type StepKiller, stepKiller } from '../harness/step-killer.ts';
import { type TaskDesk, taskDesk } from '../harness/task-desk.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { makeTestPool, type TestPool } from '../harness/test-pool.ts';
import { createKeeper, type DaemonKeeper } from './daemon-keeper.ts';
import { FIRST_INDEX, MAX_ATTEMPTS, type Plan, sessionIn } from './plan.ts';
import { type TmuxGate, tmuxGate } from './tmux-gate.ts';
import type { Trace } from './trace.ts';
import { type Witness, witnessIn } from './witness.ts';

/** A pool, whoever keeps its daemon running, an operator beside it, and all that can be done to them. */
export interface FaultWorld {
  readonly plan: Plan;
  readonly pool: TestPool;
  readonly desk: TaskDesk;
  readonly keeper: DaemonKeeper;
  readonly witness: Witness;
  readonly operator: OperatorServer;
  readonly gate: TmuxGate;
  readonly clock: ShiftedClock;
  readonly trace: Trace;
  /** The names of the pool's slots. */
  readonly slots: readonly string[];
  /** Where the daemon may leave nothing. */
  readonly scratch: string;
}

/** Nothing runs yet but the operator's own sessions. */
export function makeFaultWorld(plan: Plan, trace: Trace): FaultWorld {
  const operator = startOperatorServer(['ccl-0', 'ccl-auto-1', 'mine']);
  const outside = tempDir();
  const witness = witnessIn(join(outside, 'witness'));
  const clock = shiftedClock();
  const pool = poolOf(plan, { operator, witness, clock });
  allowTools(pool);
  const gate = tmuxGate(outside, pool.socketPath);
  const scratch = join(outside, 'scratch');
  mkdirSync(scratch);
  const killer = stepKiller();
  const env = { ...preloaded(killer), ...clock.env, PATH: gate.path, TMPDIR: scratch };
  const start = () => pool.start({ awaitReady: false, env });
  return {
    plan,
    pool,
    desk: taskDesk(pool),
    keeper: createKeeper({ start, killer, trace }),
    witness,
    operator,
    gate,
    clock,
    trace,
    slots: Array.from({ length: plan.sessions }, (_, slot) => sessionIn(slot)),
    scratch,
  };
}

function poolOf(
  plan: Plan,
  { operator, witness, clock }: Pick<FaultWorld, 'operator' | 'witness' | 'clock'>,
): TestPool {
  const { server, sessions, accounts, reconcileMs, strategy } = plan;
  return makeTestPool({
    start: FIRST_INDEX,
    max: sessions,
    accounts: Array.from({ length: accounts }, (_, n) => `account${n + 1}`),
    ...(server === 'shared' && { socketPath: operator.socketPath }),
    config: {
      agent: {
        command: [process.execPath, ...witness.nodeOptions, compiledProgram(DEMO_AGENT)],
        env: { ...witness.env, ...clock.env, AGENT_EXIT_MS: String(plan.exitMs) },
      },
      restart: {
        intensity: 500,
        pool_intensity: 500,
        backoff_initial: '10ms',
        backoff_max: '100ms',
      },
      reconcile: { interval: `${reconcileMs}ms` },
      failover: { strategy, reset_margin: '0s', cooldown: '0s' },
      tasks: {
        retry_backoff: '0s',
        lease: '5s',
        waiting_timeout: '3s',
        max_attempts: MAX_ATTEMPTS,
      },
    },
  });
}

/** What the daemon is run with: it can be killed at any step, and its disk can be full. */
function preloaded(killer: StepKiller): NodeJS.ProcessEnv {
  const env = killer.env(0);
  const fileLimit = `--require=${plainFixture('file-limit.cjs')}`;
  return { ...env, NODE_OPTIONS: `${env['NODE_OPTIONS']} ${fileLimit}` };
}

const DEMO_AGENT = 'specs/fixtures/demo-agent/main';

/** Without it a task that uses a tool would wait for a person. */
function allowTools({ config }: TestPool): void {
  const settings = JSON.stringify({ permissions: { allow: ['Bash'] } });
  for (const { home } of config.accounts) writeFileSync(join(home, 'settings.json'), settings);
}
