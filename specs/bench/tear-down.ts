import { setTimeout as sleep } from 'node:timers/promises';
import { agentsBelow } from '../harness/pool-agents.ts';
import { isAlive } from '../harness/process-tree.ts';
import { endScope } from '../harness/scope.ts';
import { removeTempDirsOf, tempDirsOf } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

const GRACE_MS = 5000;

let underWay: Promise<void> = Promise.resolve();

/**
 * Ends all that was started, daemons and pollers first, then their tmux servers, then what agents are
 * left, by pid; and removes the directories. Throws what could not be ended. Called again meanwhile
 * (Ctrl-C), it waits its turn.
 */
export function tearDown(): Promise<void> {
  underWay = underWay.catch(() => {}).then(endAll);
  return underWay;
}

async function endAll(): Promise<void> {
  const failures = await endScope('file');
  const left = () => tempDirsOf('file').flatMap(agentsBelow);
  // Those whose terminal is gone are about to go by themselves.
  for (let waitedMs = 0; left().length > 0 && waitedMs < GRACE_MS; waitedMs += 100)
    await sleep(100);
  await until(() => left().filter(isAlive).map(kill).length === 0, {
    withinMs: GRACE_MS,
    what: 'the last agents to end',
  });
  removeTempDirsOf('file');
  if (failures.length > 0) throw new AggregateError(failures, 'not all of it has ended well');
}

function kill({ pid }: { readonly pid: number }): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile: just what is wanted.
  }
}
