import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';

/**
 * Gives each spec file a place of its own: home, temporary directory and tmux socket directory.
 *
 * It is set here, and not in a setup file, because a child started without `env` inherits the
 * worker's real environment, which only code outside jest's sandbox can change. So neither a spec
 * nor what it starts can reach the real home or the default tmux server, and every descendant
 * carries the sandbox's path, by which the leak check knows it.
 */
export default class IsolatedEnvironment extends NodeEnvironment {
  #outer;
  #root;

  constructor(config, context) {
    const outer = { ...process.env };
    const root = realpathSync(mkdtempSync(join(tmpdir(), `cf-${process.pid}-`)));
    replaceEnvironment(isolated(outer, root));
    super(config, context);
    this.#outer = outer;
    this.#root = root;
  }

  handleTestEvent(event, state) {
    if (event.name === 'run_start') leakChecksLast(state.rootDescribeBlock);
  }

  async teardown() {
    await super.teardown();
    replaceEnvironment(this.#outer);
    rmSync(this.#root, { recursive: true, force: true });
  }
}

// What the developer's own tools, accounts and tmux have set must not decide how a spec ends.
const FOREIGN =
  /^(ANTHROPIC_|CLAUDE(?!_FAILOVER_SPEC_)|XDG_|TMUX|PM2_|GIT_|INVOCATION_ID|NOTIFY_SOCKET|WATCHDOG_)/;

function isolated(outer, root) {
  const own = { HOME: 'home', TMPDIR: 'tmp', TMUX_TMPDIR: 'tmux' };
  for (const name of Object.values(own)) mkdirSync(join(root, name), { mode: 0o700 });
  return {
    ...Object.fromEntries(Object.entries(outer).filter(([name]) => !FOREIGN.test(name))),
    ...Object.fromEntries(Object.entries(own).map(([key, name]) => [key, join(root, name)])),
    CLAUDE_FAILOVER_SPEC: root,
  };
}

function replaceEnvironment(wanted) {
  for (const name of Object.keys(process.env)) if (!(name in wanted)) delete process.env[name];
  Object.assign(process.env, wanted);
}

// jest runs hooks in the order of their definition and a setup file comes first: left there, the
// leak check would blame a spec for what its own afterEach is about to put away.
function leakChecksLast(block) {
  const isLeakCheck = ({ fn }) => fn.name.startsWith('failOnLeaks');
  block.hooks = [
    ...block.hooks.filter((hook) => !isLeakCheck(hook)),
    ...block.hooks.filter(isLeakCheck),
  ];
}
