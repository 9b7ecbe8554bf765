import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { FailoverError } from '../../config/errors.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/types.ts';
import { packageFile } from '../../web/package-file.ts';
import type { CliWorld } from '../world.ts';
import { DEMO_PREFIX, socketIn, writeOwner } from './dead-demos.ts';

/** Everything of one demo lies below one directory (0700). */
export interface DemoHome {
  readonly directory: string;
  readonly socket: string;
  readonly config: Config;
}

/**
 * A temporary home with two accounts that share one state, and the config of a pool in it.
 * `temporary` is an existing directory for temporary files. Throws `COMMAND_NOT_FOUND` when the
 * demo agent is not built.
 */
export async function makeDemoHome(temporary: string, world: CliWorld): Promise<DemoHome> {
  const agent = packageFile('dist/specs/fixtures/demo-agent/main.js');
  if (!existsSync(agent)) {
    const what = `the demo agent is not built: ${agent} is missing (npm run build)`;
    throw new FailoverError('COMMAND_NOT_FOUND', what, { path: agent });
  }
  const directory = mkdtempSync(join(temporary, DEMO_PREFIX));
  writeOwner(directory);
  try {
    return await furnish(directory, agent, world);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

async function furnish(directory: string, agent: string, world: CliWorld): Promise<DemoHome> {
  mkdirSync(join(directory, 'work'), { mode: 0o700 });
  const file = join(directory, 'config.yaml');
  writeFileSync(file, stringify(demoConfig(directory, agent)), { mode: 0o600 });
  const loaded = loadConfig(file, world);
  if (!loaded.ok) throw new Error(`the demo's own config is wrong: ${loaded.errors[0]?.message}`);
  const { config } = loaded;
  const { applyLinks, planLinks, prepareForPool } = await import(
    '../../supervisor/compose-accounts.ts'
  );
  applyLinks(planLinks(config));
  for (const account of config.accounts) await prepareForPool(account, { config, trust: [] });
  return { directory, socket: socketIn(directory), config };
}

/** An agent that goes on tells what it still knows, by which the demo shows that nothing is lost. */
const RESUME_PROMPT = 'Continue where you left off. [[demo:work 2s]] [[demo:recall]]';

function demoConfig(directory: string, agent: string) {
  return {
    accounts: [
      { name: 'demo-one', home: join(directory, 'demo-one'), priority: 1 },
      { name: 'demo-two', home: join(directory, 'demo-two'), priority: 2 },
    ],
    shared_state: { root: join(directory, 'shared') },
    pool: {
      autonomous: {
        prefix: 'ccl-auto-',
        start_index: 11,
        max: 3,
        workdir: join(directory, 'work'),
      },
    },
    agent: { command: [process.execPath, agent], permission_mode: 'acceptEdits' },
    tmux: { socket_path: socketIn(directory) },
    // Both accounts are to be seen at work, and a limit lasts as long as the demo says.
    failover: {
      strategy: 'spread',
      cooldown: '0s',
      reset_margin: '0s',
      resume_prompt: RESUME_PROMPT,
    },
    tasks: { retry_backoff: '5s' },
    control: { listen: '127.0.0.1:0' },
    state_dir: join(directory, 'state'),
  };
}
