import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { requireConfig } from '../find-config.ts';
import type { CommonOptions } from '../world.ts';
import type { Runner } from './runner.ts';
import { duration } from './values.ts';

interface StartWish extends CommonOptions {
  readonly waitLock: number;
}

interface DemoWish extends CommonOptions {
  /** False after `--no-work`. */
  readonly work: boolean;
}

/** What begins and ends the daemon. */
export function addDaemonCommands(program: Command, run: Runner): void {
  program
    .command('init')
    .description('write a first config')
    .action(
      run(async (world, { options }) => (await import('../commands/init.ts')).init(world, options)),
    );

  program
    .command('start')
    .description('run the daemon in the foreground; its log goes to stdout, one JSON object a line')
    .option('--wait-lock <duration>', 'how long to wait for another daemon to go', duration, 0)
    .addHelpText(
      'after',
      `
Examples:
  claude-failover start
  claude-failover start --wait-lock 60s        under pm2 or systemd`,
    )
    .action(
      run<StartWish>(async (world, { options }) => {
        const config = requireConfig(world, options);
        const { start } = await import('../commands/start.ts');
        const reread = () => loadConfig(config.file, world);
        return await start({ config, waitLockMs: options.waitLock, reread });
      }),
    );

  program
    .command('reload')
    .description('have the daemon read its config again: all of it, or nothing')
    .addHelpText(
      'after',
      `
Sessions that stay in the range keep their agents. A smaller range ends idle sessions at once and
working ones when they are done. SIGHUP does the same; then mistakes are in the log.`,
    )
    .action(
      run(async (world, { options }) =>
        (await import('../commands/reload.ts')).reload(world, options),
      ),
    );

  program
    .command('stop')
    .description('stop the daemon; its sessions keep running')
    .action(
      run(async (world, { options }) => (await import('../commands/stop.ts')).stop(world, options)),
    );

  program
    .command('demo')
    .description('show a pool of demo agents in a temporary home; Ctrl-C leaves nothing behind')
    .option('--no-work', 'give the agents nothing to do')
    .action(
      run<DemoWish>(async (world, { options }) =>
        (await import('../commands/demo.ts')).demo(world, options),
      ),
    );
}
