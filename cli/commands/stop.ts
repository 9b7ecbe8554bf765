import { setTimeout as sleep } from 'node:timers/promises';
import type { DaemonPlace } from '../../config/daemon-place.ts';
import { FailoverError } from '../../config/errors.ts';
import type { Config } from '../../config/types.ts';
import type { StatusReport } from '../../supervisor/status-report.ts';
import { askDaemon, LONG_PATIENCE_MS } from '../control-client.ts';
import { reachDaemon } from '../daemon-reach.ts';
import { EXIT } from '../exit-codes.ts';
import type { CliWorld, CommonOptions } from '../world.ts';

/** Nobody is told that it cannot be stopped because it was slow once. */
const STATUS = { method: 'GET', path: '/v1/status' } as const;

/** Stops the daemon and waits until it is gone. Its sessions keep running. */
export async function stop(world: CliWorld, options: CommonOptions): Promise<number> {
  const { place, config } = await reachDaemon(world, options);
  const before = await askDaemon(place, { ...STATUS, patienceMs: LONG_PATIENCE_MS });
  if (before === null) {
    world.terminal.print('not running');
    if (config !== null) await tellHolders(world, config);
    return EXIT.OK;
  }
  const { daemon, sessions } = before as StatusReport;
  await tellToStop(place);
  await goneWithinPatience(daemon.pid, place);
  const left = sessions.filter(({ pid }) => pid !== null).length;
  world.terminal.print(`stopped; ${stayText(left)}`);
  return EXIT.OK;
}

/** Such as a daemon that was started before `state_dir` was edited: it cannot be asked, but it has its range. */
async function tellHolders({ terminal, env, uid }: CliWorld, config: Config): Promise<void> {
  const { rangeHolders } = await import('../../supervisor/compose-doctor.ts');
  for (const { pid, startIndex, max } of rangeHolders(config, { env, uid })) {
    const range = `${startIndex} to ${startIndex + max - 1}`;
    terminal.say(
      `claude-failover: pid ${pid} holds indexes ${range}, with another config or state_dir than this one: stop it with that, or kill ${pid} (its sessions keep running)`,
    );
  }
}

function stayText(agents: number): string {
  return agents === 1
    ? '1 agent keeps running in its session'
    : `${agents} agents keep running in their sessions`;
}

/** It may be gone before its answer has left: whether it is, is looked at next. */
async function tellToStop(place: DaemonPlace): Promise<void> {
  try {
    await askDaemon(place, { method: 'POST', path: '/v1/stop' });
  } catch (error) {
    if (!(error instanceof FailoverError) || error.code !== 'DAEMON_SILENT') throw error;
  }
}

/** It promises 5 s; a machine under load may be slower. */
const PATIENCE_MS = 10_000;
const POLL_MS = 25;

async function goneWithinPatience(pid: number | null, { file }: DaemonPlace): Promise<void> {
  const { runningProcess } = await import('../../supervisor/compose-processes.ts');
  const isRunning = runningProcess(pid);
  const deadline = performance.now() + PATIENCE_MS;
  while (isRunning()) {
    if (performance.now() > deadline) {
      const message = `the daemon (pid ${pid}) is still stopping after ${PATIENCE_MS / 1000} s`;
      throw new FailoverError('DAEMON_SILENT', message, { pid, config: file });
    }
    await sleep(POLL_MS);
  }
}
