import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LogLine, makeTestPool, type PoolOptions, type TestPool } from './test-pool.ts';
import { changeUnit, openUserManager, type UserManager } from './user-manager.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const UNIT = 'claude-failover.service';

/** A pool whose daemon is a service of a user's manager of its own, from the unit that is shipped. */
export interface SystemdPool {
  readonly pool: TestPool;
  readonly manager: UserManager;
  /** What its lives have logged, in order; stderr is kept apart. */
  log(): readonly LogLine[];
  stderr(): string;
  mainPid(): Promise<number>;
  /** Lines for `[Service]`, as an operator's drop-in has them. */
  change(...lines: readonly string[]): Promise<void>;
}

export async function makeSystemdPool(options: PoolOptions = {}): Promise<SystemdPool> {
  const pool = makeTestPool(options);
  const manager = await openUserManager(pool.env);
  writeFileSync(join(manager.unitDir, UNIT), installed(readShipped(), pool));
  const [out, error] = ['out.log', 'error.log'].map((name) => join(pool.dir, name));
  const change = (...lines: readonly string[]) => changeUnit(manager, UNIT, lines);
  // There is no journal here.
  await change(
    `StandardOutput=append:${out}`,
    `StandardError=append:${error}`,
    `Environment=CLAUDE_FAILOVER_CONFIG=${pool.file}`,
  );
  return {
    pool,
    manager,
    log: () => linesOf(out).map((line) => JSON.parse(line) as LogLine),
    stderr: () => linesOf(error).join('\n'),
    mainPid: async () => Number((await manager.show(UNIT, 'MainPID'))['MainPID']),
    change,
  };
}

function readShipped(): string {
  return readFileSync(join(PROJECT, 'deploy', UNIT), 'utf8');
}

/** As its head says to install it. */
function installed(unit: string, { env }: TestPool): string {
  return unit
    .replaceAll('@NODE@', process.execPath)
    .replaceAll('@PROJECT@', PROJECT)
    .replaceAll('@PATH@', env['PATH'] ?? '');
}

function linesOf(file = ''): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return []; // Nothing was said yet.
  }
}
