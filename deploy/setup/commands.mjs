import { buildIfStale } from './build.mjs';
import { installClient } from './client.mjs';
import { CannotGoOn, EXIT, say } from './conversation.mjs';
import { ensurePrograms } from './debian-packages.mjs';
import { installDependencies, whatToInstall } from './dependencies.mjs';
import { handOver } from './hand-over.mjs';
import { insideProject, PROJECT } from './project.mjs';

const COMMANDS = { start, test, prepare };

// Native modules are compiled on the spot where no ready-made one can be had.
const TO_COMPILE = ['make', 'g++', 'python3'];
const TO_START = ['tmux'];
const TO_TEST = [...TO_START, 'ps', 'chromium', 'systemd-run'];

/** Runs one command line of `deploy/setup.mjs`; the process ends with what it gives. */
export async function run([name, ...args]) {
  try {
    const command = COMMANDS[name];
    if (command === undefined) throw new CannotGoOn(EXIT.usage, `use: start, test or prepare`);
    process.exitCode = await command(args);
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}

async function start(args) {
  setUp(TO_START);
  const verb = (await hasConfig(args)) ? 'start' : 'demo';
  if (verb === 'demo') say('no config found (`npm start -- --config FILE`): showing the demo');
  return handOver([insideProject('dist/cli/main.js'), verb, ...args], { ownGroup: true });
}

function test(args) {
  prepare();
  // The build has just been done: the specs need not do it again.
  process.env.CLAUDE_FAILOVER_SKIP_BUILD = '1';
  return handOver(
    [
      '--disable-warning=ExperimentalWarning',
      '--experimental-vm-modules',
      insideProject('node_modules/jest/bin/jest.js'),
      ...args,
    ],
    // jest finds its config and specs from where it is started.
    { ownGroup: false, cwd: PROJECT },
  );
}

/** All that the tests need, without running them. */
function prepare() {
  setUp(TO_TEST);
  installClient();
  return 0;
}

function setUp(programs) {
  const missing = whatToInstall();
  ensurePrograms(missing === null ? programs : [...TO_COMPILE, ...programs]);
  if (missing !== null) installDependencies(missing);
  buildIfStale();
}

// In all the ways that `claude-failover` takes it: `--config FILE`, `--config=FILE`, `-c FILE`, `-cFILE`.
function namesConfig(arg) {
  return /^(--config(=|$)|-c)/.test(arg);
}

// The daemon's own search, so that there is one truth of where a config may lie.
async function hasConfig(args) {
  if (args.some(namesConfig)) return true;
  const { findConfig } = await import('../../dist/config/find.js');
  const { env } = process;
  return findConfig({ explicit: null, env, home: env.HOME ?? '/' }).ok;
}
