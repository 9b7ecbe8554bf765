/*
 * `npm run faults`: rounds of faults on real tmux with demo agents, each drawn from a seed. What they
 * leave is judged by evidence that the daemon cannot write. A round that breaks a promise prints its
 * seed, the command that runs it again, and what happened.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tearDown } from '../bench/tear-down.ts';
import { type FaultsOptions, parseOptions, USAGE } from './options.ts';
import { type RoundResult, runRound } from './round.ts';

const EXIT = { ok: 0, broken: 1, usage: 64, interrupted: 130 } as const;
const LARGEST_SEED = 1_000_000_000;
/** What the tools, accounts and tmux of whoever runs this have set. */
const FOREIGN = /^(ANTHROPIC_|CLAUDE|XDG_|TMUX|PM2_|NOTIFY_SOCKET|INVOCATION_ID|WATCHDOG_)/;

process.exit(await main(process.argv.slice(2)));

async function main(argv: readonly string[]): Promise<number> {
  const options = optionsOf(argv);
  if (typeof options === 'number') return options;
  const root = enterSandbox();
  try {
    return await Promise.race([runAll(options, root), interruption()]);
  } finally {
    await tearDown();
    rmSync(root, { recursive: true, force: true });
  }
}

/** The options, or the exit code when there is nothing to run. */
function optionsOf(argv: readonly string[]): FaultsOptions | number {
  try {
    const options = parseOptions(argv);
    if (options === null) process.stdout.write(`${USAGE}\n`);
    return options ?? EXIT.ok;
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return EXIT.usage;
  }
}

/** Resolves when somebody has had enough. What runs is then ended as at the end of a round. */
function interruption(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve(EXIT.interrupted));
    }
  });
}

/** The fixed rounds, then fresh ones as long as there is time. Gives the exit code. */
async function runAll(options: FaultsOptions, root: string): Promise<number> {
  const first = options.seed ?? Math.floor(Math.random() * LARGEST_SEED);
  const broken: number[] = [];
  let rounds = 0;
  const run = async (seed: number) => {
    rounds += 1;
    if (!(await isKept(seed, root))) broken.push(seed);
  };
  for (const seed of options.fixed) await run(seed);
  const startedAt = performance.now();
  const isTime = () => performance.now() - startedAt < 1000 * options.seconds;
  for (let n = 0; n < options.rounds && isTime(); n++) await run(first + n);
  say(`${rounds} rounds, ${broken.length} with a broken promise`);
  for (const seed of broken) say(`again: ${again(seed)}`);
  return broken.length > 0 ? EXIT.broken : EXIT.ok;
}

/** Runs one round, and tells how it went. */
async function isKept(seed: number, root: string): Promise<boolean> {
  const startedAt = performance.now();
  const result = await runRound(seed, root);
  await tearDown();
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const { breaches, plan } = result;
  const what = `${plan.sessions} sessions, ${plan.tasks.length} tasks, ${plan.faults.length} faults`;
  say(`seed ${seed}: ${breaches.length === 0 ? 'kept' : 'BROKEN'} (${what}, ${seconds} s)`);
  if (breaches.length > 0) tellBreaches(result);
  return breaches.length === 0;
}

function tellBreaches({ plan, breaches, trace }: RoundResult): void {
  for (const line of trace) say(`  ${line}`);
  for (const breach of breaches) say(`  BROKEN ${breach}`);
  say(`  again: ${again(plan.seed)}`);
}

function again(seed: number): string {
  return `npm run faults -- --seed ${seed}`;
}

/** A directory of its own for all that runs, by which what has been left running is found. */
function enterSandbox(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `cf-${process.pid}-`)));
  for (const name of ['home', 'tmp', 'tmux']) mkdirSync(join(root, name), { mode: 0o700 });
  for (const name of Object.keys(process.env)) if (FOREIGN.test(name)) delete process.env[name];
  Object.assign(process.env, {
    HOME: join(root, 'home'),
    TMPDIR: join(root, 'tmp'),
    TMUX_TMPDIR: join(root, 'tmux'),
    CLAUDE_FAILOVER_SPEC: root,
  });
  return root;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
