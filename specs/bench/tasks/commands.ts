import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compiledProgram } from '../../harness/compiled.ts';
import { makeTestPool, type TestPool } from '../../harness/test-pool.ts';
import { trustIn } from '../../harness/trusting.ts';
import { type ComparedTable, compared, NONE_MISSED } from '../compared.ts';
import { monotonicMs } from '../monotonic.ts';

const TEXT = 'Find out why the nightly build is red, mend it, and run all of its tests.';

/** A task by a shell command: write, sync, rename, sync the directory. */
const PUT = 'printf "%s\\n" "$3" >"$1/.$2" && sync "$1/.$2" && mv "$1/.$2" "$1/$2.md" && sync "$1"';

/** The whole command, with a daemon that runs and is told, in turns with a shell and with a bare node. */
export async function measureCommands(count: number): Promise<ComparedTable> {
  const pool = makeTestPool({ max: 1 });
  trustIn(pool.config.accounts, pool.config.pool.autonomous.workdir);
  const inbox = join(pool.dir, 'inbox');
  mkdirSync(inbox);
  await pool.start();
  await pool.allAre('idle.ready');
  const times = { command: [] as number[], shell: [] as number[], node: [] as number[] };
  for (let n = 0; n < count; n += 1) {
    times.command.push(run(pool, process.execPath, addArguments(pool)));
    times.shell.push(run(pool, 'sh', ['-c', PUT, 'put', inbox, String(n), TEXT]));
    times.node.push(run(pool, process.execPath, ['-e', '0']));
  }
  return {
    title: 'As a command',
    usual: 'shell',
    rows: [
      compared('task add | sh: write, sync, mv, sync', times.command, times.shell),
      compared('  a node that does nothing', times.node, null),
    ],
    missed: NONE_MISSED,
  };
}

/** Never started: what is measured is how it is accepted. */
function addArguments({ file }: TestPool): readonly string[] {
  const flags = ['--config', file, '--not-before', '2100-01-01T00:00:00Z'];
  return [compiledProgram('cli/main'), 'task', 'add', ...flags, TEXT];
}

/** From before it is started until it has ended. */
function run({ env }: TestPool, program: string, args: readonly string[]): number {
  const begunMs = monotonicMs();
  const { status, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  const tookMs = monotonicMs() - begunMs;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${status} ${stderr}`);
  return tookMs;
}
